"""Files that are there as a whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write to; what is there afterwards takes the place of `path`.

    After an error or a crash `path` is as it was before.

    Raises:
        OSError: where it cannot be written, such as on a full disk.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """Write a small file whole.

    Raises:
        OSError: where it cannot be written, such as on a full disk.
    """
    with replacing(path) as partial:
        partial.write_bytes(content)
