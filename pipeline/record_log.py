"""Records kept in a file as work goes on, whole ones even after the power has failed."""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from pipeline.errors import WorkingFileError

_HEAD = struct.Struct("<II")  # length and CRC-32 of what follows


class KeptRecords(Protocol):
    """What an earlier, interrupted run has left of one kind of work, and a place for more."""

    def read(self) -> Iterator[bytes]:
        """The records that were there when the run began, in the order they were appended."""
        ...

    def append(self, record: bytes) -> None:
        """Keep another one. May be called from any thread."""
        ...

    def close(self) -> None:
        """Let go of what it is kept in."""
        ...


class NothingKept:
    """For a run that leaves nothing behind."""

    def read(self) -> Iterator[bytes]:
        """No records."""
        return iter(())

    def append(self, record: bytes) -> None:
        """Forget it."""

    def close(self) -> None:
        """Nothing is open."""


class RecordLog:
    """Records in a file, one behind the other; what is damaged is cut off with all after it."""

    def __init__(self, path: Path) -> None:
        """Open or create it.

        Raises:
            WorkingFileError: it can be neither read nor written.
        """
        self._path = path
        self._lock = threading.Lock()
        try:
            path.touch()
            self._num_kept = sum(_HEAD.size + len(each) for each in _records(path, None))
            self._file = path.open("r+b", buffering=0)
            self._file.truncate(self._num_kept)
            self._file.seek(self._num_kept)
        except OSError as error:
            raise _failure(path, error) from error

    def read(self) -> Iterator[bytes]:
        """The records that were there when it was opened; see `KeptRecords.read`."""
        return _records(self._path, self._num_kept)

    def append(self, record: bytes) -> None:
        """Write a record; see `KeptRecords.append`.

        Raises:
            WorkingFileError: there is no room for it.
        """
        data = _HEAD.pack(len(record), zlib.crc32(record)) + record
        try:
            with self._lock:
                while data:
                    data = data[self._file.write(data) :]
        except OSError as error:
            raise _failure(self._path, error) from error

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _records(path: Path, num_bytes: int | None) -> Iterator[bytes]:
    """The undamaged records at the beginning of a file, or of its first bytes."""
    with path.open("rb") as file:
        while num_bytes is None or file.tell() < num_bytes:
            head = file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                return
            length, checksum = _HEAD.unpack(head)
            record = file.read(length)
            if len(record) < length or not length or zlib.crc32(record) != checksum:
                return  # an empty record is a hole that the file system has filled with zeros
            yield record


def _failure(path: Path, error: OSError) -> WorkingFileError:
    return WorkingFileError(
        f"What is finished cannot be kept in {path.name} ({error}). Check the disk's free space"
    )
