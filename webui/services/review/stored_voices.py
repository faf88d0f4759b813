"""Access to the stored speaker embeddings of transcripts."""

from __future__ import annotations

from pipeline.core.result import SpeakerEvidence
from storage.db.blobs import BlobStore, evidence_name
from storage.db.database import Database
from storage.db.errors import NotFoundError
from storage.db.records import TranscriptRecord
from storage.library.run_files import read_evidence
from storage.library.runs import get_run
from storage.transcripts.transcripts import get_transcript


class StoredVoices:
    """Reader of the stored speaker embeddings of a transcript."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    def of(self, transcript_id: str) -> tuple[TranscriptRecord, SpeakerEvidence]:
        """Return the transcript's database row, and the speaker embeddings of its run.

        Raises:
            NotFoundError: if there is no such transcript, or its embeddings are not stored.
            StorageError: if they cannot be read.
        """
        with self._database.reading() as db:
            record = get_transcript(db, transcript_id)
            run = None if record.run_id is None else get_run(db, record.run_id)
        if run is not None and not run.status.is_final:
            raise NotFoundError("The voices are told apart when the whole recording was heard.")
        if record.run_id is None:
            raise NotFoundError("This transcript was imported: there are no voices with it.")
        path = self._blobs.path_of(record.recording_id, evidence_name(record.run_id))
        return record, read_evidence(path)
