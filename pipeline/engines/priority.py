"""Low process priority for the worker, so that interactive programs stay responsive."""

from __future__ import annotations

import os
import sys

NICENESS = 10  # of 19: a tenth of the CPU under contention, all of it otherwise


def lower_priority() -> None:
    """Lower the priority of this process for the rest of its life."""
    if sys.platform == "win32":
        from ctypes import windll  # noqa: PLC0415 - exists only on Windows

        below_normal = 0x4000  # BELOW_NORMAL_PRIORITY_CLASS, from winbase.h
        kernel = windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        os.nice(NICENESS)
