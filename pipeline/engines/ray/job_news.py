"""Messages between the program and a cluster worker about the running job."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import DownloadError
from pipeline.core.events import RunEvent
from pipeline.core.progress import StageProgress
from pipeline.engines.ray.carried_files import (
    MAX_PIECE_BYTES,
    CheckpointChanges,
    FilePiece,
    FileRange,
)
from pipeline.inputs.object_store import size_in_store
from pipeline.inputs.store_address import StoreAddress

News = StageProgress | RunEvent | FilePiece

_PROBE_BYTES = 16
_LONGEST_FETCH_S = 300.0  # of the playback copy of a long recording over a slow network


@dataclass(frozen=True, slots=True)
class WorkerPlace:
    """The node on which a worker has been placed.

    Attributes:
        node_id: id of the node in the cluster.
        machine: name of the machine.
    """

    node_id: str
    machine: str


@dataclass(frozen=True, slots=True)
class Probe:
    """A file that tests whether a worker uses the same file system as the program.

    Attributes:
        path: location of the file.
        state: its size and modification time, or its content if that is short.
    """

    path: Path
    state: tuple[int, int] | bytes

    @staticmethod
    def of(path: Path) -> Probe:
        """Return a probe that describes an existing file.

        Raises:
            OSError: the file cannot be read.
        """
        found = path.stat()
        return Probe(path, (found.st_size, found.st_mtime_ns))

    @staticmethod
    @contextmanager
    def written_to(folder: Path) -> Iterator[Probe]:
        """Write a probe file to a folder, and delete it at the end.

        Raises:
            OSError: the file cannot be written, for example on a full disk.
        """
        content = secrets.token_bytes(_PROBE_BYTES)
        path = folder / f".probe-{content.hex()}"
        path.write_bytes(content)
        try:
            yield Probe(path, content)
        finally:
            path.unlink(missing_ok=True)

    def is_seen(self) -> bool:
        """Return whether this node has the same file at the same path."""
        try:
            if isinstance(self.state, bytes):
                return self.path.read_bytes() == self.state
            return Probe.of(self.path) == self
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class StoreProbe:
    """A file in an object store that tests whether a worker can read the store.

    Attributes:
        address: address of the file.
        num_bytes: its size.
    """

    address: StoreAddress
    num_bytes: int

    @staticmethod
    def of(address: StoreAddress) -> StoreProbe:
        """Return a probe that describes an existing file.

        Raises:
            DownloadError: the file cannot be read.
        """
        return StoreProbe(address, size_in_store(address))

    def is_seen(self) -> bool:
        """Return whether this node reads the same file at the address."""
        try:
            return StoreProbe.of(self.address) == self
        except DownloadError:
            return False


class JobNews:
    """The unsent updates of the running job: the latest progress, events and file parts."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._job_id = ""
        self._is_over = True
        self._progress: StageProgress | None = None
        self._items: list[RunEvent | FileRange] = []
        self._checkpoint: CheckpointChanges | None = None

    def begin(self, job_id: str, checkpoint: CheckpointChanges | None) -> None:
        """Discard the updates of the previous job; from now on include changes of the checkpoint.

        Without a checkpoint only added items are included.
        """
        with self._changed:
            self._job_id, self._is_over, self._progress, self._items = job_id, False, None, []
            self._checkpoint = checkpoint

    def end(self) -> None:
        """Mark the job as ended, so that `take` no longer waits."""
        with self._changed:
            self._is_over, self._checkpoint = True, None
            self._changed.notify_all()

    def wait_until_taken(self) -> None:
        """Wait until all events of an ended job were taken, or a time limit has passed."""
        with self._changed:
            self._changed.wait_for(lambda: not self._items, _LONGEST_FETCH_S)

    def report(self, progress: StageProgress) -> None:
        """Replace the latest progress report."""
        with self._changed:
            self._progress = progress

    def add(self, *items: RunEvent | FileRange) -> None:
        """Append events and file parts, which are sent in this order."""
        with self._changed:
            self._items += items

    def take(self, job_id: str, wait_s: float) -> list[News]:
        """Return the unsent updates of a job, at most about `MAX_PIECE_BYTES` of file parts.

        Wait at most `wait_s` seconds for the job to end.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._job_id == job_id and self._is_over, wait_s)
            if self._job_id != job_id:
                return []
            news: list[News] = [] if self._progress is None else [self._progress]
            self._progress = None
            if self._checkpoint is not None:
                self._items += self._checkpoint.take()
            news += self._take_items()
            self._changed.notify_all()
            return news

    def _take_items(self) -> list[News]:
        taken: list[News] = []
        num_bytes = 0
        while self._items and num_bytes < MAX_PIECE_BYTES:
            item = self._items.pop(0)
            if isinstance(item, FileRange):
                num_bytes += item.num_bytes
                taken.append(item.read())
            else:
                taken.append(item)
        return taken
