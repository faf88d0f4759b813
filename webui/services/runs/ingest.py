"""Storage of uploaded recordings and queueing of their transcription runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.audio_track import TRACK_READ
from pipeline.core.options import PipelineOptions
from pipeline.core.provenance import SOFTWARE_VERSION, ModelUse
from storage.db.blobs import REVIEW_AUDIO, BlobStore, sha256_of, upload_name
from storage.db.database import Connection, Database
from storage.db.errors import NotFoundError, StorageError
from storage.db.records import RECORDED_LIVE, PipelineRun, Recording, RunStatus
from storage.library.recordings import add_recording, find_by_audio, get_recording
from storage.library.runs import get_run, list_runs, queue_run
from webui.services.runs.limits import LimitKeeper, QuotaRequest

_RECOGNITION_ROLES = ("recognizer", "punctuator")  # models of recognition and punctuation


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file that is to be stored as a recording.

    Attributes:
        path: path on this machine; the name is shown and never used as a path.
        title: title of the recording.
        owner: id of the visitor; None without separate visitors.
        duration_ms: length; None if unknown before decoding.
        address: the visitor's address group; None if unknown.
    """

    path: Path
    title: str
    owner: str | None = None
    duration_ms: int | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class QueuedRun:
    """A queued run, or the equal earlier one that is used instead.

    Attributes:
        run: the queued run, or an equal earlier one.
        is_new: whether it was queued now.
    """

    run: PipelineRun
    is_new: bool


class Ingest:
    """Service that stores the rows and files of recordings and queues their runs."""

    def __init__(
        self, database: Database, blobs: BlobStore, limits: LimitKeeper | None = None
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._limits = limits or LimitKeeper()

    def admit(
        self,
        upload: Upload,
        options: PipelineOptions,
        *,
        recognition: Collection[ModelUse] | None = None,
        lost: Collection[str] = (),
    ) -> QueuedRun:
        """Store a recording and queue a run, unless an equal run is unfinished or done.

        Args:
            upload: the uploaded file.
            options: chosen options.
            recognition: models that would recognise the words now; runs with other models are not
                equal. None if unknown.
            lost: ids of ended runs whose end is not stored.

        Raises:
            LimitReachedError: if a limit would be exceeded.
            StorageError: if the file cannot be read or stored.
        """
        request = QuotaRequest(upload.owner, upload.duration_ms, upload.address)
        audio_sha256 = _hash(upload.path)
        with self._database.transaction() as db:
            recording = add_recording(
                db,
                title=upload.title,
                source_name=upload.path.name,
                audio_sha256=audio_sha256,
                owner=upload.owner,
            )
            same = _find_same(db, recording.recording_id, options, recognition, lost)
            if same is not None:
                return QueuedRun(same, is_new=False)
            self._limits.check(db, request, lost=lost)
            if self._find_audio(recording) is None:
                name = upload_name(upload.path.name)
                self._blobs.adopt(recording.recording_id, name, upload.path.resolve())
            run = queue_run(db, recording.recording_id, options=options.as_text())
            self._limits.note(request, run)
        return QueuedRun(run, is_new=True)

    def find_known(self, path: Path, *, owner: str | None) -> Recording | None:
        """Return the owner's recording of an audio file; None if there is none.

        Raises:
            StorageError: if the file cannot be read.
        """
        audio_sha256 = _hash(path)
        with self._database.reading() as db:
            return find_by_audio(db, audio_sha256, owner=owner)

    def admit_again(
        self, run_id: str, options: PipelineOptions, *, lost: Collection[str] = ()
    ) -> QueuedRun:
        """Queue another run on a recording, unless an equal run is unfinished.

        Args:
            run_id: a former run on the recording.
            options: options of the new run.
            lost: ids of ended runs whose end is not stored.

        Raises:
            NotFoundError: if there is no such run, or the audio is not stored.
            LimitReachedError: if a limit would be exceeded.
        """
        with self._database.transaction() as db:
            former = get_run(db, run_id)
            chosen = options.as_text()
            if former.is_recorded_live:  # this one settles the text of the recording too
                chosen = (*chosen, RECORDED_LIVE)
            for run in list_runs(db, former.recording_id):
                if _is_at_work(run, lost) and run.options == chosen:
                    return QueuedRun(run, is_new=False)
            recording = get_recording(db, former.recording_id)
            _required(self._find_audio(recording))
            request = QuotaRequest(recording.owner, recording.duration_ms)
            self._limits.check(db, request, lost=lost)
            run = queue_run(db, former.recording_id, options=chosen)
            self._limits.note(request, run)
        return QueuedRun(run, is_new=True)

    def audio_of(self, recording_id: str) -> Path:
        """Return the path of the audio file that a run on the recording reads.

        Raises:
            NotFoundError: if there is no such recording, or its audio is not stored.
        """
        with self._database.reading() as db:
            return _required(self._find_audio(get_recording(db, recording_id)))

    def _find_audio(self, recording: Recording) -> Path | None:
        # The original file is preferred to its copy: a resumed run must read the same file.
        upload = self._blobs.find_upload(recording.recording_id)
        if upload is None and recording.review_audio_sha256 is not None:
            return self._blobs.path_of(recording.recording_id, REVIEW_AUDIO)
        return upload


def _find_same(
    db: Connection,
    recording_id: str,
    options: PipelineOptions,
    recognition: Collection[ModelUse] | None,
    lost: Collection[str],
) -> PipelineRun | None:
    chosen = options.as_text()
    for run in list_runs(db, recording_id):
        is_same = _is_at_work(run, lost) or _is_done_as_today(run, recognition)
        if _choices(run) == chosen and is_same:
            return run
    return None


def _choices(run: PipelineRun) -> tuple[tuple[str, str], ...]:
    """Return a run's options as requested, without the entry that the run itself added."""
    return tuple(each for each in run.options if each[0] != TRACK_READ)


def _is_done_as_today(run: PipelineRun, recognition: Collection[ModelUse] | None) -> bool:
    if run.status is not RunStatus.DONE or run.software_version != SOFTWARE_VERSION:
        return False
    used = {each for each in run.models if each.role in _RECOGNITION_ROLES}
    return recognition is None or used == set(recognition)


def _is_at_work(run: PipelineRun, lost: Collection[str]) -> bool:
    return not run.status.is_final and run.run_id not in lost


def _required(path: Path | None) -> Path:
    if path is None:
        raise NotFoundError("The audio of this recording was not stored. Upload it again.")
    return path


def _hash(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise StorageError(f"'{path.name}' cannot be read: {error.strerror}.") from error
