"""Private copies of the recordings that all visitors of a public demo share."""

from __future__ import annotations

from storage.db.blobs import BlobStore
from storage.db.database import Database
from storage.library.recordings import find_by_audio, get_recording
from storage.library.runs import list_runs
from storage.transcripts.copying import copy_recording
from webui.services.access import Visitor
from webui.services.runs.limits import LimitKeeper, QuotaRequest


class CopyService:
    """Service that copies a shared recording for one visitor, within the visitor's limits."""

    def __init__(self, database: Database, blobs: BlobStore, limits: LimitKeeper) -> None:
        self._database = database
        self._blobs = blobs
        self._limits = limits

    def copy(self, recording_id: str, visitor: Visitor, *, title: str) -> str:
        """Copy a recording with its transcripts for a visitor who may only read it.

        If the visitor may change the recording, or has a copy already, that one is returned.

        Args:
            recording_id: a recording that the visitor may see.
            visitor: the visitor.
            title: title of the copy; blank for that of the recording.

        Returns:
            Id of the recording that the visitor may change.

        Raises:
            NotFoundError: if there is no such recording.
            EditRefusedError: if it is not transcribed yet.
            LimitReachedError: if the visitor's hours of audio are used up.
            StorageError: if the copy cannot be stored.
        """
        with self._database.transaction() as db:
            source = get_recording(db, recording_id)
            if visitor.owner is None or visitor.may_change(source):
                return recording_id
            known = find_by_audio(db, source.audio_sha256, owner=visitor.owner)
            if known is not None:
                return known.recording_id
            request = QuotaRequest(visitor.owner, source.duration_ms, visitor.address)
            self._limits.check_hours(db, request)
            copy_id = copy_recording(
                db, self._blobs, recording_id, owner=visitor.owner, title=title
            ).recording_id
            self._limits.note(request, list_runs(db, copy_id)[0])
        return copy_id
