"""Detection of quiet frames at which long speech is divided."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import SAMPLES_PER_MS

FRAME_MS = 20
SMOOTHING_FRAMES = 10  # 200 ms: a pause between words, not the closure of a plosive
EDGE_MS = 1_500  # shortest piece, about one clause


def frame_power(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the mean square of the samples around each 20 ms frame.

    Args:
        samples: (num_samples,) float32.

    Returns:
        (num_frames,) float64, one value per whole 20 ms, each a mean over 200 ms.
    """
    frame = FRAME_MS * SAMPLES_PER_MS
    num_frames = samples.size // frame
    frames = samples[: num_frames * frame].reshape(num_frames, frame)
    totals = np.concatenate(([0.0], np.cumsum(np.square(frames, dtype=np.float64).mean(axis=1))))
    middle = np.arange(num_frames)
    first = np.maximum(middle - SMOOTHING_FRAMES // 2, 0)
    stop = np.minimum(middle + SMOOTHING_FRAMES // 2, num_frames)
    smoothed: NDArray[np.float64] = (totals[stop] - totals[first]) / (stop - first)
    return smoothed


def find_silence_cuts(power: NDArray[np.float64], *, longest_ms: int) -> tuple[int, ...]:
    """Find cuts at quiet frames such that no piece of the speech is longer than `longest_ms`.

    Args:
        power: (num_frames,) float64, from `frame_power`.
        longest_ms: longest piece; more than twice the shortest, `EDGE_MS`.

    Returns:
        Milliseconds from the start of the speech, sorted; empty if it is short enough.

    Raises:
        ValueError: `longest_ms` is at most twice `EDGE_MS`.
    """
    if longest_ms <= 2 * EDGE_MS:
        raise ValueError(f"longest_ms must exceed {2 * EDGE_MS}, got {longest_ms}")
    cuts: list[int] = []
    to_do = [(0, power.size)]
    while to_do:
        start, end = to_do.pop()
        if (end - start) * FRAME_MS > longest_ms:
            cut = _quietest(power, start + EDGE_MS // FRAME_MS, end - EDGE_MS // FRAME_MS)
            cuts.append(cut * FRAME_MS)
            to_do += [(start, cut), (cut, end)]
    return tuple(sorted(cuts))


def pieces_between(
    start_ms: int, end_ms: int, cuts_ms: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of each piece of an interval between consecutive cuts."""
    borders = (start_ms, *(start_ms + cut for cut in cuts_ms), end_ms)
    return tuple(pairwise(borders))


def _quietest(power: NDArray[np.float64], start: int, stop: int) -> int:
    """Return the frame of least power, or the one nearest the middle if several are equal."""
    values = power[start:stop]
    lowest = start + np.flatnonzero(values == values.min())
    return int(lowest[np.abs(lowest - (start + stop) // 2).argmin()])
