"""A recording to transcribe, with its key and a function that reads its samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.audio.samples import Audio
from pipeline.core.progress import Report


@dataclass(frozen=True, slots=True)
class NamedInput:
    """A recording that has not been read yet.

    Attributes:
        key: its name in the results.
        shown: its name for the user, on one line.
        read: returns the samples; raises PipelineError with a message for the user.
        location: the path or address, "" for samples in memory.
        subfolders: folders between the searched folder and the file; empty for other inputs.
    """

    key: str
    shown: str
    read: Callable[[Report], Audio]
    location: str = ""
    subfolders: tuple[str, ...] = ()


def printable(text: str) -> str:
    """Return untrusted text with a question mark for each character that cannot be printed."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
