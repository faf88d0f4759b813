"""Transfer of a job's files between the program and a worker without a shared file system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.core.atomic_write import PARTIAL_SUFFIX
from pipeline.engines.engine import SCRATCH_AUDIO, SCRATCH_PEAKS, JobRequest
from pipeline.engines.job_folder import job_folder

MAX_PIECE_BYTES = 8 << 20


class JobFolder(str, Enum):
    """A folder of a job to which the worker writes."""

    CHECKPOINT = "checkpoint"
    SCRATCH = "scratch"


@dataclass(frozen=True, slots=True)
class FilePiece:
    """A part of a file's content, which replaces the file from `start` to its end.

    Attributes:
        folder: the folder with the file.
        name: name of the file.
        start: position of the first byte.
        content: the bytes.
    """

    folder: JobFolder
    name: str
    start: int
    content: bytes


@dataclass(frozen=True, slots=True)
class FileRange:
    """A part of a file that has not been read yet."""

    folder: JobFolder
    path: Path
    start: int
    num_bytes: int

    def read(self) -> FilePiece:
        """Read the part; it is shorter if the file was truncated meanwhile, or empty if deleted."""
        content = b""
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            file.seek(self.start)
            content = file.read(self.num_bytes)
        return FilePiece(self.folder, self.path.name, self.start, content)


@dataclass(frozen=True, slots=True)
class CarriedFiles:
    """The files of a job except its audio, and the folders that the job needs."""

    checkpoint: tuple[FilePiece, ...] | None
    has_scratch: bool


def pack_files(request: JobRequest) -> CarriedFiles:
    """Read the checkpoint files of a job for transfer to a worker.

    Raises:
        OSError: a file cannot be read.
    """
    folder = request.checkpoint_dir
    if folder is None:
        return CarriedFiles(None, request.scratch_dir is not None)
    pieces = (
        FilePiece(JobFolder.CHECKPOINT, path.name, 0, path.read_bytes())
        for path in sorted(folder.iterdir())
    )
    return CarriedFiles(tuple(pieces), request.scratch_dir is not None)


def read_recording(path: Path) -> NDArray[np.uint8]:
    """Map the bytes of a recording into memory.

    Raises:
        OSError: the file cannot be read.
    """
    if path.stat().st_size == 0:  # cannot be mapped
        return np.zeros(0, np.uint8)
    return np.memmap(path, np.uint8, "r")


@contextmanager
def unpacked(
    request: JobRequest, files: CarriedFiles, recording: NDArray[np.uint8] | None
) -> Iterator[JobRequest]:
    """Yield the job with its files in a temporary folder, which is deleted at the end.

    Without a recording its path and address stay as they are.
    """
    with job_folder() as folder:
        if recording is not None:
            request = _with_recording(request, recording, folder / "audio")
        scratch = _subfolder(folder, JobFolder.SCRATCH) if files.has_scratch else None
        checkpoint = None
        if files.checkpoint is not None:
            checkpoint = _subfolder(folder, JobFolder.CHECKPOINT)
        local = replace(request, scratch_dir=scratch, checkpoint_dir=checkpoint)
        for piece in files.checkpoint or ():
            write_piece(piece, local)
        yield local


def _with_recording(request: JobRequest, recording: NDArray[np.uint8], folder: Path) -> JobRequest:
    folder.mkdir()
    audio_path = folder / request.audio_path.name
    recording.tofile(audio_path)
    return replace(request, audio_path=audio_path, address=None)


def write_piece(piece: FilePiece, request: JobRequest) -> None:
    """Write a part of a file to its folder; do nothing if the job does not have the folder.

    Raises:
        OSError: the file cannot be written, for example on a full disk.
        ValueError: the name is not that of a file in the folder.
    """
    is_scratch = piece.folder is JobFolder.SCRATCH
    folder = request.scratch_dir if is_scratch else request.checkpoint_dir
    if folder is None:
        return
    if Path(piece.name).name != piece.name:
        raise ValueError(f"a piece of a file needs a plain name, got {piece.name!r}")
    path = folder / piece.name
    path.touch()
    with path.open("r+b") as file:
        file.truncate(piece.start)
        file.seek(piece.start)
        file.write(piece.content)


def scratch_ranges(folder: Path) -> list[FileRange]:
    """Return the complete playback copy and waveform peaks as ranges of limited size."""
    ranges: list[FileRange] = []
    for name in (SCRATCH_AUDIO, SCRATCH_PEAKS):
        path = folder / name
        ranges += _in_parts(JobFolder.SCRATCH, path, 0, path.stat().st_size)
    return ranges


class CheckpointChanges:
    """A tracker of the parts of a checkpoint's files written since the last call.

    Files are appended to. If a file was replaced, all files are sent again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sent: dict[str, tuple[int, int]] = {}  # inode and size by name

    def take(self) -> list[FileRange]:
        """Return the ranges written since the last call, in the order of the file names."""
        found = {path: _inode_and_size(path) for path in sorted(self._folder.iterdir())}
        if any(self._is_replaced(path.name, *state) for path, state in found.items() if state):
            self._sent.clear()
        ranges: list[FileRange] = []
        for path, state in found.items():
            if state is not None and path.suffix != PARTIAL_SUFFIX:
                ranges += self._new_parts(path, *state)
        return ranges

    def _is_replaced(self, name: str, inode: int, size: int) -> bool:
        sent_inode, sent_size = self._sent.get(name, (inode, 0))
        return inode != sent_inode or size < sent_size

    def _new_parts(self, path: Path, inode: int, size: int) -> Iterator[FileRange]:
        is_known = path.name in self._sent
        start = self._sent[path.name][1] if is_known else 0
        self._sent[path.name] = (inode, size)
        if not is_known:  # empties the former file
            yield FileRange(JobFolder.CHECKPOINT, path, 0, 0)
        yield from _in_parts(JobFolder.CHECKPOINT, path, start, size)


def _inode_and_size(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size


def _in_parts(folder: JobFolder, path: Path, start: int, stop: int) -> Iterator[FileRange]:
    for first in range(start, stop, MAX_PIECE_BYTES):
        yield FileRange(folder, path, first, min(MAX_PIECE_BYTES, stop - first))


def _subfolder(folder: Path, kind: JobFolder) -> Path:
    made = folder / kind.value
    made.mkdir()
    return made
