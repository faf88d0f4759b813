"""Interim text from repeated decoding of the whole open segment."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval
from pipeline.live.events import PassingState
from pipeline.live.recognition.firm_text import FirmText, split_last_word
from pipeline.live.recognition.recognizer import Hypothesis
from pipeline.live.recognition.tail_pace import FIRST_MS, TailPace
from pipeline.live.segmenter import OpenSegment

_PAUSE_MS = 100  # without speech; a final text follows soon, or more speech

Decode = Callable[[Audio, Interval], str | None]
"""A function that returns the text of a piece of audio, None if it is unreliable."""


class PassingTails:
    """A generator of interim text for a recogniser without streaming.

    The last word of a pass is withheld, because the end of the audio may truncate it; a pause in
    which the speech ends completes it. No pass is made in a pause: it costs a fortieth of all CPU
    time and shows nothing earlier.
    """

    def __init__(self, decode: Decode) -> None:
        """Create the generator for a new recording.

        Args:
            decode: function that recognises the open segment so far.
        """
        self._decode = decode
        self._pace = TailPace()
        self._number = -1  # of the segment to which the text belongs
        self._text = FirmText()
        self._last_word = ""  # of the last pass, not shown
        self._heard_ms = 0  # end of the audio of the last pass

    @property
    def state(self) -> PassingState:
        """The rate of interim text: "on", "slow" or "off"."""
        return self._pace.state

    def passing(self, audio: Audio, segment: OpenSegment, *, lag_ms: int) -> Hypothesis | None:
        """Return the interim text of the open segment; see `LiveRecognizer.passing`."""
        if segment.number != self._number:
            self._begin(segment.number)
        now_ms = audio.duration_ms
        if now_ms - segment.speech_end_ms >= _PAUSE_MS:
            return self._complete(segment.speech_end_ms)
        length_ms = now_ms - segment.audio_start_ms
        if length_ms < FIRST_MS or not self._pace.is_due(
            now_ms, length_ms=length_ms, lag_ms=lag_ms
        ):
            return None
        text = self._decode(audio, Interval(segment.audio_start_ms, now_ms))
        if text is None:
            return None
        shown, self._last_word = split_last_word(text)
        self._text.add(shown)
        return self._hypothesis(now_ms)

    def _begin(self, number: int) -> None:
        self._number, self._text = number, FirmText()
        self._last_word, self._heard_ms = "", 0
        self._pace.restart()

    def _complete(self, speech_end_ms: int) -> Hypothesis | None:
        """Add the withheld word of the last pass, if the speech has ended with it."""
        if not self._last_word or self._heard_ms < speech_end_ms:
            return None
        self._text.extend(self._last_word)
        self._last_word = ""
        return self._hypothesis(self._heard_ms)

    def _hypothesis(self, heard_ms: int) -> Hypothesis:
        self._heard_ms = heard_ms
        return Hypothesis(self._text.text, self._text.num_firm, heard_ms)
