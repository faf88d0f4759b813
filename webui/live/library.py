"""Database rows, stored audio and runs of live recordings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path

from pipeline.audio.playback.wave_stream import wave_header
from pipeline.core.options import PipelineOptions
from storage.db.blobs import BlobStore, read_blocks, upload_name
from storage.db.database import Database
from storage.db.errors import NotFoundError, StorageError
from storage.db.records import PipelineRun
from storage.library.live_recordings import (
    add_live_recording,
    queue_settling,
    set_live_duration,
)
from storage.library.runs import begin_run, get_run
from storage.maintenance.purge import delete_recording
from storage.transcripts.live_transcript import begin_live
from storage.transcripts.transcripts import list_transcripts
from webui.live.scribe import Scribe
from webui.services.access import Visitor
from webui.services.runs.limits import LimitKeeper, QuotaRequest
from webui.services.runs.run_progress import RunProgress
from webui.services.runs.transcription import TranscriptionService

_AUDIO_NAME = upload_name("live.wav")


class LiveLibrary:
    """Service that stores the recordings of live sessions and starts their runs."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        transcription: TranscriptionService,
        keeper: LimitKeeper,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._transcription = transcription
        self._keeper = keeper

    def add(self, title: str, options: PipelineOptions, visitor: Visitor) -> PipelineRun:
        """Add a recording with an empty transcript; without a title it gets the date and time.

        Raises:
            LimitReachedError: if a limit would be exceeded.
            StorageError: if it cannot be stored.
        """
        request = QuotaRequest(visitor.owner, None, visitor.address)
        title = title.strip() or datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
        with self._database.transaction() as db:
            self._keeper.check(db, request, lost=self._transcription.lost)
            run = add_live_recording(
                db, title=title, options=options.as_text(), owner=visitor.owner
            )
            begin_live(db, run)
        self._keeper.note(request, run)
        return run

    def note_length(self, run_id: str, duration_ms: int) -> None:
        """Record a recording's length in its visitor's quota; a deletion does not reset it."""
        self._keeper.note_length(run_id, duration_ms)

    def go_on(self, run_id: str) -> PipelineRun:
        """Mark the run of a recording that continues after a restart as running, and return it.

        Raises:
            NotFoundError: if the recording was deleted.
        """
        with self._database.transaction() as db:
            if not get_run(db, run_id).status.is_final:
                begin_run(db, run_id)
            return get_run(db, run_id)

    def run(self, run_id: str) -> PipelineRun:
        """Return the database record of a live recording's run.

        Raises:
            NotFoundError: if there is no such run.
        """
        with self._database.reading() as db:
            return get_run(db, run_id)

    def scribe(self, run: PipelineRun) -> Scribe:
        """Return the writer of a recording's sentences."""
        return Scribe(self._database, run)

    def store_audio(self, run_id: str, spool_path: Path, duration_ms: int) -> PipelineRun:
        """Store the samples of a recording that has ended, and queue its run.

        Raises:
            NotFoundError: if the recording was deleted.
            StorageError: if the audio cannot be stored.
        """
        run = self.run(run_id)
        digest = self._blobs.put(run.recording_id, _AUDIO_NAME, _wave_blocks(spool_path))
        try:
            with self._database.transaction() as db:
                queued = queue_settling(db, run_id, audio_sha256=digest)
                set_live_duration(db, run.recording_id, duration_ms)
        except NotFoundError:
            self._blobs.delete_all(run.recording_id)
            raise
        return queued

    def settle(self, run: PipelineRun, duration_ms: int) -> None:
        """Start the queued run of a recording whose audio is stored.

        Raises:
            NotFoundError: if the recording was deleted.
        """
        self._transcription.settle(run, duration_ms)

    def progress(self, run_id: str) -> RunProgress:
        """Return the progress of a run.

        Raises:
            NotFoundError: if the recording was deleted.
        """
        return self._transcription.progress(run_id)

    def transcript_id(self, run: PipelineRun) -> str:
        """Return the id of a run's transcript.

        Raises:
            NotFoundError: if it was deleted.
        """
        with self._database.reading() as db:
            found = list_transcripts(db, run.recording_id)
        return next(each.transcript_id for each in found if each.run_id == run.run_id)

    def delete(self, recording_id: str) -> None:
        """Delete a recording permanently; used for those that received no samples.

        Raises:
            StorageError: if it cannot be deleted.
        """
        delete_recording(self._database, self._blobs, recording_id)


def _wave_blocks(spool_path: Path) -> Iterator[bytes]:
    """Yield the samples of a spool as a WAV file; raise StorageError if it is unreadable."""
    try:
        num_bytes = spool_path.stat().st_size
        yield from chain([wave_header(num_bytes)], read_blocks(spool_path))
    except OSError as error:
        raise StorageError("The samples of a live recording cannot be read.") from error
