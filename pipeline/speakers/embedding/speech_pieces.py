"""Pieces of speech in which, as far as can be heard, one person talks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.core.intervals import Interval
from pipeline.speakers.options import BorderOptions
from pipeline.speakers.segmentation.excerpt_aggregator import LocalSpeakers
from pipeline.speakers.segmentation.frame_masks import (
    FRAME_MS,
    append_live,
    close_gaps,
    drop_short,
    mask_of,
    runs_of,
)

# The detector's segments begin and end this much before and after the speech it is sure of
# (lookback and lookahead of its published config, spec 2.2).
LOOKBACK_MS, LOOKAHEAD_MS = 200, 100
MAX_GAP_MS = 100  # shorter silences lie inside words
MIN_SPEECH_MS = 100
UNHEARD_MS = 300  # speech of the detector that the segmentation model misses by this much stays
MIN_PIECE_MS = 300  # a change of speaker is not sought closer to the end of a piece


def find_pieces(
    heard: LocalSpeakers, segments: Sequence[Interval], options: BorderOptions
) -> tuple[Interval, ...]:
    """Speech, cut at pauses and where the local speaker changes.

    Either model may find speech: what one hears, the other need only find possible.

    Args:
        heard: what the segmentation model says.
        segments: what the voice activity detector says; sorted, disjoint.
        options: from which probability on it counts.

    Returns:
        Sorted and disjoint, on whole frames, inside the recording.
    """
    sure = mask_of(filter(None, map(_without_margins, segments)), len(heard.speech))
    is_speech = heard.speech > np.where(sure, options.speech_inside, options.speech_outside)
    joined = close_gaps(is_speech, max_gap=MAX_GAP_MS // FRAME_MS)
    speech = drop_short(joined, min_length=MIN_SPEECH_MS // FRAME_MS)
    unheard = sure & ~append_live(speech, frames=UNHEARD_MS // FRAME_MS)
    speech |= drop_short(unheard, min_length=UNHEARD_MS // FRAME_MS)
    changes = speaker_changes(heard, is_speech)
    return tuple(
        Interval(int(start) * FRAME_MS, int(end) * FRAME_MS)
        for first, last in runs_of(speech)
        for start, end in _cut(int(first), int(last), changes)
    )


def speaker_changes(heard: LocalSpeakers, is_speech: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Frames at which another local speaker begins, midway where the two overlap or pause.

    Args:
        heard: what the segmentation model says.
        is_speech: (num_frames,) bool.

    Returns:
        (num_changes,) int64, ascending.
    """
    frames = np.flatnonzero(is_speech & (heard.speaker > 0))
    before, after = frames[:-1], frames[1:]
    is_change = (heard.speaker[before] != heard.speaker[after]) & (
        heard.excerpt[before] == heard.excerpt[after]
    )
    return np.asarray((before[is_change] + after[is_change] + 1) // 2, dtype=np.int64)


def _without_margins(segment: Interval) -> Interval | None:
    start_ms, end_ms = segment.start_ms + LOOKBACK_MS, segment.end_ms - LOOKAHEAD_MS
    return Interval(start_ms, end_ms) if start_ms < end_ms else None


def _cut(start: int, end: int, changes: NDArray[np.int64]) -> list[tuple[int, int]]:
    """The parts of a stretch between the changes inside it, none shorter than a piece may be."""
    shortest = MIN_PIECE_MS // FRAME_MS
    borders = [start]
    for change in changes[np.searchsorted(changes, start) : np.searchsorted(changes, end)]:
        if change - borders[-1] >= shortest and end - change >= shortest:
            borders.append(int(change))
    return list(zip(borders, [*borders[1:], end], strict=True))
