"""Comparison of two transcripts of one recording: aligned sentences with marked differences."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.core.intervals import Interval
from pipeline.text.sequence_alignment import edit_distance, kept_pairs
from pipeline.text.text_differences import TextPart, join_parts
from pipeline.text.text_units import TextUnit, text_units

_MAX_MERGED = 12  # sentences of both sides in a row that is joined with its neighbour

Side = tuple[int, ...]
"""The positions of a row's sentences in one of the transcripts."""


@dataclass(frozen=True, slots=True)
class TimedText(Interval):
    """A sentence with its time span."""

    text: str


@dataclass(frozen=True, slots=True)
class ComparedSentence:
    """A sentence in a comparison of transcripts.

    Attributes:
        position: its position in its transcript.
        parts: its text, divided where equal and different text meet.
    """

    position: int
    parts: tuple[TextPart, ...]


@dataclass(frozen=True, slots=True)
class ComparedRow(Interval):
    """A row of a comparison: aligned sentences of two transcripts; one side may be empty.

    Attributes:
        first: sentences of the first transcript.
        second: sentences of the second transcript.
        num_errors: smallest number of characters and words to insert, delete or replace.
        num_units: characters and words of the first transcript.
    """

    first: tuple[ComparedSentence, ...]
    second: tuple[ComparedSentence, ...]
    num_errors: int
    num_units: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows of a comparison in order of time, with totals."""

    rows: tuple[ComparedRow, ...]

    @property
    def num_errors(self) -> int:
        """Number of characters and words that differ."""
        return sum(row.num_errors for row in self.rows)

    @property
    def num_units(self) -> int:
        """Number of characters and words of the first transcript."""
        return sum(row.num_units for row in self.rows)

    @property
    def error_rate(self) -> float:
        """Number of differing characters and words per unit of the first transcript.

        For an empty first transcript 0 without differences, else 1.
        """
        return self.num_errors / self.num_units if self.num_units else float(self.num_errors > 0)

    @property
    def num_changed_rows(self) -> int:
        """Number of rows whose texts differ."""
        return sum(row.num_errors > 0 for row in self.rows)


def compare_transcripts(first: Sequence[TimedText], second: Sequence[TimedText]) -> Comparison:
    """Compare two transcripts, the first of which is the reference for the error rate.

    Sentences that overlap most in time are aligned. Neighbouring rows are joined where a word is
    only on the other side of the border between two sentences. Punctuation, case and width are
    ignored.

    Args:
        first: sentences in order of start.
        second: sentences in order of start.
    """
    sides = _Sides(first, second)
    rows: list[tuple[Side, Side]] = []
    for row in _side_by_side(first, second):
        joined = (rows[-1][0] + row[0], rows[-1][1] + row[1]) if rows else row
        if rows and sides.belong_together(rows[-1], row, joined):
            rows[-1] = joined
        else:
            rows.append(row)
    return Comparison(tuple(sides.compared(row) for row in rows))


class _Sides:
    """The units of two transcripts, with the comparison of their rows."""

    def __init__(self, first: Sequence[TimedText], second: Sequence[TimedText]) -> None:
        self._sentences = (first, second)
        self._units = tuple([text_units(each.text) for each in side] for side in (first, second))

    def belong_together(
        self, row: tuple[Side, Side], following: tuple[Side, Side], joined: tuple[Side, Side]
    ) -> bool:
        """Return whether joining two neighbouring rows increases the text in common."""
        is_possible = sum(map(len, joined)) <= _MAX_MERGED
        if not is_possible or not (self._distance(row) and self._distance(following)):
            return False
        return len(self._kept(joined)) > len(self._kept(row)) + len(self._kept(following))

    def compared(self, row: tuple[Side, Side]) -> ComparedRow:
        """Compare the sentences of a row; return it with the differing parts marked."""
        kept = self._kept(row)
        sentences = [
            each
            for side in (0, 1)
            for each in (self._sentences[side][position] for position in row[side])
        ]
        return ComparedRow(
            start_ms=min(each.start_ms for each in sentences),
            end_ms=max(each.end_ms for each in sentences),
            first=self._marked(row, 0, {old for old, _ in kept}),
            second=self._marked(row, 1, {new for _, new in kept}),
            num_errors=self._distance(row),
            num_units=sum(each.key != "" for each in self._units_of(row, 0)),
        )

    def _units_of(self, row: tuple[Side, Side], side: int) -> list[TextUnit]:
        return [unit for position in row[side] for unit in self._units[side][position]]

    def _kept(self, row: tuple[Side, Side]) -> tuple[tuple[int, int], ...]:
        return kept_pairs(*([unit.key for unit in self._units_of(row, side)] for side in (0, 1)))

    def _distance(self, row: tuple[Side, Side]) -> int:
        return edit_distance(
            *([unit.key for unit in self._units_of(row, side) if unit.key] for side in (0, 1))
        )

    def _marked(
        self, row: tuple[Side, Side], side: int, kept: set[int]
    ) -> tuple[ComparedSentence, ...]:
        found = []
        place = 0
        for position in row[side]:
            units = self._units[side][position]
            changed = [
                unit.key != "" and place + number not in kept for number, unit in enumerate(units)
            ]
            place += len(units)
            texts = [unit.text for unit in units]
            found.append(ComparedSentence(position, join_parts(zip(texts, changed, strict=True))))
        return tuple(found)


def _side_by_side(
    first: Sequence[TimedText], second: Sequence[TimedText]
) -> list[tuple[Side, Side]]:
    """Group sentences by mutual overlap, each with the most overlapping one of the other side.

    The groups are sorted by start.
    """
    groups = _Groups(len(first) + len(second))
    for here, there, offset, other_offset in (
        (first, second, 0, len(first)),
        (second, first, len(first), 0),
    ):
        overlaps = _Overlaps(there)
        for number, sentence in enumerate(here):
            best = overlaps.best(sentence)
            if best is not None:
                groups.join(offset + number, other_offset + best)
    found = [
        (
            tuple(each for each in members if each < len(first)),
            tuple(each - len(first) for each in members if each >= len(first)),
        )
        for members in groups.members()
    ]
    return sorted(
        found,
        key=lambda row: min(
            [
                *(first[each].start_ms for each in row[0]),
                *(second[each].start_ms for each in row[1]),
            ]
        ),
    )


class _Overlaps:
    """A lookup of sentences by overlap with a time span."""

    def __init__(self, sentences: Sequence[TimedText]) -> None:
        self._sentences = sentences
        self._starts_ms = [each.start_ms for each in sentences]
        # Running maximum of the ends: it is sorted, as bisection needs it.
        self._ends_ms = list(accumulate((each.end_ms for each in sentences), max))

    def best(self, span: Interval) -> int | None:
        """Return the position of the sentence with the longest overlap; None without overlap."""
        first = bisect_right(self._ends_ms, span.start_ms)
        stop = bisect_left(self._starts_ms, span.end_ms)
        overlaps = [(self._sentences[each].overlap_ms(span), -each) for each in range(first, stop)]
        longest_ms, position = max(overlaps, default=(0, 0))
        return -position if longest_ms > 0 else None


class _Groups:
    """Disjoint sets of numbers (union-find)."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def join(self, one: int, other: int) -> None:
        """Merge the groups of two numbers."""
        self._parents[self._root(one)] = self._root(other)

    def members(self) -> list[list[int]]:
        """Return the groups with their numbers in ascending order."""
        found: dict[int, list[int]] = {}
        for number in range(len(self._parents)):
            found.setdefault(self._root(number), []).append(number)
        return list(found.values())

    def _root(self, number: int) -> int:
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number
