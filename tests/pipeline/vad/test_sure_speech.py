from __future__ import annotations

import numpy as np

from pipeline.core.transcript import SpeechSegment
from pipeline.vad.endpointing import NEIGHBOURHOOD_FRAMES, SURE_FRAMES, drop_unsure_runs
from pipeline.vad.segment_stream import find_segments
from pipeline.vad.vad_options import VadOptions

TONE = (500, 700)


def test_runs_are_dropped_where_the_detector_is_nowhere_sure() -> None:
    probabilities = np.full(1000, 0.95, dtype=np.float32)

    assert drop_unsure_runs([TONE, (800, 900)], probabilities) == ()


def test_a_run_with_sure_speech_of_its_own_stays() -> None:
    probabilities = np.full(1000, 0.95, dtype=np.float32)
    probabilities[600 : 600 + SURE_FRAMES] = 0.999

    assert drop_unsure_runs([TONE], probabilities) == (TONE,)


def test_one_frame_less_is_not_sure() -> None:
    probabilities = np.full(1000, 0.95, dtype=np.float32)
    probabilities[600 : 600 + SURE_FRAMES - 1] = 0.999

    assert drop_unsure_runs([TONE], probabilities) == ()


def test_a_quiet_reply_stays_near_sure_speech_and_goes_far_from_it() -> None:
    near, far = (500, 560), (500 + 3 * NEIGHBOURHOOD_FRAMES, 600 + 3 * NEIGHBOURHOOD_FRAMES)
    probabilities = np.full(20_000, 0.9, dtype=np.float32)
    probabilities[1000:1100] = 0.999

    assert drop_unsure_runs([near, (1000, 1100), far], probabilities) == (near, (1000, 1100))


def test_the_classic_rules_keep_a_tone() -> None:
    probabilities = np.concatenate([np.zeros(100), np.full(200, 0.95), np.zeros(200)])

    segments = find_segments(probabilities.astype(np.float32), VadOptions.classic())

    assert segments == (SpeechSegment(740, 3160),)


def test_the_default_rules_drop_it() -> None:
    probabilities = np.concatenate([np.zeros(100), np.full(200, 0.95), np.zeros(200)])

    assert find_segments(probabilities.astype(np.float32), VadOptions()) == ()
