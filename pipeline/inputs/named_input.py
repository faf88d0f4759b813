"""Recordings to transcribe, with display names and output names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING

from pipeline.audio.samples import Audio
from pipeline.core.progress import Report

if TYPE_CHECKING:
    from pipeline.inputs.store_address import StoreAddress

MAX_BYTES = 200  # leaves room for an extension in a name of 255, the limit of file systems
_RESERVED_LETTERS = re.compile(r'[<>:"/\\|?*]')
_DEVICE = re.compile(
    r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)"
)  # reserved in every folder of Windows


@dataclass(frozen=True, slots=True)
class NamedInput:
    """A recording that has not been read yet.

    Attributes:
        key: its identifier in the results.
        shown: its display name, on one line.
        read: function that returns the samples, or raises PipelineError.
        location: the path or address, "" for samples in memory.
        subfolders: folders between the searched folder and the file; empty for other inputs.
        file: the file, if its content alone determines the samples; None for other inputs.
        address: the same for a file in an object store.
        num_bytes: size of a file in an object store, 0 for other inputs.
        stamp: text that changes with the content of a file in an object store, "" for others.
    """

    key: str
    shown: str
    read: Callable[[Report], Audio]
    location: str = ""
    subfolders: tuple[str, ...] = ()
    file: Path | None = None
    address: StoreAddress | None = None
    num_bytes: int = 0
    stamp: str = ""


def printable(text: str) -> str:
    """Replace each unprintable character of untrusted text by a question mark."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


@dataclass(frozen=True, slots=True)
class SharedNames:
    """Keys and file names that occur in several inputs, stored as hashes."""

    keys: frozenset[int]
    names: frozenset[int]

    @staticmethod
    def among(inputs: Iterable[NamedInput]) -> SharedNames:
        """Collect the duplicate keys and names of all inputs, reading one input at a time."""
        keys, names = Counter[int](), Counter[int]()
        for each in inputs:
            keys[hash(each.key)] += 1
            names[_mark(_own_name(each))] += 1
        return SharedNames(_several(keys), _several(names))


class OutputNames:
    """A generator of unique output file names without extension."""

    def __init__(self, shared: SharedNames, *, taken: Iterable[str] = ()) -> None:
        """Initialise the generator with the names that it must avoid.

        Args:
            shared: shared names of all inputs.
            taken: names that are already in use.
        """
        self._shared = shared
        self._taken = {_mark(each) for each in taken}

    def choose(self, each: NamedInput) -> str:
        """Choose a unique path without extension for an input, relative to the output folder.

        It is the key, in the input's subfolders; inputs with the same key use their displayed name
        instead, with a number if that is also shared.
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
        """Return the input's key, or its output name if several inputs have that key."""
        return name if hash(each.key) in self._shared.keys else each.key


def _own_name(each: NamedInput) -> str:
    return _inside(each.subfolders, each.key)


def _inside(subfolders: tuple[str, ...], name: str) -> str:
    return str(PurePosixPath(*map(_safe, subfolders), _safe(name)))


def _mark(name: str) -> int:
    return hash(name.casefold())  # some file systems ignore case


def _several(counts: Counter[int]) -> frozenset[int]:
    return frozenset(mark for mark, number in counts.items() if number > 1)


def _safe(text: str) -> str:
    """Convert text to a path component that is no parent folder, hidden file or device name."""
    name = _RESERVED_LETTERS.sub("_", printable(text)).strip(" .")
    name = name.encode()[:MAX_BYTES].decode(errors="ignore").rstrip(" .")
    if not name or _DEVICE.match(name):
        return f"_{name}"
    return name
