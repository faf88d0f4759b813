"""Free disk space that data of visitors leaves for the database and running jobs."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

MIN_FREE_SHARE = 0.01
MIN_FREE_BYTES = 200_000_000


def is_nearly_full(folder: Path) -> bool:
    """Return whether a folder's disk has less free space than the smaller of both limits."""
    usage = shutil.disk_usage(folder)
    return usage.free < min(usage.total * MIN_FREE_SHARE, MIN_FREE_BYTES)


def check_room(folder: Path) -> None:
    """Raise an error if a folder's disk is nearly full.

    Raises:
        OSError: as a write to a full disk raises it.
    """
    if is_nearly_full(folder):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
