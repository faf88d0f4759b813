"""A text file of an export."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from storage.training.options import Split
from storage.training.rows import TrainingRow


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of lines, UTF-8 with a line feed after each.

    Attributes:
        name: its path inside the export, with "/" between folders.
        lines: without line feeds.
    """

    name: str
    lines: Iterable[str]

    def blocks(self) -> Iterator[bytes]:
        """Its content, line by line."""
        return (f"{line}\n".encode() for line in self.lines)


RowsBySplit = Mapping[Split, Sequence[TrainingRow]]
"""The rows of each split that has any, sorted by key."""

AudioAddress = Callable[[TrainingRow], str]
"""Where a trainer finds a row's clip."""

FilesOf = Callable[[RowsBySplit, AudioAddress], Iterator[TextFile]]
"""The files of a format."""


def json_line(values: Mapping[str, object]) -> str:
    """One JSON object on one line, keys in the order given."""
    return json.dumps(values, ensure_ascii=False)
