"""Recognised words with their times in the window and in the recording."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.asr.whisper.text.spoken_units import TimedPiece
from pipeline.asr.whisper.windows.coverage import TimedUnit, is_sparse
from pipeline.asr.whisper.windows.window_packing import PackedWindow, Placed
from pipeline.core.intervals import Interval, total_ms
from pipeline.core.transcript import Token
from pipeline.text.scripts import count_syllables

_CLAUSE_END = re.compile(r"[。！？!?…．.，,、；;：:][^\w]*$")


@dataclass(frozen=True, slots=True)
class AlignedWord:
    """A recognised word with its time in the window (`unit`) and in the recording (`place`)."""

    unit: TimedPiece
    place: Placed

    @property
    def timed_unit(self) -> TimedUnit:
        """The time span of the word in the window, for the check for skipped speech."""
        return TimedUnit(
            self.place.part,
            self.unit.start_ms,
            self.unit.end_ms,
            num_syllables=count_syllables(self.unit.text),
        )

    def in_later_part(self, num_parts: int) -> AlignedWord:
        """Return the word with its part number increased by `num_parts`."""
        return replace(self, place=replace(self.place, part=self.place.part + num_parts))

    @property
    def token(self) -> Token:
        """The word as a token with its time in the recording."""
        span = self.place.interval
        return Token(
            span.start_ms,
            span.end_ms,
            self.unit.text,
            confidence=self.unit.probability,
            alternatives=self.unit.alternatives,
        )


def place_units(units: Sequence[TimedPiece], window: PackedWindow) -> list[AlignedWord]:
    """Map each unit to its time in the recording; the part numbers never decrease."""
    words: list[AlignedWord] = []
    for unit in units:
        earliest = words[-1].place.part if words else 0
        place = window.place(unit.start_ms, unit.end_ms, earliest_part=earliest)
        words.append(AlignedWord(unit, place))
    return words


def text_of(words: Sequence[AlignedWord]) -> str:
    """Return the concatenated text of the words."""
    return "".join(word.unit.text for word in words)


def fill_hole(
    words: Sequence[AlignedWord],
    found: Sequence[AlignedWord],
    *,
    hole: tuple[int, int],
    window: PackedWindow,
) -> list[AlignedWord]:
    """Replace the words of skipped parts by the result of decoding these parts separately.

    The old words are kept if the new result is no longer. If the old words were sparse, they
    were not spoken in the hole, since the aligner extends neighbouring words over skipped
    speech; they move to the clause to which they belong.

    Args:
        words: of the whole window, in order.
        found: words of the hole, with part numbers relative to its first part.
        hole: (first part, part after the last).
        window: the whole window.
    """
    first, stop = hole
    before = [word for word in words if word.place.part < first]
    inside = [word for word in words if first <= word.place.part < stop]
    after = [word for word in words if word.place.part >= stop]
    num_syllables = count_syllables(text_of(inside))
    if count_syllables(text_of(found)) <= num_syllables:
        return list(words)
    moved = [word.in_later_part(first) for word in found]
    if not is_sparse(num_syllables, total_ms(window.parts[first:stop])):
        return [*before, *moved, *_overhanging_word(inside, found, window, stop), *after]
    border = _start_of_last_clause(inside) if first > 0 else 0
    early = [_at_end_of(word, window, first - 1) for word in inside[:border]]
    late = [_at_start_of(word, window, stop) for word in inside[border:]] if after else []
    return [*before, *early, *moved, *late, *after]


def _overhanging_word(
    inside: Sequence[AlignedWord], found: Sequence[AlignedWord], window: PackedWindow, stop: int
) -> list[AlignedWord]:
    """Return the last old word, moved to part `stop`, if it ends there and was not found again."""
    if not inside or stop == len(window.parts):
        return []
    last = inside[-1]
    is_found = text_of(found).endswith(last.unit.text)
    if is_found or last.unit.end_ms <= window.starts_ms[stop]:
        return []
    return [_at_start_of(last, window, stop)]


def _start_of_last_clause(words: Sequence[AlignedWord]) -> int:
    """Return the number of words up to and including the last one with a punctuation mark."""
    ends = [i for i, word in enumerate(words, start=1) if _CLAUSE_END.search(word.unit.text)]
    return ends[-1] if ends else 0


def _at_start_of(word: AlignedWord, window: PackedWindow, part: int) -> AlignedWord:
    start_ms = window.parts[part].start_ms
    return replace(word, place=Placed(part, Interval(start_ms, start_ms + 1)))


def _at_end_of(word: AlignedWord, window: PackedWindow, part: int) -> AlignedWord:
    end_ms = window.parts[part].end_ms
    return replace(word, place=Placed(part, Interval(end_ms - 1, end_ms)))
