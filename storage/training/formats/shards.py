"""WeNet's shards: tar archives with the clips and their texts, and the lists of archives."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from storage.training.export_options import Split
from storage.training.formats.text_file import RowsBySplit, TextFile
from storage.training.selection.rows import TrainingRow

NAME = "wenet-shard"
ROWS_PER_SHARD = 1_000

_FILE_MODE = 0o644

CutClips = Callable[[Sequence[TrainingRow]], Iterator[tuple[TrainingRow, bytes]]]
"""Function that yields each row with the bytes of its clip."""


@dataclass(frozen=True, slots=True)
class Shard:
    """A tar archive of clips and texts.

    Attributes:
        name: its path inside the export.
        rows: its rows.
    """

    name: str
    rows: Sequence[TrainingRow]

    def blocks(self, cut: CutClips) -> Iterator[bytes]:
        """Yield the bytes of the archive: KEY.txt and KEY.wav of each row, without timestamps."""
        for row, clip in cut(self.rows):
            yield from _member(f"{row.key}.txt", row.text.encode())
            yield from _member(f"{row.key}.wav", clip)
        yield bytes(2 * tarfile.BLOCKSIZE)


def shards_of(rows: RowsBySplit) -> tuple[Shard, ...]:
    """Return the shards of all splits."""
    return tuple(
        Shard(
            f"{NAME}/{split.value}/shard_{number:06}.tar", of_split[first : first + ROWS_PER_SHARD]
        )
        for split, of_split in rows.items()
        for number, first in enumerate(range(0, len(of_split), ROWS_PER_SHARD))
    )


def shard_lists(shards: Sequence[Shard], audio_root: str) -> Iterator[TextFile]:
    """Yield WeNet's data.list of type shard for each split, with the path of a shard on a line."""
    prefix = f"{audio_root.rstrip('/')}/" if audio_root else ""
    for split in Split:
        folder = f"{NAME}/{split.value}/"
        names = [each.name for each in shards if each.name.startswith(folder)]
        if names:
            yield TextFile(f"{folder}data.list", (f"{prefix}{name}" for name in names))


def _member(name: str, content: bytes) -> Iterator[bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    info.mode = _FILE_MODE
    yield info.tobuf(tarfile.USTAR_FORMAT)
    yield content
    yield bytes(-len(content) % tarfile.BLOCKSIZE)
