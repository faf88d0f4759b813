"""Alignment of a known text with recognised tokens and detected speech."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from pipeline.core.intervals import Interval, merge_close
from pipeline.core.transcript import Token
from pipeline.text.realignment import realign


def align_text(text: str, tokens: Sequence[Token], speech: Iterable[Interval]) -> tuple[Token, ...]:
    """Align a known text to recognised tokens and speech; return a token per character or word.

    Words that were recognised as in the text keep their times. Other words are placed between
    their neighbours, within speech only: a pause without speech gets no words.

    Args:
        text: the known text.
        tokens: recognised tokens, sorted by start.
        speech: segments of speech, in any order.

    Returns:
        See `realign`; empty without speech.
    """
    spoken = merge_close([*speech, *tokens])
    if not spoken:
        return ()
    timeline = _SpeechTimeline(spoken)
    recognized = [timeline.to_speech_time(token) for token in tokens]
    return tuple(
        timeline.to_recording_time(token)
        for token in realign(recognized, text, Interval(0, timeline.duration_ms))
    )


class _SpeechTimeline:
    """A conversion between recording time and cumulative speech time."""

    def __init__(self, spoken: Sequence[Interval]) -> None:
        self._starts_ms = [each.start_ms for each in spoken]
        self._borders_ms = list(accumulate((each.duration_ms for each in spoken), initial=0))

    @property
    def duration_ms(self) -> int:
        return self._borders_ms[-1]

    def to_speech_time(self, token: Token) -> Token:
        """Convert a token inside one speech segment to speech time."""
        number = bisect_right(self._starts_ms, token.start_ms) - 1
        shift_ms = self._borders_ms[number] - self._starts_ms[number]
        return replace(token, start_ms=token.start_ms + shift_ms, end_ms=token.end_ms + shift_ms)

    def to_recording_time(self, token: Token) -> Token:
        """Convert a token to recording time; if it spans a pause, the pause is included."""
        first = bisect_right(self._borders_ms, token.start_ms) - 1
        last = bisect_left(self._borders_ms, token.end_ms) - 1
        return replace(
            token,
            start_ms=token.start_ms - self._borders_ms[first] + self._starts_ms[first],
            end_ms=token.end_ms - self._borders_ms[last] + self._starts_ms[last],
        )
