"""Which sound track of a file is read: the choice, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.core.errors import OptionError

MAX_TRACK = 999
MAX_MIXED = 16
TRACK_READ = "audio_track_read"
"""Name of the entry in a provenance's options that says which of several tracks was read."""


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """The sound track that is asked for.

    Attributes:
        number: from 1, in the order of the file; None to choose by what is in the tracks.
        is_mix: all tracks together.
    """

    number: int | None = None
    is_mix: bool = False

    @staticmethod
    def parse(text: str) -> AudioTrack:
        """Read "auto", "mix" or a number.

        Raises:
            OptionError: for anything else.
        """
        word = text.strip().lower()
        if word in {"auto", "mix"}:
            return AudioTrack(is_mix=word == "mix")
        number = int(word) if re.fullmatch(r"\d{1,3}", word, re.ASCII) else 0
        if not number:
            raise OptionError(
                f"The sound track is 'auto', 'mix' or a number from 1 to {MAX_TRACK}, got {text!r}"
            )
        return AudioTrack(number)

    def __str__(self) -> str:
        if self.is_mix:
            return "mix"
        return "auto" if self.number is None else str(self.number)


ANY_TRACK = AudioTrack()


@dataclass(frozen=True, slots=True)
class TracksRead:
    """The sound tracks of a file that make up a recording.

    Attributes:
        numbers: from 1, in the order of the file; several are mixed.
        total: how many the file has.
    """

    numbers: tuple[int, ...] = (1,)
    total: int = 1

    @property
    def entry(self) -> tuple[tuple[str, str], ...]:
        """The provenance's entry; none where the file has one track only."""
        if self.total == 1:
            return ()
        read = "mix" if len(self.numbers) > 1 else str(self.numbers[0])
        return ((TRACK_READ, f"{read} of {self.total}"),)

    @staticmethod
    def from_entry(options: Iterable[tuple[str, str]]) -> TracksRead:
        """Read the entry in a provenance's options; without one there was one track."""
        match = re.fullmatch(r"(mix|\d{1,3}) of (\d{1,6})", dict(options).get(TRACK_READ, ""))
        if match is None:
            return TracksRead()
        total = int(match[2])
        numbers = tuple(range(1, total + 1)) if match[1] == "mix" else (int(match[1]),)
        return TracksRead(numbers, total)

    @property
    def sentence(self) -> str:
        """What a person should know; "" where the file has one track only."""
        if self.total == 1:
            return ""
        if len(self.numbers) > 1:
            return f"All {self.total} sound tracks were mixed"
        return f"Sound track {self.numbers[0]} of {self.total} was read"


ONE_TRACK = TracksRead()
