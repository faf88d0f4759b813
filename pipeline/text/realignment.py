"""Times for a corrected text, from the tokens of the text that was there before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Token
from pipeline.text.scripts import is_of_spaced_word
from pipeline.text.sequence_alignment import kept_pairs
from pipeline.text.syllable_times import Span, Spoken, share_by_syllables
from pipeline.text.text_units import TextUnit, text_units
from pipeline.text.token_units import HeardUnit, token_units

SHORTEST_SYLLABLE_MS = 100  # ten a second: hardly anybody speaks faster


@dataclass(frozen=True, slots=True)
class _Block:
    """Heard units and the new units in their place; a kept block has one of each, alike."""

    heard: range
    units: range
    is_kept: bool = False

    def joined_with(self, later: _Block) -> _Block:
        return _Block(
            range(self.heard.start, later.heard.stop), range(self.units.start, later.units.stop)
        )


def realign(tokens: Sequence[Token], new_text: str, interval: Interval) -> tuple[Token, ...]:
    """One token per Chinese character or word of a corrected text.

    What was there before keeps its times and its confidence; case, width, spaces and marks may
    change. What takes the place of something gets that one's time, in proportion to the
    syllables. What is new shares the pause it stands in, and where that is too short, takes up to
    half of each neighbour. Without tokens, the syllables share the interval evenly.

    Args:
        tokens: of the text before, sorted by start; what lies outside the interval is not used.
        new_text: what is said in the interval.
        interval: where the tokens have to lie.

    Returns:
        Tokens sorted by start, inside the interval, each at least 1 ms long; they do not overlap
        unless the old ones did, or the interval has fewer milliseconds than the text has units.
        Their texts in a row are the new text without outer white space; a spaced word at the
        beginning has its leading space. Without text there are none.
    """
    text = new_text.strip()
    units = text_units(_space_before(text, tokens) + text)
    placing = _Placing(token_units(tokens, interval), units, interval)
    return tuple(placing.tokens())


def _space_before(text: str, tokens: Sequence[Token]) -> str:
    """The leading space of a first word, unless the text before began with a word without one."""
    if not is_of_spaced_word(text[:1]):
        return ""
    return "" if tokens and is_of_spaced_word(tokens[0].text[:1]) else " "


class _Placing:
    """Gives every new unit its place between the units that are kept."""

    def __init__(
        self, heard: Sequence[HeardUnit], units: Sequence[TextUnit], interval: Interval
    ) -> None:
        self._heard = heard
        self._units = units
        self._whole = Span(interval.start_ms, interval.end_ms)
        self._blocks = self._blocks_with_room()
        self._spans = tuple(self._span_of(number) for number in range(len(self._blocks)))

    def tokens(self) -> Iterator[Token]:
        """The units with their times, in order."""
        earliest_ms = 0
        for number, block in enumerate(self._blocks):
            confidence = self._heard[block.heard.start].confidence if block.is_kept else None
            units = self._units[block.units.start : block.units.stop]
            for unit, span in zip(units, self._times(number), strict=True):
                start_ms = max(earliest_ms, span.start_ms)  # later only where old ones overlapped
                yield Token(start_ms, max(start_ms + 1, span.end_ms), unit.text, confidence)
                earliest_ms = start_ms

    def _blocks_with_room(self) -> list[_Block]:
        """Kept and replaced stretches in turn; who has no room takes the neighbours in."""
        pairs = kept_pairs([each.key for each in self._heard], [each.key for each in self._units])
        to_do = list(_blocks(pairs, len(self._heard), len(self._units)))[::-1]
        done: list[_Block] = []
        while to_do:
            block = to_do.pop()
            if self._has_room(block, done[-1:], to_do[-1:]):
                done.append(block)
            else:
                to_do.append(_with_neighbours(block, done, to_do))
        return done

    def _has_room(self, block: _Block, before: Sequence[_Block], after: Sequence[_Block]) -> bool:
        if block.is_kept or not (before or after):
            return True
        return self._widest(before, after).length_ms >= len(block.units)

    def _widest(self, before: Sequence[_Block], after: Sequence[_Block]) -> Span:
        """What a block may take: more than half of the kept unit on either side stays."""
        start_ms, end_ms = self._whole.start_ms, self._whole.end_ms
        for kept in (self._heard[block.heard.start] for block in before):
            start_ms = kept.end_ms - (kept.duration_ms - 1) // 2
        for kept in (self._heard[block.heard.start] for block in after):
            end_ms = kept.start_ms + (kept.duration_ms - 1) // 2
        return Span(start_ms, end_ms)

    def _span_of(self, number: int) -> Span:
        """What a block was heard in, made longer where the new text needs it."""
        block = self._blocks[number]
        heard = self._heard[block.heard.start : block.heard.stop]
        if block.is_kept:
            return Span(heard[0].start_ms, heard[0].end_ms)
        before, after = (
            self._blocks[max(0, number - 1) : number],
            self._blocks[number + 1 : number + 2],
        )
        widest = self._widest(before, after)
        pause = self._pause(before, after, widest)
        inner = Span(heard[0].start_ms, heard[-1].end_ms).inside(pause) if heard else pause
        num_syllables = sum(self._units[i].num_syllables for i in block.units)
        wanted_ms = SHORTEST_SYLLABLE_MS * num_syllables
        return inner.grown_to(wanted_ms, pause).grown_to(wanted_ms, widest)

    def _pause(self, before: Sequence[_Block], after: Sequence[_Block], widest: Span) -> Span:
        """Where nothing is heard that is kept; empty where kept units touch or overlap."""
        start_ms, end_ms = self._whole.start_ms, self._whole.end_ms
        for block in before:
            start_ms = self._heard[block.heard.start].end_ms
        for block in after:
            end_ms = self._heard[block.heard.start].start_ms
        if start_ms <= end_ms:
            return Span(start_ms, end_ms)
        middle_ms = (start_ms + end_ms) // 2
        return Span(middle_ms, middle_ms).inside(widest)

    def _times(self, number: int) -> Sequence[Span]:
        """The span of each new unit of a block."""
        block, span = self._blocks[number], self._spans[number]
        if block.is_kept:
            return (self._what_is_left(number),)
        if not block.units:
            return ()
        heard = self._heard[block.heard.start : block.heard.stop]
        sources = [Spoken(Span(each.start_ms, each.end_ms), each.num_syllables) for each in heard]
        if not heard or span != Span(heard[0].start_ms, heard[-1].end_ms):
            sources = [Spoken(span, 1)]
        return share_by_syllables(sources, [self._units[i].num_syllables for i in block.units])

    def _what_is_left(self, number: int) -> Span:
        """The times of a kept unit, less what its neighbours have taken."""
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


def _blocks(pairs: Sequence[tuple[int, int]], num_heard: int, num_units: int) -> Iterator[_Block]:
    """What is kept, and what stands between, in order."""
    heard = unit = 0
    for kept_heard, kept_unit in (*pairs, (num_heard, num_units)):
        if heard < kept_heard or unit < kept_unit:
            yield _Block(range(heard, kept_heard), range(unit, kept_unit))
        heard, unit = kept_heard + 1, kept_unit + 1
        if kept_heard < num_heard:
            yield _Block(range(kept_heard, heard), range(kept_unit, unit), is_kept=True)


def _with_neighbours(block: _Block, done: list[_Block], to_do: list[_Block]) -> _Block:
    """A block joined with the kept units beside it, which are taken out of their lists.

    What was replaced beside these is joined as well: no two such blocks stand side by side.
    """
    if done:
        block = done.pop().joined_with(block)
    if to_do:
        block = block.joined_with(to_do.pop())
    if done and not done[-1].is_kept:
        block = done.pop().joined_with(block)
    if to_do and not to_do[-1].is_kept:
        block = block.joined_with(to_do.pop())
    return block
