"""Identification of the second speaker in frames with two speakers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.core.intervals import Interval
from pipeline.speakers.segmentation.frame_masks import FRAME_MS, runs_of

NOBODY = -1
REACH_MS = 2_000  # overlapping speakers have mostly spoken just before, or continue after


def overlap_shares(
    windows: Sequence[Interval], is_overlap: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Compute the share of frames with two speakers in each window: (num_windows,) float64.

    Args:
        windows: windows of at least one frame, on whole frames.
        is_overlap: (num_frames,) bool, frames with two speakers.
    """
    times = np.array([(each.start_ms, each.end_ms) for each in windows], dtype=np.int64)
    first, stop = times.reshape(-1, 2).T // FRAME_MS
    num_before = np.concatenate(([0], np.cumsum(is_overlap)))
    return np.asarray((num_before[stop] - num_before[first]) / (stop - first))


def second_speakers(
    speakers: NDArray[np.int16], is_overlap: NDArray[np.bool_]
) -> NDArray[np.int16]:
    """Return the second speaker of each frame with two speakers.

    It is the other speaker with the nearest speech without overlap.

    Args:
        speakers: (num_frames,) int16, the first speaker of each frame, -1 for none.
        is_overlap: (num_frames,) bool.

    Returns:
        (num_frames,) int16, -1 without a second speaker; never the first one.
    """
    seconds = np.full_like(speakers, NOBODY)
    overlapped = is_overlap & (speakers != NOBODY)
    alone = np.where(overlapped, NOBODY, speakers)
    for start, end in runs_of(overlapped):
        nearby = _speakers_around(alone, int(start), int(end))
        for first in np.unique(speakers[start:end]):
            others = [speaker for speaker in nearby if speaker != first]
            if others:
                mine = np.flatnonzero(speakers[start:end] == first) + start
                seconds[mine] = others[0]
    return seconds


def _speakers_around(alone: NDArray[np.int16], start: int, end: int) -> list[int]:
    """Return the speakers with non-overlapping speech near a frame range, the nearest first."""
    reach = REACH_MS // FRAME_MS
    before = alone[max(0, start - reach) : start][::-1]
    after = alone[end : end + reach]
    distances: dict[int, tuple[int, int]] = {}
    for side, frames in enumerate((before, after)):
        found, positions = np.unique(frames, return_index=True)
        for speaker, position in zip(found, positions, strict=True):
            place = (int(position), side)
            distances[int(speaker)] = min(place, distances.get(int(speaker), place))
    distances.pop(NOBODY, None)
    return sorted(distances, key=lambda speaker: distances[speaker])
