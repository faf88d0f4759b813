"""Names of files for what is written about each input, whatever its key looks like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath

from pipeline.inputs.named_input import NamedInput, printable

MOST_BYTES = 200  # leaves room for an ending in a name of 255, the limit of file systems
_RESERVED_LETTERS = re.compile(r'[<>:"/\\|?*]')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")  # Windows has these everywhere


@dataclass(frozen=True, slots=True)
class SharedNames:
    """Which keys and file names several inputs would have; hashes of them alone are kept."""

    keys: frozenset[int]
    names: frozenset[int]

    @staticmethod
    def among(inputs: Iterable[NamedInput]) -> SharedNames:
        """Look through all inputs once, holding none of them."""
        keys, names = Counter[int](), Counter[int]()
        for each in inputs:
            keys[hash(each.key)] += 1
            names[_mark(_own_name(each))] += 1
        return SharedNames(_several(keys), _several(names))


class OutputNames:
    """Gives one input after the other a file name without ending, no two alike."""

    def __init__(self, shared: SharedNames, *, taken: Iterable[str] = ()) -> None:
        """Give none of the names that are taken.

        Args:
            shared: of all inputs that are going to be named.
            taken: names that belong to something else.
        """
        self._shared = shared
        self._taken = {_mark(each) for each in taken}

    def choose(self, each: NamedInput) -> str:
        """A path below the folder for all output, with `/` between its parts.

        It is the key, in the input's subfolders; inputs that share one have what they are known by
        instead, and a number where that is shared too.
        """
        name = _own_name(each)
        if _mark(name) in self._shared.names:
            name = _inside(each.subfolders, PurePath(each.shown).name)
        unique, number = name, 1
        while _mark(unique) in self._taken:
            number += 1
            unique = f"{name}-{number}"
        self._taken.add(_mark(unique))
        return unique

    def key_of(self, each: NamedInput, name: str) -> str:
        """The input's key, or its file name where several share that key."""
        return name if hash(each.key) in self._shared.keys else each.key


def _own_name(each: NamedInput) -> str:
    return _inside(each.subfolders, each.key)


def _inside(subfolders: tuple[str, ...], name: str) -> str:
    return str(PurePosixPath(*map(_safe, subfolders), _safe(name)))


def _mark(name: str) -> int:
    return hash(name.casefold())  # some file systems do not tell case


def _several(counts: Counter[int]) -> frozenset[int]:
    return frozenset(mark for mark, number in counts.items() if number > 1)


def _safe(text: str) -> str:
    """One part of a path: no folder, no hidden file, no device."""
    name = _RESERVED_LETTERS.sub("_", printable(text)).strip(" .")
    name = name.encode()[:MOST_BYTES].decode(errors="ignore").rstrip(" .")
    if not name or _DEVICE.match(name):
        return f"_{name}"
    return name
