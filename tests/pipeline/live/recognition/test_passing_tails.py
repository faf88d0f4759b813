from __future__ import annotations

import numpy as np

from pipeline.audio.samples import SAMPLES_PER_MS, Audio
from pipeline.core.intervals import Interval
from pipeline.live.recognition.passing_tails import PassingTails
from pipeline.live.segmenter import OpenSegment

TEXT = "今天天气。"


class Passes:
    """Interim texts of one segment from a decoder that returns the same text each time."""

    def __init__(self) -> None:
        self.spans: list[Interval] = []
        self._tails = PassingTails(self._decode)

    def at(self, now_ms: int, *, speech_end_ms: int, number: int = 0) -> str | None:
        audio = Audio(np.zeros(now_ms * SAMPLES_PER_MS, dtype=np.int16))
        segment = OpenSegment(number, 0, 0, 0, speech_end_ms)
        found = self._tails.passing(audio, segment, lag_ms=0)
        return None if found is None else found.text

    def _decode(self, _audio: Audio, span: Interval) -> str:
        self.spans.append(span)
        return TEXT


def test_the_last_word_of_a_pass_is_shown_in_the_pause_after_it_without_another_pass() -> None:
    passes = Passes()
    assert passes.at(1_000, speech_end_ms=950) == "今天天"
    assert passes.at(1_040, speech_end_ms=950) is None
    assert passes.at(1_100, speech_end_ms=1_000) == "今天天气"
    assert passes.at(1_200, speech_end_ms=1_000) is None
    assert len(passes.spans) == 1


def test_the_last_word_stays_withheld_if_speech_followed_the_pass() -> None:
    passes = Passes()
    passes.at(1_000, speech_end_ms=950)
    assert passes.at(1_500, speech_end_ms=1_300) is None


def test_no_pass_is_made_in_a_pause() -> None:
    passes = Passes()
    assert [passes.at(now, speech_end_ms=900) for now in range(1_000, 5_000, 100)] == [None] * 40
    assert passes.spans == []


def test_speech_after_a_pause_is_decoded_at_once() -> None:
    passes = Passes()
    passes.at(1_000, speech_end_ms=950)
    passes.at(2_000, speech_end_ms=1_400)
    passes.at(2_100, speech_end_ms=2_050)
    assert passes.spans == [Interval(0, 1_000), Interval(0, 2_100)]


def test_the_withheld_word_of_one_segment_is_not_added_to_the_next() -> None:
    passes = Passes()
    passes.at(1_000, speech_end_ms=950)
    assert passes.at(2_000, speech_end_ms=900, number=1) is None
