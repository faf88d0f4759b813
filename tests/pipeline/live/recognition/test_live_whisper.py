from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from pipeline.asr.whisper.whisper_model import EncodedWindow, Hypothesis, WhisperNet
from pipeline.audio.samples import SAMPLES_PER_MS, Audio
from pipeline.live.recognition.live_whisper import LiveWhisper
from pipeline.live.segmenter import OpenSegment
from tests.pipeline.live.sample_net import SampleNet


class LoopingNet(SampleNet):
    """A network whose decoder goes on with the same phrase in other characters."""

    def decode(
        self,
        window: EncodedWindow,
        *,
        language: str,
        context: Sequence[int] = (),
        num_beams: int,
        max_new_tokens: int,
        no_repeat_ngram: int = 0,
    ) -> Hypothesis:
        return Hypothesis("上海家庭呢上海家庇呢上海家定呢上海家地呢", (), -0.5, 0.0, 1.5)


def test_interim_text_ends_before_the_decoder_repeats_itself() -> None:
    recognizer = LiveWhisper(cast("WhisperNet", LoopingNet()), language="zh")
    audio = Audio(np.zeros(1_400 * SAMPLES_PER_MS, dtype=np.int16))

    found = recognizer.passing(audio, OpenSegment(0, 200, 0, 200, 1_400), lag_ms=0)

    assert found is not None
    assert found.text == "上海家庭"
