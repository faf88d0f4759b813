"""Drops runs of tones or barking, which have no frames of high speech probability nearby."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Measured on 951 runs of speech and the noises of the development data: the shortest utterance
# has 50 sure frames, a dog 3, ringing tones and chords none. Quiet speech far from the
# microphone may have none itself, but has some nearby.
SURE_PROBABILITY = 0.99
SURE_FRAMES = 15  # 150 ms, the amount of speech that starts a segment
NEIGHBOURHOOD_FRAMES = 3_000  # 30 s before and after


def drop_unsure_runs(
    runs: Sequence[tuple[int, int]], speech_probabilities: NDArray[np.float32]
) -> tuple[tuple[int, int], ...]:
    """Return the runs with enough sure frames inside or within 30 s of them.

    Args:
        runs: (first frame, stop frame); sorted, disjoint.
        speech_probabilities: (num_frames,) float32.

    Returns:
        A subset of the runs, unchanged.
    """
    num_frames = speech_probabilities.size
    sure_before = np.concatenate(([0], np.cumsum(speech_probabilities >= SURE_PROBABILITY)))

    def is_sure(run: tuple[int, int]) -> bool:
        first = max(0, run[0] - NEIGHBOURHOOD_FRAMES)
        stop = min(num_frames, run[1] + NEIGHBOURHOOD_FRAMES)
        return bool(sure_before[stop] - sure_before[first] >= SURE_FRAMES)

    return tuple(run for run in runs if is_sure(run))
