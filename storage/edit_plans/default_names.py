"""Speaker labels ("S3") and the default names of speakers without a name ("Speaker 3")."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import count
from types import MappingProxyType

# By language; equal to the default names on the page.
NUMBERED_NAMES = MappingProxyType({"zh": "说话人 {number}", "en": "Speaker {number}"})

_DEFAULT_NAME = re.compile(r"(?:s|speaker|说话人)([1-9][0-9]{0,5})")
_WHITE_SPACE = re.compile(r"\s+")


def label_named(name: str) -> str | None:
    """Return the label of a default name: "S3" for "说话人 3", "Speaker 3" and "S3".

    Case and white space are ignored. Return None for any other name.
    """
    match = _DEFAULT_NAME.fullmatch(_WHITE_SPACE.sub("", name).casefold())
    return None if match is None else f"S{match[1]}"


def taken_labels(labels: Iterable[str], names: Iterable[str | None]) -> set[str]:
    """Return the labels in use, and those whose default name is a speaker's display name."""
    named = (label_named(name) for name in names if name)
    return {*labels, *(label for label in named if label is not None)}


def free_label(wanted: str, taken: Collection[str]) -> str:
    """Return the requested label, or the first free numbered label if it is taken."""
    if wanted not in taken:
        return wanted
    return next(label for number in count(1) if (label := f"S{number}") not in taken)
