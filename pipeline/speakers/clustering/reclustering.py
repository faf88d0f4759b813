"""Reclustering of a recording, with the clusters mapped to its current speakers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from pipeline.core.intervals import Interval
from pipeline.core.options import SpeakerCount
from pipeline.speakers.clustering.voice_clusterer import VoiceClusterer, label_windows
from pipeline.speakers.diarization_options import DiarizationOptions


@dataclass(frozen=True, slots=True)
class Reclustering:
    """The clusters from reclustering, mapped to the current speakers.

    Attributes:
        counterparts: current speaker of each group, each speaker at most once; None for a new
            speaker.
        window_groups: group of each window.
        segment_groups: group of each segment; None if no window is in it.
    """

    counterparts: tuple[str | None, ...]
    window_groups: tuple[int, ...]
    segment_groups: tuple[int | None, ...]


def recluster_voices(
    windows: Sequence[Interval],
    embeddings: NDArray[np.float32],
    num_speakers: SpeakerCount,
    *,
    segments: Sequence[Interval],
    speakers: Sequence[str | None],
    is_mixed: NDArray[np.bool_] | None = None,
) -> Reclustering:
    """Cluster the windows of a recording again, by the rules of its first diarization.

    Map the clusters to the current speakers.

    Args:
        windows: windows with an embedding each, sorted by start.
        embeddings: (num_windows, embedding_dim) float32, rows of length 1.
        num_speakers: allowed number of speakers.
        segments: segments of speech.
        speakers: current speaker of each segment; None if unknown.
        is_mixed: (num_windows,) bool, windows with overlapping speakers; None if unknown.
    """
    options = DiarizationOptions()
    labels = label_windows(
        VoiceClusterer(options.clustering),
        windows,
        embeddings,
        num_speakers,
        shortest_ms=options.min_clustered_ms,
        is_mixed=is_mixed,
    )
    groups = groups_of_segments(windows, labels, segments)
    return Reclustering(
        counterparts=counterparts_of(groups, segments, speakers, int(labels.max(initial=-1)) + 1),
        window_groups=tuple(map(int, labels)),
        segment_groups=groups,
    )


def groups_of_segments(
    windows: Sequence[Interval], labels: NDArray[np.int64], segments: Sequence[Interval]
) -> tuple[int | None, ...]:
    """Return for each segment the group with the most overlap, None without overlap.

    Args:
        windows: sorted by start.
        labels: (num_windows,) int64, 0 or more.
        segments: segments in any order.
    """
    starts_ms = np.array([each.start_ms for each in windows], dtype=np.int64)
    ends_ms = np.array([each.end_ms for each in windows], dtype=np.int64)
    reached_ms = np.maximum.accumulate(ends_ms) if len(ends_ms) else ends_ms
    found: list[int | None] = []
    for each in segments:
        first = int(np.searchsorted(reached_ms, each.start_ms, side="right"))
        stop = int(np.searchsorted(starts_ms, each.end_ms, side="left"))
        among = slice(first, max(first, stop))
        shared_ms = np.minimum(ends_ms[among], each.end_ms) - np.maximum(
            starts_ms[among], each.start_ms
        )
        weights = np.bincount(labels[among], weights=np.maximum(shared_ms, 0))
        found.append(int(weights.argmax()) if weights.any() else None)
    return tuple(found)


def counterparts_of(
    groups: Sequence[int | None],
    segments: Sequence[Interval],
    speakers: Sequence[str | None],
    num_groups: int,
) -> tuple[str | None, ...]:
    """Map groups to current speakers such that the least speech changes its speaker.

    The one-to-one assignment maximises the time that keeps its speaker (Kuhn, 1955); groups
    without common time are not assigned.

    Args:
        groups: group of each segment; None for none.
        segments: the segments.
        speakers: speaker of each segment; None if unknown.
        num_groups: number of groups.
    """
    names = sorted({each for each in speakers if each is not None})
    if num_groups == 0 or not names:
        return (None,) * num_groups
    column = {name: number for number, name in enumerate(names)}
    shared_ms = np.zeros((num_groups, len(names)), dtype=np.int64)
    for group, segment, speaker in zip(groups, segments, speakers, strict=True):
        if group is not None and speaker is not None:
            shared_ms[group, column[speaker]] += segment.duration_ms
    found: list[str | None] = [None] * num_groups
    for group, number in zip(*linear_sum_assignment(shared_ms, maximize=True), strict=True):
        if shared_ms[group, number] > 0:
            found[group] = names[number]
    return tuple(found)
