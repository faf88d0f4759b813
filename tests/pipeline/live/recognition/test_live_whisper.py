from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.whisper.whisper_model import EncodedWindow, WhisperNet
from pipeline.audio.samples import SAMPLES_PER_MS, Audio
from pipeline.live.recognition.live_whisper import LiveWhisper
from pipeline.live.segmenter import OpenSegment
from tests.pipeline.live.sample_net import SampleNet


class LoopingNet(SampleNet):
    """A network whose decoder goes on with the same phrase in other characters."""

    def encode(self, samples: NDArray[np.float32], *, silence_ms: int = 5_000) -> EncodedWindow:
        return EncodedWindow("上海家庭呢上海家庇呢上海家定呢上海家地呢", len(samples) // 160)


def test_interim_text_ends_before_the_decoder_repeats_itself() -> None:
    recognizer = LiveWhisper(cast("WhisperNet", LoopingNet()), language="zh")
    audio = Audio(np.zeros(1_400 * SAMPLES_PER_MS, dtype=np.int16))

    found = recognizer.passing(audio, OpenSegment(0, 200, 0, 200, 1_400), lag_ms=0)

    assert found is not None
    assert found.text == "上海家庭"
