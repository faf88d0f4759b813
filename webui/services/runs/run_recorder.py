"""Storage of the state and results of transcription runs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from pipeline.core.events import AudioReady, RunEvent, SentencesFound
from pipeline.core.result import PipelineResult
from pipeline.engines.engine import SCRATCH_AUDIO, SCRATCH_PEAKS, JobState, JobStatus
from storage.db.blobs import (
    PEAKS,
    REVIEW_AUDIO,
    BlobStore,
    candidates_name,
    evidence_name,
    read_blocks,
)
from storage.db.database import Database
from storage.db.errors import FilesInUseError, NotFoundError, StorageError
from storage.db.records import PipelineRun, Recording, RunStatus
from storage.db.row_changes import LARGE_NUM_ROWS
from storage.library.recordings import get_recording, list_recordings, set_audio
from storage.library.run_files import candidates_bytes, evidence_bytes
from storage.library.runs import abandon_run, begin_run, complete_run, list_runs
from storage.maintenance.purge import remove_hidden_rows
from storage.transcripts.live_transcript import (
    append_live,
    drop_unreviewed,
    finalize,
    plan_finalization,
)

_log = logging.getLogger(__name__)

_ENDS_WITHOUT_WORDS = {
    JobState.CANCELLED: RunStatus.CANCELLED,
    JobState.INTERRUPTED: RunStatus.INTERRUPTED,
}


class RunRecorder:
    """Writer of runs to the database and the blob store."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    def begin(self, run: PipelineRun) -> None:
        """Mark a run as running in the database.

        Raises:
            StorageError: if that cannot be written; NotFoundError if the run was deleted.
        """
        with self._database.transaction() as db:
            begin_run(db, run.run_id)

    def note(self, run: PipelineRun, events: Sequence[RunEvent], scratch_dir: Path | None) -> None:
        """Store the partial transcript and audio that a run has delivered before its end.

        Args:
            run: the run.
            events: events not stored yet, in order.
            scratch_dir: folder with the run's files.

        Raises:
            StorageError: if that cannot be written; the call can be repeated. NotFoundError if the
                run was deleted; its files are removed then.
        """
        try:
            self._grow(run, [each for each in events if isinstance(each, SentencesFound)])
            for finding in events:
                if isinstance(finding, AudioReady):
                    self._keep_audio(run, finding, scratch_dir)
        except NotFoundError:
            self._remove_files_of_deleted(run.recording_id)
            raise

    def end(
        self,
        run: PipelineRun,
        status: JobStatus[PipelineResult],
        scratch_dir: Path | None,
        *,
        discards: bool = False,
    ) -> None:
        """Store the result and files, or the failure, of a run that has ended.

        Args:
            run: the run.
            status: the end of its job.
            scratch_dir: folder with the run's files.
            discards: whether the sentences of a cancelled run are deleted, unless they have edits.

        Raises:
            StorageError: if that cannot be written; NotFoundError if the run was deleted; its files
                are removed then.
        """
        try:
            self._end(run, status, scratch_dir, discards=discards)
        except NotFoundError:
            self._remove_files_of_deleted(run.recording_id)
            raise

    def fail(self, run: PipelineRun, kind: str, message: str) -> None:
        """Store a run's failure; delete its live transcript, unless edited or recorded live.

        Raises:
            StorageError: if that cannot be written; NotFoundError if the run was deleted.
        """
        with self._database.transaction() as db:
            abandon_run(db, run.run_id, RunStatus.FAILED, error_kind=kind, error_message=message)
            hidden_id = None if run.is_recorded_live else drop_unreviewed(db, run.run_id)
        self._remove_hidden(hidden_id)

    def _end(
        self,
        run: PipelineRun,
        status: JobStatus[PipelineResult],
        scratch_dir: Path | None,
        *,
        discards: bool,
    ) -> None:
        if status.result is not None:
            self._save(run, status.result, scratch_dir)
        elif status.failure is not None:
            self.fail(run, status.failure.kind, self._worded(run, status.failure.message))
        else:
            with self._database.transaction() as db:
                abandon_run(db, run.run_id, _ENDS_WITHOUT_WORDS[status.state])
                is_dropped = discards and status.state is JobState.CANCELLED
                hidden_id = drop_unreviewed(db, run.run_id) if is_dropped else None
            self._remove_hidden(hidden_id)

    def _remove_hidden(self, recording_id: str | None) -> None:
        """Delete the rows of a hidden recording in steps; the next start repeats failed ones."""
        if recording_id is None:
            return
        try:
            remove_hidden_rows(self._database, recording_id)
        except StorageError:
            _log.warning("a dropped transcript cannot be deleted completely yet", exc_info=True)

    def _save(self, run: PipelineRun, result: PipelineResult, scratch_dir: Path | None) -> None:
        recording = self._recording(run)
        review_audio_sha256 = self._store_audio(recording, scratch_dir)
        evidence_sha256 = self._blobs.put(
            run.recording_id, evidence_name(run.run_id), [evidence_bytes(result.evidence)]
        )
        if result.candidates:
            self._blobs.put(
                run.recording_id,
                candidates_name(run.run_id),
                [candidates_bytes(result.candidates)],
            )
        with self._database.reading() as db:  # planned here, for others can write meanwhile
            plan = plan_finalization(db, run, result.transcript)
        is_large = len(result.transcript.sentences) > LARGE_NUM_ROWS
        with self._database.transaction(is_large=is_large) as db:
            complete_run(
                db,
                run.run_id,
                result.provenance,
                stage_seconds=result.stage_seconds,
                evidence_sha256=evidence_sha256,
            )
            finalize(db, run, result.transcript, plan)
            set_audio(
                db,
                run.recording_id,
                duration_ms=result.transcript.duration_ms,
                review_audio_sha256=review_audio_sha256,
            )
        if review_audio_sha256 is not None:
            self._drop_upload(run)

    def _grow(self, run: PipelineRun, found: Sequence[SentencesFound]) -> None:
        if not found or run.is_recorded_live:
            return
        with self._database.transaction() as db:
            duration_ms = get_recording(db, run.recording_id).duration_ms or 0
            for each in found:
                append_live(db, run, each.first, each.sentences, duration_ms=duration_ms)

    def _keep_audio(self, run: PipelineRun, ready: AudioReady, scratch_dir: Path | None) -> None:
        review_audio_sha256 = self._store_audio(self._recording(run), scratch_dir)
        with self._database.transaction() as db:
            set_audio(
                db,
                run.recording_id,
                duration_ms=ready.duration_ms,
                review_audio_sha256=review_audio_sha256,
            )

    def _store_audio(self, recording: Recording, scratch_dir: Path | None) -> str | None:
        if recording.review_audio_sha256 is not None or scratch_dir is None:
            return recording.review_audio_sha256
        audio, peaks = scratch_dir / SCRATCH_AUDIO, scratch_dir / SCRATCH_PEAKS
        if not (audio.is_file() and peaks.is_file()):
            return None
        self._blobs.put(recording.recording_id, PEAKS, read_blocks(peaks))
        return self._blobs.put(recording.recording_id, REVIEW_AUDIO, read_blocks(audio))

    def _drop_upload(self, run: PipelineRun) -> None:
        with self._database.reading() as db:
            if any(not each.status.is_final for each in list_runs(db, run.recording_id)):
                return  # another run still has to read it
        try:
            self._blobs.delete_upload(run.recording_id)
        except FilesInUseError:
            return  # removed at the next start

    def _worded(self, run: PipelineRun, message: str) -> str:
        """Replace the stored file's name in a message by the name of the uploaded file."""
        stored = self._blobs.find_upload(run.recording_id)
        if stored is None:
            return message
        return message.replace(stored.name, self._recording(run).source_name)

    def _remove_files_of_deleted(self, recording_id: str) -> None:
        with self._database.reading() as db:
            known = {recording.recording_id for recording in list_recordings(db)}
        if recording_id not in known:
            self._blobs.delete_all(recording_id)

    def _recording(self, run: PipelineRun) -> Recording:
        with self._database.reading() as db:
            return get_recording(db, run.recording_id)
