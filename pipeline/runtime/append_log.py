"""Append-only record file that survives a crash or power failure."""

from __future__ import annotations

import os
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from pipeline.core.errors import WorkingFileError

_HEAD = struct.Struct("<II")  # length and CRC-32 of the record


class StoredRecords(Protocol):
    """A store of records of finished work, including those of an interrupted run."""

    def read(self) -> Iterator[bytes]:
        """Yield the records of the interrupted run, in the order in which they were appended."""
        ...

    def append(self, record: bytes) -> None:
        """Append a record; may be called from several threads."""
        ...

    def close(self) -> None:
        """Close the files of the store."""
        ...


class NullRecords:
    """A store that discards all records, for runs without a checkpoint."""

    def read(self) -> Iterator[bytes]:
        """Return an empty iterator, since no records are stored."""
        return iter(())

    def append(self, record: bytes) -> None:
        """Discard the record; see `StoredRecords.append`."""

    def close(self) -> None:
        """Do nothing, since no file is open."""


class RecordLog:
    """A record file; a damaged record is removed together with all records after it."""

    def __init__(self, path: Path) -> None:
        """Open or create the file; remove damaged records.

        Raises:
            WorkingFileError: the file cannot be read or written.
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
        """Yield the records that existed when the file was opened."""
        return _records(self._path, self._num_kept)

    def append(self, record: bytes) -> None:
        """Append a record; see `StoredRecords.append`.

        Raises:
            WorkingFileError: the record cannot be written, for example on a full disk.
        """
        data = _HEAD.pack(len(record), zlib.crc32(record)) + record
        try:
            with self._lock:
                while data:
                    data = data[self._file.write(data) :]
        except OSError as error:
            raise _failure(self._path, error) from error

    def sync(self) -> None:
        """Wait until the appended records are durable.

        Raises:
            WorkingFileError: the disk cannot store them.
        """
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _failure(self._path, error) from error

    def close(self) -> None:
        """Close the record file."""
        self._file.close()


def _records(path: Path, num_bytes: int | None) -> Iterator[bytes]:
    """Yield the records in the first `num_bytes` of a file, up to the first damaged one."""
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
