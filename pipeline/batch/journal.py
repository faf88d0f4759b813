"""What has been transcribed into a folder: a line for each recording, also after a crash."""

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
    """A recording whose transcripts are there.

    Attributes:
        source: digest of its place and key; who reads the journal learns no address.
        state: size and time of change of its file, "" where it has none.
        made_by: digest of models, options and software.
        name: path of what was written, from the folder, without the endings.
        formats: what was written.
        duration_ms: how long it lasts.
        recognised: its line in each file of `1best_recog`, where that was wanted.
    """

    source: str
    state: str
    made_by: str
    name: str
    formats: tuple[str, ...]
    duration_ms: int
    recognised: Mapping[str, str] = field(default_factory=dict)


class Journal:
    """The entries of one folder; in memory is where in the file each one begins, no more."""

    def __init__(self, file: IO[bytes]) -> None:
        """Read what is there; a line that a crash cut off goes, its recording is done again.

        Args:
            file: open for reading and writing; `open_journal` opens it.
        """
        self._file = file
        self._places: dict[str, int] = {}
        self._end = 0
        for place, line in _lines(file):
            entry = _parse(line)
            if entry is not None:
                self._places[entry.source] = place
            self._end = place + len(line)
        file.truncate(self._end)

    def find(self, source: str) -> Entry | None:
        """What was last noted about a recording."""
        place = self._places.get(source)
        if place is None:
            return None
        self._file.seek(place)
        return _parse(self._file.readline())

    def names(self) -> Iterator[str]:
        """The names that recordings have been given."""
        for source in self._places:
            entry = self.find(source)
            if entry is not None:
                yield entry.name

    def add(self, entry: Entry) -> None:
        """Note that a recording is done; when this returns, it is noted for good.

        Raises:
            OSError: the disk is full, for example.
        """
        line = json.dumps(asdict(entry), ensure_ascii=True).encode() + b"\n"
        self._file.seek(self._end)
        self._file.write(line)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._places[entry.source] = self._end
        self._end += len(line)


def open_journal(folder: Path) -> IO[bytes]:
    """The journal's file in a folder, made where it is missing; the caller closes it.

    Raises:
        OSError: it cannot be opened.
    """
    path = folder / FILE_NAME
    path.touch()
    return path.open("rb+")


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Whole lines with the place where each begins."""
    place = 0
    for line in file:
        if not line.endswith(b"\n"):
            return
        yield place, line
        place += len(line)


def _parse(line: bytes) -> Entry | None:
    """The entry on a line; None where another version or a hand has written something else."""
    try:
        fields: dict[str, Any] = json.loads(line)  # Any: checked field by field below
        entry = Entry(**{**fields, "formats": tuple(fields["formats"])})
    except (ValueError, TypeError, KeyError):
        return None
    texts = (entry.source, entry.state, entry.made_by, entry.name, *entry.formats)
    is_whole = all(isinstance(each, str) for each in texts) and isinstance(entry.duration_ms, int)
    return entry if is_whole and isinstance(entry.recognised, dict) and _is_inside(entry) else None


def _is_inside(entry: Entry) -> bool:
    """Whether its name stays below the folder."""
    name = PurePosixPath(entry.name)
    return bool(name.parts) and not name.is_absolute() and ".." not in name.parts
