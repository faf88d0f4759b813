"""File permissions that give only the owner access to a workspace."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO

_log = logging.getLogger(__name__)


def set_private_umask() -> None:
    """Set the umask so that only the owner can access files that this process creates."""
    os.umask(_OTHERS)


def make_private(folder: Path, names: Iterable[str]) -> None:
    """Remove the permissions of group and others from a folder and its given entries.

    Symbolic links are not followed. A folder with the sticky bit, such as /tmp, is shared and
    left unchanged. A file of another owner is left unchanged with a warning.

    Args:
        folder: an existing folder.
        names: names of its files and folders; folders are changed with their contents, missing
            names are skipped.
    """
    if not folder.stat().st_mode & stat.S_ISVTX:
        _remove_others_access(folder)
    for name in names:
        for path in _with_contents(folder / name):
            _remove_others_access(path)


def is_private(path: Path) -> bool:
    """Return whether only the owner has access to a file; always True on Windows."""
    return os.name == "nt" or not path.stat().st_mode & _OTHERS


def _with_contents(path: Path) -> Iterator[Path]:
    if path.is_symlink() or not path.exists():
        return
    yield path
    for parent, folders, files in os.walk(path):
        yield from (Path(parent, name) for name in (*folders, *files))


def _remove_others_access(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
        if mode & _OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)
    except FileNotFoundError:
        return  # removed meanwhile
    except OSError as error:
        _log.warning("'%s' stays readable by others: %s", path, error.strerror)
