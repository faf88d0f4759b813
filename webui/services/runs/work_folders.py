"""Folders with the working files and checkpoints of transcription runs."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.core.atomic_write import write_bytes_atomically
from pipeline.core.options import PipelineOptions
from pipeline.engines.crash_count import CrashCount, kept_bytes
from pipeline.engines.engine import JobRequest, Priority

_CHECKPOINT = "checkpoint"
_DEATHS = "deaths.json"
_CANCELLED = "cancelled"
_DISCARDS = b"discard"
_SUBMISSION = "submission.json"
SHORT_MS = 10 * 60_000  # longer recordings follow shorter ones of the same round of the queue

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Submission:
    """Owner, length and kind of a run, which determine its place in the queue.

    Attributes:
        person: id of a demo's visitor, or user name; "" if unknown.
        duration_ms: length of the recording, None if unknown.
        is_live: whether the run completes the transcript of a live recording.
    """

    person: str = ""
    duration_ms: int | None = None
    is_live: bool = False

    @property
    def priority(self) -> Priority:
        """Priority of the run in the queue."""
        if self.is_live:
            return Priority.LIVE
        is_short = self.duration_ms is not None and self.duration_ms <= SHORT_MS
        return Priority.SHORT if is_short else Priority.LONG


class WorkFolders:
    """Folders with each run's working files and its checkpoint, which survives restarts.

    A killed program cannot record its crash: each start of a run counts as one until the run ends
    or the program shuts down cleanly.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def request(
        self,
        run_id: str,
        audio_path: Path,
        options: PipelineOptions,
        submission: Submission | None = None,
    ) -> JobRequest:
        """Return the engine's job request for a run, with the paths of folder and checkpoint."""
        folder, submission = self._root / run_id, submission or Submission()
        return JobRequest(
            audio_path,
            options,
            folder,
            folder / _CHECKPOINT,
            person=submission.person,
            priority=submission.priority,
        )

    def make(self, run_id: str) -> None:
        """Create a run's folder, unless it exists.

        Raises:
            OSError: on a file system error, such as a full disk.
        """
        (self._root / run_id).mkdir(parents=True, exist_ok=True)

    def note_submission(self, run_id: str, submission: Submission) -> None:
        """Record a run's submission in its folder, for its place in the queue after a restart."""
        try:
            note = json.dumps(asdict(submission)).encode()
            write_bytes_atomically(self._root / run_id / _SUBMISSION, note)
        except OSError:  # the run matters more than its place
            _log.warning("the submission of run %s could not be recorded", run_id, exc_info=True)

    def submission(self, run_id: str) -> Submission:
        """Return a run's recorded submission, one without details if there is none."""
        try:
            return _read_submission((self._root / run_id / _SUBMISSION).read_bytes())
        except FileNotFoundError:
            return Submission()
        except (OSError, ValueError, KeyError, TypeError):
            _log.warning("the submission of run %s cannot be read", run_id, exc_info=True)
            return Submission()

    def move_checkpoint(self, former_id: str, run_id: str) -> None:
        """Move the checkpoint of an earlier run to another run; do nothing if there is none.

        Raises:
            OSError: on a file system error, such as a full disk.
        """
        kept = self._root / former_id / _CHECKPOINT
        if kept.is_dir():
            self.make(run_id)
            kept.rename(self._root / run_id / _CHECKPOINT)
            self.remove(former_id)

    def is_crash_loop(self, run_id: str) -> bool:
        """Return whether the program crashed too often during a run."""
        return self._crash_count(run_id).is_crash_loop

    def note_begin(self, run_id: str) -> None:
        """Count a crash of the run in advance; its end or a clean shutdown removes it."""
        self._write(run_id, self._crash_count(run_id).with_crash(self._kept_bytes(run_id)))

    def mark_clean_shutdown(self, run_id: str) -> None:
        """Remove the crash that was counted in advance when the run began."""
        crashes = self._crash_count(run_id)
        self._write(run_id, CrashCount(max(0, crashes.count - 1), crashes.kept_bytes))

    def note_cancel(self, run_id: str, *, discards: bool = False) -> None:
        """Record a run's cancellation in its folder, in case the program ends before the run.

        Args:
            run_id: the run.
            discards: whether the sentences recognised so far are deleted too.
        """
        try:
            write_bytes_atomically(self._root / run_id / _CANCELLED, _DISCARDS if discards else b"")
        except OSError:  # for example of a run that has ended
            _log.warning("the cancellation of run %s could not be recorded", run_id, exc_info=True)

    def is_cancelled(self, run_id: str) -> bool:
        """Return whether a run was cancelled before the program ended."""
        return (self._root / run_id / _CANCELLED).exists()

    def discards(self, run_id: str) -> bool:
        """Return whether the sentences of a cancelled run are to be deleted."""
        try:
            return (self._root / run_id / _CANCELLED).read_bytes() == _DISCARDS
        except OSError:
            return False

    def keep_checkpoint(self, run_id: str) -> None:
        """Remove all files of a run except its checkpoint."""
        checkpoint = self._root / run_id / _CHECKPOINT
        if not checkpoint.is_dir():
            self.remove(run_id)
            return
        for path in checkpoint.parent.iterdir():
            if path != checkpoint:
                _remove(path)

    def remove(self, run_id: str) -> None:
        """Remove a run's folder with its content."""
        _remove(self._root / run_id)

    def remove_others(self, run_ids: Collection[str]) -> None:
        """Remove the folders of all runs except these, and the root folder if it is then empty."""
        if not self._root.is_dir():
            return
        for folder in self._root.iterdir():
            if folder.name not in run_ids:
                _remove(folder)
        if not any(self._root.iterdir()):
            _remove(self._root)

    def _kept_bytes(self, run_id: str) -> int:
        return kept_bytes(self._root / run_id / _CHECKPOINT)

    def _crash_count(self, run_id: str) -> CrashCount:
        try:
            noted = json.loads((self._root / run_id / _DEATHS).read_bytes())
            return CrashCount(int(noted["count"]), int(noted["kept_bytes"]))
        except FileNotFoundError:
            return CrashCount()
        except (OSError, ValueError, KeyError, TypeError):
            _log.warning("the crash count of run %s cannot be read", run_id, exc_info=True)
            return CrashCount()

    def _write(self, run_id: str, crashes: CrashCount) -> None:
        try:
            note = json.dumps(asdict(crashes)).encode()
            write_bytes_atomically(self._root / run_id / _DEATHS, note)
        except OSError:  # the run matters more than this record
            _log.warning("the start of run %s could not be recorded", run_id, exc_info=True)


def _read_submission(content: bytes) -> Submission:
    noted = json.loads(content)
    duration_ms = noted["duration_ms"]
    return Submission(
        person=str(noted["person"]),
        duration_ms=None if duration_ms is None else int(duration_ms),
        is_live=noted["is_live"] is True,
    )


def _remove(path: Path) -> None:
    """Remove a folder or file; leave files in use to the next start."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink(missing_ok=True)
