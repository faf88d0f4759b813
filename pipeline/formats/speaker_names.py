"""Unique speaker names restricted to the characters that a format allows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pipeline.text.lines import plain_line
from pipeline.text.scripts import is_letter_or_digit

NOBODY = "speaker"  # for a name without usable characters
_UNDERSCORES = re.compile("__+")


def distinct_names(speakers: Iterable[str], clean: Callable[[str], str]) -> dict[str, str]:
    """Return a unique name for each speaker, in order of first appearance.

    Args:
        speakers: labels or names; repetitions are fine.
        clean: returns the allowed part of a name, "" for none.

    Returns:
        The cleaned names, with `_2`, `_3` ... added to make equal names unique.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    numbers: dict[str, int] = {}  # the last number used, by name
    for speaker in dict.fromkeys(speakers):
        wanted = clean(speaker) or NOBODY
        name, number = wanted, numbers.get(wanted, 1)
        while name in taken:
            number += 1
            name = f"{wanted}_{number}"
        numbers[wanted] = number
        taken.add(name)
        names[speaker] = name
    return names


def one_word(text: str) -> str:
    """Return the text with underscores for white space."""
    return plain_line(text).replace(" ", "_")


def speaker_word(name: str) -> str:
    """Return the name as one word that differs from RTTM's `<NA>`."""
    return one_word(name).strip("<>")


def identifier(text: str) -> str:
    """Return the text without characters other than letters of any script, digits, underscores."""
    kept = (each if is_letter_or_digit(each) else "_" for each in plain_line(text))
    return _UNDERSCORES.sub("_", "".join(kept)).strip("_")
