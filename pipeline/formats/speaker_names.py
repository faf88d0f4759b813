"""Speakers' names as a format can carry them, still telling the speakers apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pipeline.formats.plain_line import plain_line
from pipeline.text.scripts import is_letter_or_digit

NOBODY = "speaker"  # where nothing of a name is left
_UNDERSCORES = re.compile("__+")


def distinct_names(speakers: Iterable[str], clean: Callable[[str], str]) -> dict[str, str]:
    """Return a name for each speaker, in order of first appearance.

    Args:
        speakers: labels or names; repetitions are fine.
        clean: gives the name a format can carry, "" where nothing is left.

    Returns:
        The clean names, `_2`, `_3` ... added where two speakers would share one.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    numbers: dict[str, int] = {}  # the last one tried, by name
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
    """The text without white space, for formats that separate by it; blanks become underscores."""
    return plain_line(text).replace(" ", "_")


def speaker_word(name: str) -> str:
    """A name as one word that is no `<NA>`."""
    return one_word(name).strip("<>")


def identifier(text: str) -> str:
    """Return letters, digits and underscores of any script alone."""
    kept = (each if is_letter_or_digit(each) else "_" for each in plain_line(text))
    return _UNDERSCORES.sub("_", "".join(kept)).strip("_")
