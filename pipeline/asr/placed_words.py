"""Words of a window and where they lie in the recording."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.asr.coverage import HeardUnit, is_sparse
from pipeline.asr.spoken_units import TimedPiece
from pipeline.asr.window_packing import PackedWindow, Placed
from pipeline.intervals import Interval, total_ms
from pipeline.transcript import Token
from pipeline.writing import count_syllables

_CLAUSE_END = re.compile(r"[。！？!?…．.，,、；;：:][^\w]*$")


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A unit and where it lies: `unit` counts from the window, `place` from the recording."""

    unit: TimedPiece
    place: Placed

    @property
    def heard(self) -> HeardUnit:
        """What shows that the recogniser listened there."""
        return HeardUnit(
            self.place.part,
            self.unit.start_ms,
            self.unit.end_ms,
            num_syllables=count_syllables(self.unit.text),
        )

    def in_later_part(self, num_parts: int) -> PlacedWord:
        """The same word where the parts are counted from so many parts earlier."""
        return replace(self, place=replace(self.place, part=self.place.part + num_parts))

    @property
    def token(self) -> Token:
        """What the transcript holds."""
        stretch = self.place.interval
        return Token(
            stretch.start_ms, stretch.end_ms, self.unit.text, confidence=self.unit.probability
        )


def place_units(units: Sequence[TimedPiece], window: PackedWindow) -> list[PlacedWord]:
    """Where each unit lies in the recording; never in a part before the unit before."""
    words: list[PlacedWord] = []
    for unit in units:
        earliest = words[-1].place.part if words else 0
        place = window.place(unit.start_ms, unit.end_ms, earliest_part=earliest)
        words.append(PlacedWord(unit, place))
    return words


def text_of(words: Sequence[PlacedWord]) -> str:
    """What the words say."""
    return "".join(word.unit.text for word in words)


def fill_hole(
    words: Sequence[PlacedWord],
    found: Sequence[PlacedWord],
    *,
    hole: tuple[int, int],
    window: PackedWindow,
) -> list[PlacedWord]:
    """Put in what was understood when some parts were heard by themselves.

    It takes the place of the words that lay there, unless there was no more of it. Where they
    were few, they were not said there: the aligner had stretched their neighbours over the hole.
    These go back to the clause they belong to.

    Args:
        words: of the whole window, in order.
        found: in the hole, its parts counted from the hole's first.
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
        return [*before, *moved, *_reaching_out(inside, found, window, stop), *after]
    border = _start_of_last_clause(inside) if first > 0 else 0
    early = [_at_end_of(word, window, first - 1) for word in inside[:border]]
    late = [_at_start_of(word, window, stop) for word in inside[border:]] if after else []
    return [*before, *early, *moved, *late, *after]


def _reaching_out(
    inside: Sequence[PlacedWord], found: Sequence[PlacedWord], window: PackedWindow, stop: int
) -> list[PlacedWord]:
    """The last word of a hole, where it ends in the next part and was not found in the hole."""
    if not inside or stop == len(window.parts):
        return []
    last = inside[-1]
    is_found = text_of(found).endswith(last.unit.text)
    if is_found or last.unit.end_ms <= window.starts_ms[stop]:
        return []
    return [_at_start_of(last, window, stop)]


def _start_of_last_clause(words: Sequence[PlacedWord]) -> int:
    """How many words there are up to the last mark."""
    ends = [i for i, word in enumerate(words, start=1) if _CLAUSE_END.search(word.unit.text)]
    return ends[-1] if ends else 0


def _at_start_of(word: PlacedWord, window: PackedWindow, part: int) -> PlacedWord:
    start_ms = window.parts[part].start_ms
    return replace(word, place=Placed(part, Interval(start_ms, start_ms + 1)))


def _at_end_of(word: PlacedWord, window: PackedWindow, part: int) -> PlacedWord:
    end_ms = window.parts[part].end_ms
    return replace(word, place=Placed(part, Interval(end_ms - 1, end_ms)))
