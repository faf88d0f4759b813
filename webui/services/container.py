"""Construction of all services for a workspace folder."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filelock import FileLock

from pipeline.core.result import PipelineResult
from pipeline.engines.engine import Engine
from pipeline.models.locations import ModelLocations
from storage.db.blobs import BlobStore
from storage.db.database import Database, open_database
from storage.db.errors import StorageError
from storage.db.records import PipelineRun, Recording
from storage.db.workspace import (
    DATABASE_NAME,
    FILES_FOLDER,
    LIVE_FOLDER,
    UPLOADS_FOLDER,
    lock_workspace,
)
from storage.library.recordings import list_recordings
from storage.library.runs import latest_runs, requeue_unfinished
from storage.library.search import index_queue
from storage.live.session_store import LiveStore
from storage.maintenance.purge import finish_removals
from storage.statistics.activity import Activity, activity
from storage.training.language_model.correction_index import CorrectionIndex
from storage.transcripts.live_transcript import drop_abandoned
from webui.config.limits import BYTES_PER_MB, SECONDS_PER_HOUR, Limits
from webui.live.library import LiveLibrary
from webui.live.recognition import StartRecognition, start_no_recognition
from webui.live.sessions import LiveLimits, LiveSessions, unfinished_runs
from webui.monitoring.metrics import Metrics
from webui.services.access import AccessService
from webui.services.background import RepeatedWork
from webui.services.demo.copies import CopyService
from webui.services.exports.long_reads import LongReads
from webui.services.exports.report import ReportService
from webui.services.exports.sound_clips import SoundClipService
from webui.services.glossary import GlossaryService
from webui.services.imports.import_desk import ImportDesk
from webui.services.known_voices import KnownVoiceService
from webui.services.learnt_words import LearntWords
from webui.services.library import LibraryService
from webui.services.models import ModelsService
from webui.services.people import SharingService
from webui.services.recordings import RecordingsService
from webui.services.review.comparison import ComparisonService
from webui.services.review.reclustering import ReclusteringService
from webui.services.review.review import ReviewService
from webui.services.review.review_history import ReviewHistoryService
from webui.services.review.second_annotations import SecondAnnotationService
from webui.services.review.speaker_proposals import SpeakerProposalService
from webui.services.review.voice_map import VoiceMapService
from webui.services.review.word_candidates import WordCandidateService
from webui.services.runs.ingest import Ingest
from webui.services.runs.job_follower import JobFollower
from webui.services.runs.limits import LimitKeeper
from webui.services.runs.run_recorder import RunRecorder
from webui.services.runs.transcription import RecognitionRules, TranscriptionService
from webui.services.runs.upload_probe import Probe, UploadProbe, unknown_probe
from webui.services.runs.uploads import Uploads
from webui.services.runs.work_folders import WorkFolders
from webui.services.text_quota import TextQuota
from webui.services.training.training_export import TrainingExportService
from webui.services.work import WorkService

SCRATCH_FOLDER = "scratch"
REQUESTS_FOLDER = "requests"  # bodies of large requests
EXPORTS_FOLDER = "exports"  # finished zip files; emptied at every start
MAX_WAITING_FILES = 4  # unused uploads per visitor, in files of maximum size
LONGEST_SWEEP_PAUSE_S = 300.0  # between two deletions of expired uploads
INDEXING_PAUSE_S = 1.0  # between two updates of the search index
LONGEST_INDEXING_S = 1.0  # per update, so that a shutdown waits no longer
SWEEP_MIN_AGE_S = 3_600.0  # a new file's database row is written within this time

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """All services of the app for one workspace.

    Attributes:
        transcription: starts, monitors and cancels runs.
        live: live recordings in progress.
        recordings: lists, opens, renames, deletes and exports recordings.
        library: recording details, search, choice of transcripts.
        copies: private copies of shared recordings.
        review: opens and edits transcripts.
        comparison: compares transcripts of a recording.
        history: histories, versions and statistics of transcripts.
        voices: voice maps.
        word_candidates: alternatives for words of transcripts.
        regrouping: re-clustering proposals.
        speaker_proposals: proposals of speakers after corrections.
        second_annotations: annotations by a second person, and their adjudication.
        known_voices: known people with voice prints.
        glossary: words that recognition should prefer.
        reports: reports of recordings.
        sound_clips: sound of sentences and speakers.
        imports: imports transcript files of other programs.
        training: exports of training data.
        models: installed models and choice of the recogniser.
        access: access rules.
        people: claims and shared results.
        work: transcriptions in progress, and assignment of recordings to reviewers.
        limits: limits of uploads and transcriptions.
        text_quota: text that visitors of a public demo have written.
        request_folder: folder for bodies of large requests.
        uploads: files waiting to be started.
        metrics: metrics for Prometheus.
    """

    transcription: TranscriptionService
    live: LiveSessions
    recordings: RecordingsService
    library: LibraryService
    copies: CopyService
    review: ReviewService
    comparison: ComparisonService
    history: ReviewHistoryService
    voices: VoiceMapService
    word_candidates: WordCandidateService
    regrouping: ReclusteringService
    speaker_proposals: SpeakerProposalService
    glossary: GlossaryService
    second_annotations: SecondAnnotationService
    known_voices: KnownVoiceService
    reports: ReportService
    sound_clips: SoundClipService
    imports: ImportDesk
    training: TrainingExportService
    models: ModelsService
    access: AccessService
    people: SharingService
    work: WorkService
    limits: Limits
    text_quota: TextQuota
    request_folder: Path
    uploads: Uploads
    metrics: Metrics
    _upload_sweeper: RepeatedWork
    _search_indexer: RepeatedWork
    _long_reads: LongReads
    _database: Database
    _lock: FileLock

    def check_database(self) -> None:
        """Check that the database can be read.

        Raises:
            StorageError: if it cannot.
        """
        self._database.check()

    def close(self) -> None:
        """Stop running jobs, close the database and unlock the workspace."""
        try:
            self._upload_sweeper.close()
            self._search_indexer.close()
            self.models.close()
            self.live.close()
            self.transcription.close()
            self.voices.close()
            self.imports.close()
            self._long_reads.close()
            self.training.close()
            self._database.close()
        finally:
            self._lock.release()


def open_services(
    workspace: Path,
    engine: Engine[PipelineResult],
    models: ModelsService | None = None,
    *,
    limits: Limits | None = None,
    probe: Probe = unknown_probe,
    uploads: Path | None = None,
    start_recognition: StartRecognition = start_no_recognition,
) -> Services:
    """Open or create a workspace, remove unused files and resume unfinished runs.

    Args:
        workspace: folder of the database and of the stored audio.
        engine: runs the jobs; closed together with the services.
        models: models of the engine; if None, the user's own cache is shown, and models are ignored
            when runs are compared.
        limits: limits of uploads and transcriptions.
        probe: inspects a file before it is stored.
        uploads: folder of this workspace's uploads; None for the default one in the workspace.
        start_recognition: starts the recognition of live recordings.

    Raises:
        StorageError: if the workspace cannot be opened.
    """
    lock = lock_workspace(workspace)
    try:
        database = open_database(workspace / DATABASE_NAME)
        try:
            keeper = LimitKeeper(limits)
            folder = uploads or workspace / UPLOADS_FOLDER
            waiting = Uploads(
                folder,
                keep_s=keeper.limits.upload_hours * SECONDS_PER_HOUR,
                max_sender_bytes=MAX_WAITING_FILES * keeper.limits.file_mb * BYTES_PER_MB,
            )
            corrections = CorrectionIndex(workspace, database)
            opened = _Opened(workspace, database, lock, waiting, corrections)
            unfinished = _tidy(opened)
            transcription = _transcription(opened, engine, keeper, models, probe)
            being_made = unfinished_runs(opened.live)
            services = _services(opened, transcription, models, keeper, start_recognition)
            transcription.resume(run for run in unfinished if run.run_id not in being_made)
        except BaseException:
            database.close()
            raise
    except BaseException:
        lock.release()
        raise
    return services


@dataclass(frozen=True, slots=True)
class _Opened:
    """Open database and file stores of a workspace that this process has locked."""

    root: Path
    database: Database
    lock: FileLock
    uploads: Uploads
    corrections: CorrectionIndex

    @property
    def blobs(self) -> BlobStore:
        return BlobStore(self.root / FILES_FOLDER)

    @property
    def live(self) -> LiveStore:
        return LiveStore(self.root / LIVE_FOLDER)

    @property
    def folders(self) -> WorkFolders:
        return WorkFolders(self.root / SCRATCH_FOLDER)


def _tidy(opened: _Opened) -> tuple[PipelineRun, ...]:
    """Remove unused files of a workspace; return the unfinished runs in the order of resumption."""
    for folder in (EXPORTS_FOLDER, REQUESTS_FOLDER):
        shutil.rmtree(opened.root / folder, ignore_errors=True)
    opened.uploads.remove_leftovers()
    with opened.database.transaction() as db:
        unfinished = requeue_unfinished(db)
        drop_abandoned(db)
        recordings, latest = list_recordings(db), latest_runs(db).values()
    _finish_removals(opened)
    to_go_on = (*unfinished, *(run for run in latest if run.status.is_resumable))
    opened.folders.remove_others({run.run_id for run in to_go_on})
    _sweep(opened.blobs, recordings, needed={run.recording_id for run in to_go_on})
    return unfinished


def _finish_removals(opened: _Opened) -> None:
    try:
        finish_removals(opened.database, opened.blobs)
    except StorageError:  # retried at the next start
        _log.warning("deleted recordings cannot be removed completely yet", exc_info=True)


def _transcription(
    opened: _Opened,
    engine: Engine[PipelineResult],
    limits: LimitKeeper,
    models: ModelsService | None,
    probe: Probe,
) -> TranscriptionService:
    recorder = RunRecorder(opened.database, opened.blobs)
    recognition = RecognitionRules()
    if models is not None:
        learnt = LearntWords(opened.root, opened.database, models.choose, opened.corrections)
        recognition = RecognitionRules(models.recognition, learnt.add_to)
    return TranscriptionService(
        opened.database,
        Ingest(opened.database, opened.blobs, limits),
        JobFollower(engine, recorder, opened.folders),
        folders=opened.folders,
        limits=limits,
        probe=UploadProbe(probe),
        recognition=recognition,
    )


def _services(
    opened: _Opened,
    transcription: TranscriptionService,
    models: ModelsService | None,
    keeper: LimitKeeper,
    start_recognition: StartRecognition,
) -> Services:
    database, blobs, uploads = opened.database, opened.blobs, opened.uploads
    models = models or ModelsService(ModelLocations())
    live = LiveSessions(
        LiveLibrary(database, blobs, transcription, keeper),
        opened.live,
        models,
        limits=LiveLimits(
            minutes=keeper.limits.live_minutes, address_sessions=keeper.limits.address_live
        ),
        start_recognition=start_recognition,
        add_words=LearntWords(opened.root, database, models.choose, opened.corrections).add_words,
    )
    transcription.connect_live(live)
    long_reads = LongReads(database)
    recordings = RecordingsService(database, blobs, transcription, long_reads)
    every_s = min(LONGEST_SWEEP_PAUSE_S, uploads.keep_s / 4)
    return Services(
        transcription=transcription,
        live=live,
        recordings=recordings,
        library=LibraryService(database),
        copies=CopyService(database, blobs, keeper),
        review=ReviewService(database),
        comparison=ComparisonService(long_reads),
        history=ReviewHistoryService(database, long_reads),
        voices=VoiceMapService(database, blobs),
        word_candidates=WordCandidateService(opened.root, database, blobs),
        regrouping=ReclusteringService(database, blobs),
        speaker_proposals=SpeakerProposalService(database, blobs),
        second_annotations=SecondAnnotationService(database, long_reads),
        glossary=GlossaryService(database, opened.corrections),
        known_voices=KnownVoiceService(database, blobs),
        reports=ReportService(database, long_reads),
        sound_clips=SoundClipService(database, blobs),
        imports=ImportDesk(database.path),
        training=TrainingExportService(opened.root, opened.root / EXPORTS_FOLDER),
        models=models,
        access=AccessService(database),
        people=SharingService(database),
        work=WorkService(database, recordings, transcription),
        limits=keeper.limits,
        text_quota=TextQuota(),
        request_folder=opened.root / REQUESTS_FOLDER,
        uploads=uploads,
        metrics=Metrics(partial(_activity, database), lambda: live.num_open),
        _upload_sweeper=RepeatedWork(uploads.sweep, every_s=every_s, name="upload-sweeper"),
        _long_reads=long_reads,
        _search_indexer=RepeatedWork(
            partial(_index, database), every_s=INDEXING_PAUSE_S, name="search-indexer"
        ),
        _database=database,
        _lock=opened.lock,
    )


def _activity(database: Database) -> Activity:
    with database.reading() as db:
        return activity(db)


def _index(database: Database) -> None:
    """Update the search index; on failure only log, as searches can read the utterances instead."""
    try:
        index_queue(database, longest_s=LONGEST_INDEXING_S)
    except StorageError as error:
        _log.info("the search index cannot be updated: %s", error)


def _sweep(blobs: BlobStore, recordings: tuple[Recording, ...], *, needed: Collection[str]) -> None:
    """Delete unused files from the blob store, except uploads that a run still has to read."""
    try:
        for recording in recordings:
            if recording.review_audio_sha256 is not None and recording.recording_id not in needed:
                blobs.delete_upload(recording.recording_id)
        if recordings:  # an empty database may have replaced the right one
            blobs.sweep({each.recording_id for each in recordings}, min_age_s=SWEEP_MIN_AGE_S)
    except StorageError:  # leftover files do not prevent the start
        _log.warning("unused files cannot be removed", exc_info=True)
