"""File permissions of a workspace: its owner alone may read what people have said."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO

_log = logging.getLogger(__name__)


def create_private_files() -> None:
    """Have all that this process and its children create from now on be its owner's alone."""
    os.umask(_OTHERS)


def make_private(folder: Path, names: Iterable[str]) -> None:
    """Take a folder, and what lies in it under some names, from all but the owner.

    Links are not followed. A folder with the sticky bit, such as /tmp, is meant for everybody and
    stays so; what cannot be changed because it is somebody else's is left with a warning.

    Args:
        folder: is there.
        names: of files and folders in it that may be there; folders with all that is in them.
    """
    if not folder.stat().st_mode & stat.S_ISVTX:
        _tighten(folder)
    for name in names:
        for path in _with_contents(folder / name):
            _tighten(path)


def is_private(path: Path) -> bool:
    """Return whether nobody but the owner may use a file; Windows keeps permissions elsewhere."""
    return os.name == "nt" or not path.stat().st_mode & _OTHERS


def _with_contents(path: Path) -> Iterator[Path]:
    if path.is_symlink() or not path.exists():
        return
    yield path
    for parent, folders, files in os.walk(path):
        yield from (Path(parent, name) for name in (*folders, *files))


def _tighten(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
        if mode & _OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)
    except FileNotFoundError:
        return  # removed meanwhile
    except OSError as error:
        _log.warning("'%s' stays readable by others: %s", path, error.strerror)
