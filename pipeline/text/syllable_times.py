"""Distribution of time to new words in proportion to syllables."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Span:
    """An interval in milliseconds that may be empty."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        """Length in milliseconds, negative if the end is before the start."""
        return self.end_ms - self.start_ms

    def inside(self, outer: Span) -> Span:
        """Return this span moved and truncated to fit inside another one."""
        start_ms = min(max(self.start_ms, outer.start_ms), outer.end_ms)
        return Span(start_ms, min(max(self.end_ms, start_ms), outer.end_ms))

    def extended_to(self, min_length_ms: int, outer: Span) -> Span:
        """Return this span extended on both sides to a minimum length, within another one."""
        missing_ms = max(0, min_length_ms - self.length_ms)
        left_ms = max(0, self.start_ms - outer.start_ms)
        right_ms = max(0, outer.end_ms - self.end_ms)
        left_ms = min(left_ms, max(missing_ms // 2, missing_ms - right_ms))
        right_ms = min(right_ms, missing_ms - left_ms)
        return Span(self.start_ms - left_ms, self.end_ms + right_ms)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A span with the number of syllables spoken in it."""

    span: Span
    num_syllables: int


def share_by_syllables(sources: Sequence[Spoken], wanted: Sequence[int]) -> tuple[Span, ...]:
    """Divide the time of spoken spans among new words in proportion to syllables.

    Word borders are mapped to the sources by their share of all syllables; pauses between the
    sources are kept.

    Args:
        sources: spoken spans in order; at least one.
        wanted: number of syllables of each word, at least 1.

    Returns:
        Spans in order, disjoint and at least 1 ms long. If the sources have fewer milliseconds
        than there are words, several words share one.
    """
    reach = Span(sources[0].span.start_ms, sources[-1].span.end_ms)
    if reach.length_ms < len(wanted):
        return _crowded(reach, len(wanted))
    before = list(accumulate((each.num_syllables for each in sources), initial=0))
    borders = list(accumulate(wanted, initial=0))
    scaled = [border * before[-1] for border in borders]  # in syllables of the sources ...
    marks = [each * borders[-1] for each in before]  # ... times those of the words
    starts = [
        _moment(sources, marks, at, bisect_right(marks, at) - 1, borders[-1]) for at in scaled[:-1]
    ]
    ends = [
        _moment(sources, marks, at, bisect_left(marks, at) - 1, borders[-1]) for at in scaled[1:]
    ]
    return _disjoint(starts, ends, reach)


def _moment(
    sources: Sequence[Spoken], marks: Sequence[int], at: int, number: int, per_syllable: int
) -> int:
    source = sources[number]
    into = at - marks[number]
    whole = source.num_syllables * per_syllable
    return source.span.start_ms + source.span.length_ms * into // whole


def _disjoint(starts: Sequence[int], ends: Sequence[int], reach: Span) -> tuple[Span, ...]:
    """Return disjoint spans of at least 1 ms, shifted as little as necessary."""
    pushed: list[Span] = []
    earliest_ms = reach.start_ms
    for start_ms, end_ms in zip(starts, ends, strict=True):
        first_ms = max(start_ms, earliest_ms)
        earliest_ms = max(end_ms, first_ms + 1)
        pushed.append(Span(first_ms, earliest_ms))
    latest_ms = reach.end_ms
    pulled: list[Span] = []
    for span in reversed(pushed):
        end_ms = min(span.end_ms, latest_ms)
        latest_ms = min(span.start_ms, end_ms - 1)
        pulled.append(Span(latest_ms, end_ms))
    return tuple(reversed(pulled))


def _crowded(reach: Span, count: int) -> tuple[Span, ...]:
    """Return a span of 1 ms per word, evenly spread; several words may share one."""
    starts = (reach.start_ms + reach.length_ms * number // count for number in range(count))
    return tuple(Span(start_ms, start_ms + 1) for start_ms in starts)
