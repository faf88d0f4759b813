"""One recording to transcribe: its key, and how its samples are got."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.audio.samples import Audio
from pipeline.core.progress import Report


@dataclass(frozen=True, slots=True)
class NamedInput:
    """A recording that has not been read yet.

    Attributes:
        key: its name among the results.
        shown: what a person knows it by, on one line.
        read: gives the samples; raises PipelineError with a sentence that says why not.
        location: the path or address, "" for what is in memory.
        subfolders: between the folder that was named and it; none for what was named itself.
    """

    key: str
    shown: str
    read: Callable[[Report], Audio]
    location: str = ""
    subfolders: tuple[str, ...] = ()


def printable(text: str) -> str:
    """A text from outside on one line, whatever characters it has."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
