"""Segmentation of speech into pieces with one speaker each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.core.intervals import Interval
from pipeline.speakers.diarization_options import BorderOptions
from pipeline.speakers.segmentation.excerpt_aggregator import LocalSpeakers
from pipeline.speakers.segmentation.frame_masks import (
    FRAME_MS,
    close_gaps,
    drop_short,
    extend_runs,
    mask_of,
    runs_of,
)

# The detector's segments extend this much before and after the detected speech
# (lookback and lookahead of its published config, spec 2.2).
LOOKBACK_MS, LOOKAHEAD_MS = 200, 100
MAX_GAP_MS = 100  # shorter silences are inside words
MIN_SPEECH_MS = 100
MISSED_SPEECH_MS = (
    300  # detected speech that the segmentation model misses is kept from this length
)
MIN_PIECE_MS = 300  # no speaker change is placed closer to the end of a piece


def find_pieces(
    local: LocalSpeakers, segments: Sequence[Interval], options: BorderOptions
) -> tuple[Interval, ...]:
    """Divide speech into pieces at pauses and speaker changes.

    A frame is speech if one of the models is confident and the other considers it possible.

    Args:
        local: output of the segmentation model.
        segments: output of the voice activity detector; sorted, disjoint.
        options: probability thresholds.

    Returns:
        Sorted and disjoint, on whole frames, inside the recording.
    """
    sure = _sure_speech(local, segments)
    is_speech = local.speech > np.where(sure, options.speech_inside, options.speech_outside)
    speech = _whole_speech(is_speech)
    missed = sure & ~extend_runs(speech, frames=MISSED_SPEECH_MS // FRAME_MS)
    speech |= drop_short(missed, min_length=MISSED_SPEECH_MS // FRAME_MS)
    changes = speaker_changes(local, is_speech)
    return tuple(
        Interval(int(start) * FRAME_MS, int(end) * FRAME_MS)
        for first, last in runs_of(speech)
        for start, end in _cut(int(first), int(last), changes)
    )


def probable_speech(
    local: LocalSpeakers, segments: Sequence[Interval], options: BorderOptions
) -> NDArray[np.bool_]:
    """Return a mask of the frames that may be speech, including the quiet edges of words.

    Args:
        local: output of the segmentation model.
        segments: output of the voice activity detector; sorted, disjoint.
        options: probability thresholds.

    Returns:
        (num_frames,) bool.
    """
    sure = _sure_speech(local, segments)
    lowest = np.where(sure, options.speech_edge, options.speech_outside)
    return _whole_speech(local.speech > lowest)


def speaker_changes(local: LocalSpeakers, is_speech: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the frames of speaker changes, each at the middle of any overlap or pause.

    Args:
        local: output of the segmentation model.
        is_speech: (num_frames,) bool.

    Returns:
        (num_changes,) int64, ascending.
    """
    frames = np.flatnonzero(is_speech & (local.speaker > 0))
    before, after = frames[:-1], frames[1:]
    is_change = (local.speaker[before] != local.speaker[after]) & (
        local.excerpt[before] == local.excerpt[after]
    )
    return np.asarray((before[is_change] + after[is_change] + 1) // 2, dtype=np.int64)


def _sure_speech(local: LocalSpeakers, segments: Sequence[Interval]) -> NDArray[np.bool_]:
    return mask_of(filter(None, map(_without_margins, segments)), len(local.speech))


def _whole_speech(is_speech: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return a mask of the speech with short gaps filled and short runs removed."""
    joined = close_gaps(is_speech, max_gap=MAX_GAP_MS // FRAME_MS)
    return drop_short(joined, min_length=MIN_SPEECH_MS // FRAME_MS)


def _without_margins(segment: Interval) -> Interval | None:
    start_ms, end_ms = segment.start_ms + LOOKBACK_MS, segment.end_ms - LOOKAHEAD_MS
    return Interval(start_ms, end_ms) if start_ms < end_ms else None


def _cut(start: int, end: int, changes: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Divide a range of frames at speaker changes, into parts of at least `MIN_PIECE_MS`."""
    shortest = MIN_PIECE_MS // FRAME_MS
    borders = [start]
    for change in changes[np.searchsorted(changes, start) : np.searchsorted(changes, end)]:
        if change - borders[-1] >= shortest and end - change >= shortest:
            borders.append(int(change))
    return list(zip(borders, [*borders[1:], end], strict=True))
