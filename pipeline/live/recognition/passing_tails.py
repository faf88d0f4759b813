"""Interim text from repeated decoding of the whole open segment."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval
from pipeline.live.events import PassingState
from pipeline.live.recognition.firm_text import FirmText, without_last_word
from pipeline.live.recognition.recognizer import Hypothesis
from pipeline.live.recognition.tail_pace import FIRST_MS, TailPace
from pipeline.live.segmenter import OpenSegment

Decode = Callable[[Audio, Interval], str | None]
"""A function that returns the text of a piece of audio, None if it is unreliable."""


class PassingTails:
    """A generator of interim text for a recogniser without streaming."""

    def __init__(self, decode: Decode) -> None:
        """Create the generator for a new recording.

        Args:
            decode: function that recognises the open segment so far.
        """
        self._decode = decode
        self._pace = TailPace()
        self._number = -1  # of the segment to which the text belongs
        self._text = FirmText()

    @property
    def state(self) -> PassingState:
        """The rate of interim text: "on", "slow" or "off"."""
        return self._pace.state

    def passing(self, audio: Audio, segment: OpenSegment, *, lag_ms: int) -> Hypothesis | None:
        """Return the interim text of the open segment; see `LiveRecognizer.passing`."""
        if segment.number != self._number:
            self._number, self._text = segment.number, FirmText()
            self._pace.restart()
        now_ms = audio.duration_ms
        length_ms = now_ms - segment.audio_start_ms
        if length_ms < FIRST_MS or not self._pace.is_due(
            now_ms, length_ms=length_ms, lag_ms=lag_ms
        ):
            return None
        text = self._decode(audio, Interval(segment.audio_start_ms, now_ms))
        if text is None:
            return None
        self._text.add(without_last_word(text))
        return Hypothesis(self._text.text, self._text.num_firm, now_ms)
