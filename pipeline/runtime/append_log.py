"""Append-only log of records that survives a crash or power failure."""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from pipeline.core.errors import WorkingFileError

_HEAD = struct.Struct("<II")  # length and CRC-32 of the record


class StoredRecords(Protocol):
    """Stored records of one kind of work, from an interrupted run and this one."""

    def read(self) -> Iterator[bytes]:
        """Yield the records that existed when the run began, in the order of appending."""
        ...

    def append(self, record: bytes) -> None:
        """Append a record. Thread-safe."""
        ...

    def close(self) -> None:
        """Release the storage."""
        ...


class NullRecords:
    """Records of a run without a checkpoint: nothing is stored."""

    def read(self) -> Iterator[bytes]:
        """Return no records."""
        return iter(())

    def append(self, record: bytes) -> None:
        """Discard the record."""

    def close(self) -> None:
        """Do nothing."""


class RecordLog:
    """Records in a file, one after another; a damaged one is removed with all after it."""

    def __init__(self, path: Path) -> None:
        """Open or create the file.

        Raises:
            WorkingFileError: it cannot be read or written.
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
        """Yield the records that existed when it was opened; see `StoredRecords.read`."""
        return _records(self._path, self._num_kept)

    def append(self, record: bytes) -> None:
        """Append a record; see `StoredRecords.append`.

        Raises:
            WorkingFileError: it cannot be written, for example on a full disk.
        """
        data = _HEAD.pack(len(record), zlib.crc32(record)) + record
        try:
            with self._lock:
                while data:
                    data = data[self._file.write(data) :]
        except OSError as error:
            raise _failure(self._path, error) from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _records(path: Path, num_bytes: int | None) -> Iterator[bytes]:
    """Yield the undamaged records at the beginning of a file, or of its first bytes."""
    with path.open("rb") as file:
        while num_bytes is None or file.tell() < num_bytes:
            head = file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                return
            length, checksum = _HEAD.unpack(head)
            record = file.read(length)
            if len(record) < length or not length or zlib.crc32(record) != checksum:
                return  # a record of length 0 is a hole that the file system filled with zeros
            yield record


def _failure(path: Path, error: OSError) -> WorkingFileError:
    return WorkingFileError(
        f"Finished work cannot be stored in {path.name} ({error}). Check the disk's free space"
    )
