"""Text files of an export, and the types of the functions that create them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from storage.training.export_options import Split
from storage.training.rows import TrainingRow


@dataclass(frozen=True, slots=True)
class TextFile:
    """UTF-8 text file of an export, with a line feed after each line.

    Attributes:
        name: its path inside the export, with "/" between folders.
        lines: without line feeds.
    """

    name: str
    lines: Iterable[str]

    def blocks(self) -> Iterator[bytes]:
        """Yield the encoded lines of the file."""
        return (f"{line}\n".encode() for line in self.lines)


RowsBySplit = Mapping[Split, Sequence[TrainingRow]]
"""Rows of each non-empty split, sorted by key."""

AudioAddress = Callable[[TrainingRow], str]
"""Returns the path of a row's clip for the trainer."""

FilesOf = Callable[[RowsBySplit, AudioAddress], Iterator[TextFile]]
"""Yields the files of a format."""


def json_line(values: Mapping[str, object]) -> str:
    """Return a JSON object on one line, keys in the given order."""
    return json.dumps(values, ensure_ascii=False)
