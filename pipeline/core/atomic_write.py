"""Atomic replacement of files: after a crash a file has either its old or its new content."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PARTIAL_SUFFIX = ".partial"  # of a file that is being written


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path, whose content replaces `path` on success.

    After an error or a crash `path` is unchanged.

    Raises:
        OSError: the file cannot be written, for example on a full disk.
    """
    partial = path.with_name(f"{path.name}{PARTIAL_SUFFIX}")
    try:
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """Write a small file so that it is never incomplete, even after a crash.

    Raises:
        OSError: the file cannot be written, for example on a full disk.
    """
    with replacing(path) as partial:
        partial.write_bytes(content)
