"""Conversion of labelled windows to speaker turns, by the reference system's rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.core.intervals import Interval
from pipeline.core.transcript import SpeakerTurn

MS_PER_S = 1000
MIN_TURN_S = 0.7  # shorter turns join a neighbour (spec 7.4: `mindur` since 1.0.30)
_TOUCHING_S = 1e-4  # neighbours that overlap by at most this much touch (spec 7.4)
_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Run:
    """An interval with one label, in seconds because the reference system rounds seconds."""

    start_s: float
    end_s: float
    label: int


def speaker_name(label: int) -> str:
    """Return the speaker name of a cluster label, "S1" for label 0."""
    return f"S{label + 1}"


def turns_of_windows(
    windows: Sequence[Interval],
    labels: NDArray[np.int64],
    segments: Sequence[Interval],
    *,
    duration_ms: int,
) -> tuple[SpeakerTurn, ...]:
    """Convert windows with speaker labels to speaker turns (spec 7.4).

    Args:
        windows: in order of time, each inside one segment.
        labels: (num_windows,) int64; label k becomes speaker `S{k + 1}`.
        segments: the speech from which the windows were taken, sorted.
        duration_ms: length of the recording, to which rounding to 10 ms is limited.
    """
    runs = [
        Run(start_s, end_s, int(label))
        for (start_s, end_s), label in zip(_in_seconds(windows, segments), labels, strict=True)
    ]
    turns = (
        (
            round(run.start_s * MS_PER_S),
            min(round(run.end_s * MS_PER_S), duration_ms),
            speaker_name(run.label),
        )
        for run in smooth(share_overlaps(join_touching(runs)))
    )
    return tuple(SpeakerTurn(*turn) for turn in turns if turn[0] < turn[1])


def join_touching(runs: Iterable[Run]) -> list[Run]:
    """Merge consecutive intervals of equal label that overlap or touch."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].label == run.label and run.start_s <= joined[-1].end_s:
            joined[-1] = replace(joined[-1], end_s=run.end_s)
        else:
            joined.append(run)
    return joined


def share_overlaps(runs: Iterable[Run]) -> list[Run]:
    """Divide the overlap of each two consecutive intervals at its middle."""
    shared: list[Run] = []
    for run in runs:
        if shared and shared[-1].end_s > run.start_s + _TOUCHING_S:
            middle_s = (shared[-1].end_s + run.start_s) / 2
            shared[-1] = replace(shared[-1], end_s=middle_s)
            shared.append(replace(run, start_s=middle_s))
        else:
            shared.append(run)
    return shared


def smooth(runs: Sequence[Run]) -> list[Run]:
    """Assign each short interval the label of the nearer neighbour, then merge equal neighbours.

    Runs are processed in order, each rounded first: the previous neighbour is already rounded
    and perhaps relabelled, the next one is not. The result of ties depends on this order.
    """
    smoothed = list(runs)
    if len(smoothed) > 1:
        for position, run in enumerate(runs):
            rounded = replace(
                run, start_s=round(run.start_s, _DECIMALS), end_s=round(run.end_s, _DECIMALS)
            )
            smoothed[position] = rounded
            if rounded.end_s - rounded.start_s < MIN_TURN_S:
                neighbour = smoothed[_nearer_neighbour(smoothed, position)]
                smoothed[position] = replace(rounded, label=neighbour.label)
    return join_touching(smoothed)


def _nearer_neighbour(runs: Sequence[Run], position: int) -> int:
    if position == 0:
        return 1
    if position == len(runs) - 1:
        return position - 1
    gap_before_s = runs[position].start_s - runs[position - 1].end_s
    gap_after_s = runs[position + 1].start_s - runs[position].end_s
    return position - 1 if gap_before_s <= gap_after_s else position + 1


def _in_seconds(
    windows: Sequence[Interval], segments: Sequence[Interval]
) -> list[tuple[float, float]]:
    """Convert window times to seconds with the reference system's rounding."""
    starts_ms = np.array([segment.start_ms for segment in segments])
    owners = np.searchsorted(starts_ms, [window.start_ms for window in windows], side="right") - 1
    return [
        tuple(
            (time_ms - segments[owner].start_ms) / MS_PER_S + segments[owner].start_ms / MS_PER_S
            for time_ms in (window.start_ms, window.end_ms)
        )
        for window, owner in zip(windows, owners, strict=True)
    ]
