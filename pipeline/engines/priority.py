"""Lets everything else on the machine go first, such as the page of a person who types."""

from __future__ import annotations

import os
import sys

NICENESS = 10  # of 19: a tenth of the time where both want it, everything where nobody else does


def give_way() -> None:
    """Lower the priority of this process, for good."""
    if sys.platform == "win32":
        from ctypes import windll  # noqa: PLC0415 - there is none elsewhere

        below_normal = 0x4000  # BELOW_NORMAL_PRIORITY_CLASS, from winbase.h
        kernel = windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        os.nice(NICENESS)
