"""Word times for a corrected text, computed from the tokens of the previous text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Token
from pipeline.text.scripts import is_of_spaced_word
from pipeline.text.sequence_alignment import kept_pairs
from pipeline.text.syllable_times import Span, Spoken, share_by_syllables
from pipeline.text.text_units import TextUnit, text_units
from pipeline.text.token_units import TimedUnit, token_units

SHORTEST_SYLLABLE_MS = 100  # ten per second, nearly the fastest speech


@dataclass(frozen=True, slots=True)
class _Block:
    """A replaced part of the old text, or one unchanged unit."""

    old: range
    units: range
    is_kept: bool = False

    def joined_with(self, later: _Block) -> _Block:
        return _Block(
            range(self.old.start, later.old.stop), range(self.units.start, later.units.stop)
        )


def realign(tokens: Sequence[Token], new_text: str, interval: Interval) -> tuple[Token, ...]:
    """Compute timed tokens for a corrected text, one per Chinese character or word.

    Unchanged units keep their times, confidence and text without the language model; case, width,
    spaces and punctuation may change.
    A replacement takes the time of the old units in proportion to its syllables. An insertion
    shares the pause around it and, if that is too short, takes up to half of each neighbour.
    Without tokens, the syllables share the interval evenly.

    Args:
        tokens: tokens of the previous text, sorted by start; those outside the interval are unused.
        new_text: corrected text of the interval.
        interval: limits of the result.

    Returns:
        Tokens sorted by start, inside the interval, each at least 1 ms long; they do not overlap
        unless the old ones did, or the interval has fewer milliseconds than the text has units.
        Their concatenation is the new text without outer white space; a spaced word at the
        beginning has its leading space. Without text there are none.
    """
    text = new_text.strip()
    units = text_units(_space_before(text, tokens) + text)
    placement = _Placement(token_units(tokens, interval), units, interval)
    return tuple(placement.tokens())


def _space_before(text: str, tokens: Sequence[Token]) -> str:
    """Return a space before a first spaced word, "" if the previous text began without one."""
    if not is_of_spaced_word(text[:1]):
        return ""
    return "" if tokens and is_of_spaced_word(tokens[0].text[:1]) else " "


class _Placement:
    """The assignment of times to all new units, based on the unchanged ones."""

    def __init__(
        self, old: Sequence[TimedUnit], units: Sequence[TextUnit], interval: Interval
    ) -> None:
        self._old = old
        self._units = units
        self._whole = Span(interval.start_ms, interval.end_ms)
        self._blocks = self._blocks_with_room()
        self._spans = tuple(self._span_of(number) for number in range(len(self._blocks)))

    def tokens(self) -> Iterator[Token]:
        """Yield the new units as timed tokens, in order."""
        earliest_ms = 0
        for number, block in enumerate(self._blocks):
            kept = self._old[block.old.start] if block.is_kept else None
            units = self._units[block.units.start : block.units.stop]
            for unit, span in zip(units, self._times(number), strict=True):
                start_ms = max(earliest_ms, span.start_ms)  # later only if old tokens overlapped
                yield Token(
                    start_ms,
                    max(start_ms + 1, span.end_ms),
                    unit.text,
                    None if kept is None else kept.confidence,
                    text_without_lm=None if kept is None else kept.text_without_lm,
                )
                earliest_ms = start_ms

    def _blocks_with_room(self) -> list[_Block]:
        """Return all blocks in order, with too short blocks merged with their neighbours."""
        pairs = kept_pairs([each.key for each in self._old], [each.key for each in self._units])
        remaining = list(_blocks(pairs, len(self._old), len(self._units)))[::-1]
        done: list[_Block] = []
        while remaining:
            block = remaining.pop()
            if self._has_room(block, done[-1:], remaining[-1:]):
                done.append(block)
            else:
                remaining.append(_joined_with_neighbours(block, done, remaining))
        return done

    def _has_room(self, block: _Block, before: Sequence[_Block], after: Sequence[_Block]) -> bool:
        if block.is_kept or not (before or after):
            return True
        return self._widest(before, after).length_ms >= len(block.units)

    def _widest(self, before: Sequence[_Block], after: Sequence[_Block]) -> Span:
        """Return the largest span for a block, which leaves half of each unchanged neighbour."""
        start_ms, end_ms = self._whole.start_ms, self._whole.end_ms
        for kept in (self._old[block.old.start] for block in before):
            start_ms = kept.end_ms - (kept.duration_ms - 1) // 2
        for kept in (self._old[block.old.start] for block in after):
            end_ms = kept.start_ms + (kept.duration_ms - 1) // 2
        return Span(start_ms, end_ms)

    def _span_of(self, number: int) -> Span:
        """Return the time span of a block's old units, extended if the new text needs more."""
        block = self._blocks[number]
        old = self._old[block.old.start : block.old.stop]
        if block.is_kept:
            return Span(old[0].start_ms, old[0].end_ms)
        before, after = (
            self._blocks[max(0, number - 1) : number],
            self._blocks[number + 1 : number + 2],
        )
        widest = self._widest(before, after)
        pause = self._pause(before, after, widest)
        inner = Span(old[0].start_ms, old[-1].end_ms).inside(pause) if old else pause
        num_syllables = sum(self._units[i].num_syllables for i in block.units)
        wanted_ms = SHORTEST_SYLLABLE_MS * num_syllables
        return inner.extended_to(wanted_ms, pause).extended_to(wanted_ms, widest)

    def _pause(self, before: Sequence[_Block], after: Sequence[_Block], widest: Span) -> Span:
        """Return the pause between the unchanged units around a block, empty if they touch."""
        start_ms, end_ms = self._whole.start_ms, self._whole.end_ms
        for block in before:
            start_ms = self._old[block.old.start].end_ms
        for block in after:
            end_ms = self._old[block.old.start].start_ms
        if start_ms <= end_ms:
            return Span(start_ms, end_ms)
        middle_ms = (start_ms + end_ms) // 2
        return Span(middle_ms, middle_ms).inside(widest)

    def _times(self, number: int) -> Sequence[Span]:
        """Return the time span of each new unit of a block."""
        block, span = self._blocks[number], self._spans[number]
        if block.is_kept:
            return (self._remaining(number),)
        if not block.units:
            return ()
        old = self._old[block.old.start : block.old.stop]
        sources = [Spoken(Span(each.start_ms, each.end_ms), each.num_syllables) for each in old]
        if not old or span != Span(old[0].start_ms, old[-1].end_ms):
            sources = [Spoken(span, 1)]
        return share_by_syllables(sources, [self._units[i].num_syllables for i in block.units])

    def _remaining(self, number: int) -> Span:
        """Return the part of an unchanged unit's time that neighbouring blocks do not use."""
        start_ms, end_ms = self._spans[number].start_ms, self._spans[number].end_ms
        for beside in (number - 1, number + 1):
            if not 0 <= beside < len(self._blocks):
                continue
            block, taken = self._blocks[beside], self._spans[beside]
            if block.is_kept or not block.units:
                continue
            if beside < number:
                start_ms = max(start_ms, taken.end_ms)
            else:
                end_ms = min(end_ms, taken.start_ms)
        return Span(start_ms, end_ms)


def _blocks(pairs: Sequence[tuple[int, int]], num_old: int, num_units: int) -> Iterator[_Block]:
    """Yield the unchanged units and the changed blocks between them, in order."""
    old = unit = 0
    for kept_old, kept_unit in (*pairs, (num_old, num_units)):
        if old < kept_old or unit < kept_unit:
            yield _Block(range(old, kept_old), range(unit, kept_unit))
        old, unit = kept_old + 1, kept_unit + 1
        if kept_old < num_old:
            yield _Block(range(kept_old, old), range(kept_unit, unit), is_kept=True)


def _joined_with_neighbours(block: _Block, done: list[_Block], remaining: list[_Block]) -> _Block:
    """Merge a block with its neighbours, which are removed from `done` and `remaining`.

    Replaced blocks adjacent to these are merged as well, so that no two are adjacent.
    """
    if done:
        block = done.pop().joined_with(block)
    if remaining:
        block = block.joined_with(remaining.pop())
    if done and not done[-1].is_kept:
        block = done.pop().joined_with(block)
    if remaining and not remaining[-1].is_kept:
        block = block.joined_with(remaining.pop())
    return block
