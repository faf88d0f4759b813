"""Cold caches for measuring a first start, as far as a program can produce them."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.dev_recordings import REPOSITORY

_FOLDERS = ("app.py", "pipeline", "storage", "webui", "assets")


@contextmanager
def cold_caches() -> Iterator[Mapping[str, str]]:
    """Drop cached files, and yield environment variables that select empty cache folders.

    A process with these variables finds no compiled Python files and no numba kernels. The system
    is asked to drop the files of this repository and its libraries from its page cache. It keeps
    files that other programs use, so a real cold start on a busy machine is slower.
    """
    for path in _files():
        _forget(path)
    with TemporaryDirectory() as folder:
        yield {
            "PYTHONPYCACHEPREFIX": str(Path(folder) / "python"),
            "NUMBA_CACHE_DIR": str(Path(folder) / "numba"),
        }


def can_forget() -> bool:
    """Return whether the system can drop a file from its page cache on request."""
    return hasattr(os, "posix_fadvise")


def _files() -> Iterator[Path]:
    yield Path(sys.executable).resolve()
    roots = [REPOSITORY / name for name in _FOLDERS]
    roots += [Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib", "stdlib")]
    for root in roots:
        yield from (
            [root] if root.is_file() else (each for each in root.rglob("*") if each.is_file())
        )


def _forget(path: Path) -> None:
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)
