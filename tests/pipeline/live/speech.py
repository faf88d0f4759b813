"""Recordings made of pieces of another one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS, Audio
from pipeline.core.transcript import SpeechSegment
from pipeline.vad.endpointing import decide_frames, find_runs
from pipeline.vad.fsmn import FsmnVad
from pipeline.vad.vad_options import VadOptions


def unbroken(vad: FsmnVad, pcm: NDArray[np.int16], *, seconds: int) -> NDArray[np.int16]:
    """Return speech without any pause that ends a segment, of this length."""
    options = VadOptions(max_end_silence_time=250)
    probabilities = vad.speech_probabilities(Audio(pcm.copy()))
    runs = find_runs(decide_frames(probabilities, options), options)
    pieces = [SpeechSegment(start * 10 + 150, stop * 10 - 100) for start, stop in runs]
    joined = np.concatenate(
        [pcm[each.start_ms * SAMPLES_PER_MS : each.end_ms * SAMPLES_PER_MS] for each in pieces]
    )
    return np.resize(joined, seconds * SAMPLE_RATE_HZ)
