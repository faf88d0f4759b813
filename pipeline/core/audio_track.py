"""Selection of sound tracks, and the sound tracks that were read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.core.errors import OptionError

MAX_TRACK = 999
MAX_MIXED = 16
TRACK_READ = "audio_track_read"
"""Name of the provenance option that holds the number of the track that was read."""


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """The user's choice of a sound track.

    Attributes:
        number: from 1, in the order of the file; None to choose automatically.
        is_mix: whether all tracks are mixed.
    """

    number: int | None = None
    is_mix: bool = False

    @staticmethod
    def parse(text: str) -> AudioTrack:
        """Parse a choice of sound track: "auto", "mix" or a number.

        Raises:
            OptionError: the text has another form, or the number is out of range.
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
    """The sound tracks of a file that were read as one recording.

    Attributes:
        numbers: from 1, in the order of the file; several are mixed.
        total: number of sound tracks of the file.
    """

    numbers: tuple[int, ...] = (1,)
    total: int = 1

    @property
    def entry(self) -> tuple[tuple[str, str], ...]:
        """The tracks as a provenance option (name, value); empty if the file has one track."""
        if self.total == 1:
            return ()
        read = "mix" if len(self.numbers) > 1 else str(self.numbers[0])
        return ((TRACK_READ, f"{read} of {self.total}"),)

    @staticmethod
    def from_entry(options: Iterable[tuple[str, str]]) -> TracksRead:
        """Restore the tracks from the options of a provenance, by default a single track."""
        match = re.fullmatch(r"(mix|\d{1,3}) of (\d{1,6})", dict(options).get(TRACK_READ, ""))
        if match is None:
            return TracksRead()
        total = int(match[2])
        numbers = tuple(range(1, total + 1)) if match[1] == "mix" else (int(match[1]),)
        return TracksRead(numbers, total)

    @property
    def sentence(self) -> str:
        """A message about the tracks that were read; "" if the file has one track."""
        if self.total == 1:
            return ""
        if len(self.numbers) > 1:
            return f"All {self.total} sound tracks were mixed"
        return f"Sound track {self.numbers[0]} of {self.total} was read"


ONE_TRACK = TracksRead()
