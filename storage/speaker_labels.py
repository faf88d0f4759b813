"""What a speaker is called whom nobody has given a name."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count


def free_label(wanted: str, taken: Collection[str]) -> str:
    """The label that the machine gave, or the next number where somebody else has it."""
    if wanted not in taken:
        return wanted
    return next(label for number in count(1) if (label := f"S{number}") not in taken)
