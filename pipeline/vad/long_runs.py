"""Division of long speech runs where speech is least probable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SMOOTHING_FRAMES = 20  # 200 ms, the detector's window: a cut needs a pause, not one frame
SHORTEST_PIECE_FRAMES = 200  # 2 s: a piece holds at least one 1.5 s speaker window


def cut_long_runs(
    runs: Sequence[tuple[int, int]],
    speech_probabilities: NDArray[np.float32],
    *,
    longest: int,
    total_before: float = 0.0,
) -> tuple[tuple[int, int], ...]:
    """Cut every run of more than `longest` frames into pieces that cover it entirely (spec 12, 9).

    Args:
        runs: (first frame, stop frame); sorted, disjoint.
        speech_probabilities: (num_frames,) float32.
        longest: maximum frames of a piece, at least 4.
        total_before: sum of the probabilities before these in the same recording, so that
            rounding equals that of the whole recording.

    Returns:
        Sorted, disjoint runs that cover the same frames.
    """
    if all(end - start <= longest for start, end in runs):
        return tuple(runs)
    smoothed = _smooth(speech_probabilities, total_before)
    return tuple(piece for run in runs for piece in _cut(run, smoothed, longest))


def _cut(
    run: tuple[int, int], smoothed: NDArray[np.float64], longest: int
) -> list[tuple[int, int]]:
    margin = min(SHORTEST_PIECE_FRAMES, longest // 4)
    pieces: list[tuple[int, int]] = []
    to_do = [run]
    while to_do:
        start, end = to_do.pop()
        if end - start <= longest:
            pieces.append((start, end))
        else:
            middle = _find_lowest(smoothed, start + margin, end - margin)
            to_do += [(middle, end), (start, middle)]
    return pieces


def _find_lowest(smoothed: NDArray[np.float64], start: int, end: int) -> int:
    """Return the frame with the lowest value, the one nearest the middle if several are equal."""
    values = smoothed[start:end]
    lowest = start + np.flatnonzero(values == values.min())
    return int(lowest[np.abs(lowest - (start + end) // 2).argmin()])


def _smooth(probabilities: NDArray[np.float32], total_before: float) -> NDArray[np.float64]:
    """Return the moving average of the probabilities, over fewer frames at the edges."""
    half = SMOOTHING_FRAMES // 2
    totals = np.cumsum(np.concatenate(([total_before], probabilities), dtype=np.float64))
    frames = np.arange(probabilities.size)
    first, stop = np.maximum(frames - half, 0), np.minimum(frames + half, probabilities.size)
    means: NDArray[np.float64] = (totals[stop] - totals[first]) / (stop - first)
    return means
