"""The folders in which runs work, and what is kept in them for going on later."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from pipeline.core.options import PipelineOptions
from pipeline.engines.crash_count import CrashCount, kept_bytes
from pipeline.engines.engine import JobRequest
from pipeline.runtime.atomic_write import write_bytes_atomically

_CHECKPOINT = "checkpoint"
_DEATHS = "deaths.json"
_CANCELLED = "cancelled"

_log = logging.getLogger(__name__)


class WorkFolders:
    """One folder per run: working files, beside them the checkpoint that outlives the program.

    A program that is killed cannot say so: each beginning of a run counts as one more death of
    those who worked on it, until the run ends or the program is closed in peace.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def request(self, run_id: str, audio_path: Path, options: PipelineOptions) -> JobRequest:
        """The job of a run, with the run's folder to work in."""
        folder = self._root / run_id
        return JobRequest(audio_path, options, folder, folder / _CHECKPOINT)

    def make(self, run_id: str) -> None:
        """Make a run's folder, unless it is there from an earlier time.

        Raises:
            OSError: such as on a full disk.
        """
        (self._root / run_id).mkdir(parents=True, exist_ok=True)

    def hand_on(self, former_id: str, run_id: str) -> None:
        """Let a run go on from what a former one has kept; nothing happens if that is nothing.

        Raises:
            OSError: such as on a full disk.
        """
        kept = self._root / former_id / _CHECKPOINT
        if kept.is_dir():
            self.make(run_id)
            kept.rename(self._root / run_id / _CHECKPOINT)
            self.remove(former_id)

    def is_crash_loop(self, run_id: str) -> bool:
        """Whether the program stopped too often while it worked on a run."""
        return self._deaths(run_id).is_crash_loop

    def note_begin(self, run_id: str) -> None:
        """Note that a run is at work, for the case that this is the last thing we do."""
        self._write(run_id, self._deaths(run_id).with_crash(self._kept_bytes(run_id)))

    def mark_clean_shutdown(self, run_id: str) -> None:
        """Note that a run was stopped in peace, and not by a death."""
        deaths = self._deaths(run_id)
        self._write(run_id, CrashCount(max(0, deaths.count - 1), deaths.kept_bytes))

    def note_cancel(self, run_id: str) -> None:
        """Note durably that a run is cancelled, in case the program ends before the run does."""
        try:
            write_bytes_atomically(self._root / run_id / _CANCELLED, b"")
        except OSError:  # such as that of a run which has ended
            _log.warning("it is not noted that run %s is cancelled", run_id, exc_info=True)

    def is_cancelled(self, run_id: str) -> bool:
        """Return whether a run was cancelled before the program ended."""
        return (self._root / run_id / _CANCELLED).exists()

    def keep_checkpoint(self, run_id: str) -> None:
        """Remove all of a run's folder but what the next run may go on from."""
        checkpoint = self._root / run_id / _CHECKPOINT
        if not checkpoint.is_dir():
            self.remove(run_id)
            return
        for path in checkpoint.parent.iterdir():
            if path != checkpoint:
                _remove(path)

    def remove(self, run_id: str) -> None:
        """Remove a run's folder with everything in it."""
        _remove(self._root / run_id)

    def remove_others(self, run_ids: Collection[str]) -> None:
        """Remove what belongs to none of these runs; the root goes when nothing is left."""
        if not self._root.is_dir():
            return
        for folder in self._root.iterdir():
            if folder.name not in run_ids:
                _remove(folder)
        if not any(self._root.iterdir()):
            _remove(self._root)

    def _kept_bytes(self, run_id: str) -> int:
        return kept_bytes(self._root / run_id / _CHECKPOINT)

    def _deaths(self, run_id: str) -> CrashCount:
        try:
            noted = json.loads((self._root / run_id / _DEATHS).read_bytes())
            return CrashCount(int(noted["count"]), int(noted["kept_bytes"]))
        except FileNotFoundError:
            return CrashCount()
        except (OSError, ValueError, KeyError, TypeError):
            _log.warning("nobody can read how often run %s was stopped", run_id, exc_info=True)
            return CrashCount()

    def _write(self, run_id: str, deaths: CrashCount) -> None:
        try:
            note = json.dumps(asdict(deaths)).encode()
            write_bytes_atomically(self._root / run_id / _DEATHS, note)
        except OSError:  # the work matters more than this note
            _log.warning("it is not noted that run %s has begun", run_id, exc_info=True)


def _remove(path: Path) -> None:
    """Remove it, or leave it to the next start where another program holds it open."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink(missing_ok=True)
