"""Times for a text that is known, from what a recogniser heard and where somebody speaks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from pipeline.core.intervals import Interval, merge_close
from pipeline.core.transcript import Token
from pipeline.text.realignment import realign


def align_text(text: str, tokens: Sequence[Token], speech: Iterable[Interval]) -> tuple[Token, ...]:
    """One token per Chinese character or word of a text, timed where somebody speaks.

    What was heard as the text has it keeps its times. What was not heard is placed by what stands
    around it, over speech alone: a pause in which nobody speaks takes no words.

    Args:
        text: what is said.
        tokens: what was heard, sorted by start.
        speech: where somebody speaks, in any order.

    Returns:
        See `realign`; empty where nobody speaks.
    """
    spoken = merge_close([*speech, *tokens])
    if not spoken:
        return ()
    clock = _SpeechClock(spoken)
    heard = [clock.read(token) for token in tokens]
    return tuple(clock.set(token) for token in realign(heard, text, Interval(0, clock.duration_ms)))


class _SpeechClock:
    """Counts time while somebody speaks, and stands still in between."""

    def __init__(self, spoken: Sequence[Interval]) -> None:
        self._starts_ms = [each.start_ms for each in spoken]
        self._borders_ms = list(accumulate((each.duration_ms for each in spoken), initial=0))

    @property
    def duration_ms(self) -> int:
        return self._borders_ms[-1]

    def read(self, token: Token) -> Token:
        """A token of the recording, which lies in one stretch of speech, on this clock."""
        number = bisect_right(self._starts_ms, token.start_ms) - 1
        shift_ms = self._borders_ms[number] - self._starts_ms[number]
        return replace(token, start_ms=token.start_ms + shift_ms, end_ms=token.end_ms + shift_ms)

    def set(self, token: Token) -> Token:
        """The way back; a token that reaches over a pause of the clock includes it."""
        first = bisect_right(self._borders_ms, token.start_ms) - 1
        last = bisect_left(self._borders_ms, token.end_ms) - 1
        return replace(
            token,
            start_ms=token.start_ms - self._borders_ms[first] + self._starts_ms[first],
            end_ms=token.end_ms - self._borders_ms[last] + self._starts_ms[last],
        )
