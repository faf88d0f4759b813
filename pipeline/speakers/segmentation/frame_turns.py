"""Conversion of labelled windows to speaker turns, which may overlap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from pipeline.core.intervals import Interval
from pipeline.core.transcript import SpeakerTurn
from pipeline.speakers.diarization_options import BorderOptions
from pipeline.speakers.segmentation.frame_masks import (
    FRAME_MS,
    close_gaps,
    drop_short,
    extend_runs,
    runs_of,
)
from pipeline.speakers.segmentation.overlap import NOBODY, second_speakers
from pipeline.speakers.turns import speaker_name

_EDGE_VOTE = 1e-3  # small but positive weight of a window for its first and last frame


def label_frames(
    pieces: Sequence[Interval],
    windows: Sequence[Interval],
    labels: NDArray[np.int64],
    num_frames: int,
) -> NDArray[np.int16]:
    """Assign a speaker to each frame, by votes of the windows weighted by proximity.

    A frame between two windows has the speaker of the nearer one.

    Args:
        pieces: sorted, disjoint, on whole frames.
        windows: in order of time, each inside one piece, at least one in each.
        labels: (num_windows,) int64.
        num_frames: number of frames of the recording.

    Returns:
        (num_frames,) int16, -1 outside the pieces.
    """
    speakers = np.full(num_frames, NOBODY, dtype=np.int16)  # ten hours are 3.6 million frames
    starts_ms = [piece.start_ms for piece in pieces]
    owners = np.searchsorted(starts_ms, [window.start_ms for window in windows], side="right") - 1
    for owner, members in groupby(range(len(windows)), key=lambda index: owners[index]):
        piece, indices = pieces[owner], list(members)
        place = slice(piece.start_ms // FRAME_MS, piece.end_ms // FRAME_MS)
        speakers[place] = _vote(piece, [windows[each] for each in indices], labels[indices])
    return speakers


def extend_into(
    speakers: NDArray[np.int16], is_probable: NDArray[np.bool_], *, reach: int
) -> NDArray[np.int16]:
    """Extend speakers into adjacent frames that may be speech.

    Such frames between two turns of one speaker belong to this speaker; between two speakers they
    are a pause.

    Args:
        speakers: (num_frames,) int16, -1 for none.
        is_probable: (num_frames,) bool.
        reach: number of frames by which the start and end of a turn move.

    Returns:
        (num_frames,) int16.
    """
    extended: NDArray[np.int16] = speakers.copy()
    for start, end in runs_of(is_probable & (speakers == NOBODY)):
        before = speakers[start - 1] if start > 0 else NOBODY
        after = speakers[end] if end < len(speakers) else NOBODY
        if before == after:
            extended[start:end] = before
        elif after == NOBODY:
            extended[start : min(end, start + reach)] = before
        elif before == NOBODY:
            extended[max(start, end - reach) : end] = after
    return extended


def turns_of_frames(
    speakers: NDArray[np.int16], is_overlap: NDArray[np.bool_], options: BorderOptions
) -> tuple[SpeakerTurn, ...]:
    """Convert the speakers of frames to speaker turns, sorted by start.

    Args:
        speakers: (num_frames,) int16, -1 for none; label k becomes speaker `S{k + 1}`.
        is_overlap: (num_frames,) bool, frames with two speakers.
        options: padding and pauses.
    """
    seconds = second_speakers(speakers, is_overlap)
    silence = speakers == NOBODY
    turns = [
        SpeakerTurn(int(start) * FRAME_MS, int(end) * FRAME_MS, speaker_name(int(label)))
        for label in np.unique(speakers[~silence])
        for start, end in runs_of(
            _smooth((speakers == label) | (seconds == label), silence, options)
        )
    ]
    return tuple(sorted(turns, key=lambda turn: (turn.start_ms, turn.end_ms, turn.speaker)))


def _smooth(
    mine: NDArray[np.bool_], silence: NDArray[np.bool_], options: BorderOptions
) -> NDArray[np.bool_]:
    """Return one speaker's frames after padding, without short pauses and short turns."""
    padded = extend_runs(mine, frames=options.padding_ms // FRAME_MS, into=silence)
    whole = close_gaps(padded, max_gap=options.max_pause_ms // FRAME_MS, obstacles=~silence & ~mine)
    return drop_short(whole, min_length=options.min_turn_ms // FRAME_MS)


def _vote(
    piece: Interval, windows: Sequence[Interval], labels: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the label with the most votes for each frame of a piece, (num_frames,) int64."""
    candidates, choices = np.unique(labels, return_inverse=True)
    middles_ms = np.arange(piece.start_ms, piece.end_ms, FRAME_MS) + FRAME_MS / 2
    votes = np.zeros((len(middles_ms), len(candidates)))
    for window, choice in zip(windows, choices, strict=True):
        half_ms = window.duration_ms / 2
        away = np.abs(middles_ms - (window.start_ms + half_ms)) / half_ms
        votes[:, choice] += np.where(away <= 1.0, 1.0 + _EDGE_VOTE - away, 0.0)
    is_between = ~votes.any(axis=1)
    votes[is_between, choices[_nearest(middles_ms[is_between], windows)]] = 1.0
    return np.asarray(candidates[votes.argmax(axis=1)], dtype=np.int64)


def _nearest(times_ms: NDArray[np.floating], windows: Sequence[Interval]) -> NDArray[np.int64]:
    """Return the index of the window with the nearest middle to each time."""
    middles_ms = np.array([(each.start_ms + each.end_ms) / 2 for each in windows])
    return np.searchsorted((middles_ms[1:] + middles_ms[:-1]) / 2, times_ms)
