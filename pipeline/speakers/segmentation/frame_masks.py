"""Conversion of intervals to boolean masks over 10 ms frames, and operations on the masks."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from pipeline.core.intervals import Interval

FRAME_MS = 10


def mask_of(intervals: Iterable[Interval], num_frames: int) -> NDArray[np.bool_]:
    """Return a mask, (num_frames,) bool, of the frames in the intervals, rounded to frames."""
    mask = np.zeros(num_frames, dtype=np.bool_)
    for interval in intervals:
        mask[round(interval.start_ms / FRAME_MS) : round(interval.end_ms / FRAME_MS)] = True
    return mask


def runs_of(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the runs of true frames, (num_runs, 2) int64, as first frame and exclusive end."""
    edges = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    return np.asarray(np.flatnonzero(edges).reshape(-1, 2), dtype=np.int64)


def close_gaps(
    mask: NDArray[np.bool_], *, max_gap: int, obstacles: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """Fill the gaps of at most `max_gap` frames that contain no frame of `obstacles`."""
    closed: NDArray[np.bool_] = mask.copy()
    runs = runs_of(mask)
    for gap_start, gap_end in zip(runs[:-1, 1], runs[1:, 0], strict=True):
        if gap_end - gap_start <= max_gap and (
            obstacles is None or not obstacles[gap_start:gap_end].any()
        ):
            closed[gap_start:gap_end] = True
    return closed


def drop_short(mask: NDArray[np.bool_], *, min_length: int) -> NDArray[np.bool_]:
    """Clear the runs of true frames that are shorter than `min_length`."""
    kept: NDArray[np.bool_] = mask.copy()
    for start, end in runs_of(mask):
        if end - start < min_length:
            kept[start:end] = False
    return kept


def extend_runs(
    mask: NDArray[np.bool_], *, frames: int, into: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """Extend each run at both ends by up to `frames` frames, only into frames of `into`."""
    grown: NDArray[np.bool_] = mask.copy()
    for _ in range(frames):
        reached = np.zeros_like(grown)
        reached[1:] |= grown[:-1]
        reached[:-1] |= grown[1:]
        grown |= reached if into is None else reached & into
    return grown
