"""Read-only file composed of spans of another file and bytes in memory."""

from __future__ import annotations

import io
import os
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import IO, cast


@dataclass(frozen=True, slots=True)
class Span:
    """A contiguous part of a file.

    Attributes:
        start: offset of its first byte.
        size: number of bytes.
    """

    start: int
    size: int

    @property
    def end(self) -> int:
        """Offset just after the span's last byte."""
        return self.start + self.size


Part = bytes | Span


class SplicedFile(io.RawIOBase):
    """A read-only file composed of parts in order, without copying them in advance."""

    def __init__(self, source: IO[bytes], parts: Sequence[Part]) -> None:
        """Create a file from parts of `source`, an unbuffered file that is closed with this one."""
        super().__init__()
        self._source = source
        self._parts = [each for each in parts if _size_of(each)]
        self._ends = list(accumulate(_size_of(each) for each in self._parts))
        self._position = 0
        self._furthest = 0

    @property
    def size(self) -> int:
        """Number of bytes in all parts."""
        return self._ends[-1] if self._ends else 0

    @property
    def num_unread(self) -> int:
        """Number of bytes after the furthest position that has been read."""
        return self.size - self._furthest

    def readable(self) -> bool:
        """Return True, since the file supports reading."""
        return True

    def seekable(self) -> bool:
        """Return True, since the file supports random access."""
        return True

    def tell(self) -> int:
        """Return the current position in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a position in the file; see `io.IOBase.seek`."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: object) -> int:
        """Read bytes into a buffer, as many as fit or remain; return their number."""
        target = memoryview(cast("bytearray", buffer)).cast("B")
        num_read = 0
        while num_read < len(target) and (data := self._read_part(len(target) - num_read)):
            target[num_read : num_read + len(data)] = data
            num_read += len(data)
        self._furthest = max(self._furthest, self._position)
        return num_read

    def close(self) -> None:
        """Close this file and `source`."""
        self._source.close()
        super().close()

    def _read_part(self, num_bytes: int) -> bytes:
        """Read at most `num_bytes` from the current position, up to the end of the current part."""
        number = bisect_right(self._ends, self._position)
        if number == len(self._parts):
            return b""
        part = self._parts[number]
        within = self._position - self._ends[number] + _size_of(part)
        wanted = min(num_bytes, self._ends[number] - self._position)
        if isinstance(part, bytes):
            data = part[within : within + wanted]
        else:
            self._source.seek(part.start + within)
            data = self._source.read(wanted)
        self._position += len(data)
        return data


def _size_of(part: Part) -> int:
    return len(part) if isinstance(part, bytes) else part.size
