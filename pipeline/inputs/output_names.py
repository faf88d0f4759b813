"""Names of files for what is written about each input, whatever its key looks like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.inputs.named_input import NamedInput, printable

MOST_BYTES = 200  # leaves room for an ending in a name of 255, the limit of file systems
_RESERVED_LETTERS = re.compile(r'[<>:"/\\|?*]')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")  # Windows has these everywhere


def output_names(inputs: Sequence[NamedInput]) -> tuple[str, ...]:
    """A file name without ending for each input, no two alike.

    It is the key; inputs that share one have what they are known by instead, and a number where
    that is shared too.
    """
    count = Counter(each.key for each in inputs)
    names: list[str] = []
    taken: set[str] = set()
    for each in inputs:
        name = _safe(each.key if count[each.key] == 1 else each.shown)
        unique, number = name, 1
        while unique.casefold() in taken:  # some file systems do not tell case
            number += 1
            unique = f"{name}-{number}"
        taken.add(unique.casefold())
        names.append(unique)
    return tuple(names)


def _safe(text: str) -> str:
    """One part of a path: no folder, no hidden file, no device."""
    name = _RESERVED_LETTERS.sub("_", printable(text)).strip(" .")
    name = name.encode()[:MOST_BYTES].decode(errors="ignore").rstrip(" .")
    if not name or _DEVICE.match(name):
        return f"_{name}"
    return name
