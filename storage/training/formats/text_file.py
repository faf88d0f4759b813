"""Text files of an export, and the types of the functions that create them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from storage.training.export_options import Split
from storage.training.selection.rows import TrainingRow

_GZIP_WINDOW = 16 + zlib.MAX_WBITS  # a gzip header, whose time is 0


@dataclass(frozen=True, slots=True)
class TextFile:
    """UTF-8 text file of an export, with a line feed after each line.

    Attributes:
        name: its path inside the export, with "/" between folders.
        lines: without line feeds.
        is_compressed: whether the file is compressed by gzip, without a timestamp.
    """

    name: str
    lines: Iterable[str]
    is_compressed: bool = False

    def blocks(self) -> Iterator[bytes]:
        """Yield the content of the file."""
        encoded = (f"{line}\n".encode() for line in self.lines)
        return _compressed(encoded) if self.is_compressed else encoded


RowsBySplit = Mapping[Split, Sequence[TrainingRow]]
"""Rows of each non-empty split, sorted by key."""

AudioAddress = Callable[[TrainingRow], str]
"""Function that returns the path of a row's clip for the trainer."""

FilesOf = Callable[[RowsBySplit, AudioAddress], Iterator[TextFile]]
"""Function that yields the files of a format."""


def _compressed(blocks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=_GZIP_WINDOW)
    for block in blocks:
        yield packer.compress(block)
    yield packer.flush()


def json_line(values: Mapping[str, object]) -> str:
    """Return a JSON object on one line, keys in the given order."""
    return json.dumps(values, ensure_ascii=False)
