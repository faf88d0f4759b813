"""Journal of the recordings transcribed into a folder, robust against crashes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

FILE_NAME = ".transcribed.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal entry for one recording whose transcripts have been written.

    Attributes:
        source: digest of its location and key, so that the journal reveals no address.
        state: size and modification time of its file, "" if there is none.
        made_by: digest of models, options and software.
        name: path of the output relative to the folder, without extensions.
        formats: the formats written.
        duration_ms: duration of the recording.
        recognised: its line in each file of `1best_recog`, if that was requested.
    """

    source: str
    state: str
    made_by: str
    name: str
    formats: tuple[str, ...]
    duration_ms: int
    recognised: Mapping[str, str] = field(default_factory=dict)


class Journal:
    """The journal entries of one folder, indexed by recording and read on demand."""

    def __init__(self, file: IO[bytes]) -> None:
        """Index the existing entries, and remove an incomplete last line left by a crash.

        Args:
            file: open for reading and writing; see `open_journal`.
        """
        self._file = file
        self._offsets: dict[str, int] = {}
        self._end = 0
        for offset, line in _lines(file):
            entry = _parse(line)
            if entry is not None:
                self._offsets[entry.source] = offset
            self._end = offset + len(line)
        file.truncate(self._end)

    def find(self, source: str) -> Entry | None:
        """Return the latest entry for a recording, None if there is none."""
        offset = self._offsets.get(source)
        if offset is None:
            return None
        self._file.seek(offset)
        return _parse(self._file.readline())

    def names(self) -> Iterator[str]:
        """Yield the output names of all entries."""
        for source in self._offsets:
            entry = self.find(source)
            if entry is not None:
                yield entry.name

    def add(self, entry: Entry) -> None:
        """Append an entry and wait until it is on disk.

        Raises:
            OSError: the entry cannot be written, for example on a full disk.
        """
        line = json.dumps(asdict(entry), ensure_ascii=True).encode() + b"\n"
        self._file.seek(self._end)
        self._file.write(line)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._offsets[entry.source] = self._end
        self._end += len(line)


def open_journal(folder: Path) -> IO[bytes]:
    """Open the journal file of a folder, creating it if missing; the caller closes it.

    Raises:
        OSError: the file cannot be opened.
    """
    path = folder / FILE_NAME
    path.touch()
    return path.open("rb+")


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the offset and content of each complete line."""
    offset = 0
    for line in file:
        if not line.endswith(b"\n"):
            return
        yield offset, line
        offset += len(line)


def _parse(line: bytes) -> Entry | None:
    """Parse a journal line; return None if it is not a valid entry."""
    try:
        fields: dict[str, Any] = json.loads(line)  # Any: checked field by field below
        entry = Entry(**{**fields, "formats": tuple(fields["formats"])})
    except (ValueError, TypeError, KeyError):
        return None
    texts = (entry.source, entry.state, entry.made_by, entry.name, *entry.formats)
    is_whole = all(isinstance(each, str) for each in texts) and isinstance(entry.duration_ms, int)
    return entry if is_whole and isinstance(entry.recognised, dict) and _is_inside(entry) else None


def _is_inside(entry: Entry) -> bool:
    """Return whether an entry's output path is inside the folder."""
    name = PurePosixPath(entry.name)
    return bool(name.parts) and not name.is_absolute() and ".." not in name.parts
