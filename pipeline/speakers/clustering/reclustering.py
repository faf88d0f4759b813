"""Voices grouped anew, in terms of the speakers that there are already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from pipeline.core.intervals import Interval
from pipeline.core.options import SpeakerCount
from pipeline.speakers.clustering.voice_clusterer import VoiceClusterer, label_windows
from pipeline.speakers.options import DiarizationOptions


@dataclass(frozen=True, slots=True)
class Reclustering:
    """Who would say what if the voices were told apart anew.

    Attributes:
        counterparts: of each group the present speaker that it goes on as, each speaker once;
            None for a voice that nobody has been told apart by.
        window_groups: the group of each excerpt.
        stretch_groups: the group of each stretch; None where no excerpt lies in it.
    """

    counterparts: tuple[str | None, ...]
    window_groups: tuple[int, ...]
    stretch_groups: tuple[int | None, ...]


def recluster_voices(
    windows: Sequence[Interval],
    embeddings: NDArray[np.float32],
    num_speakers: SpeakerCount,
    *,
    stretches: Sequence[Interval],
    speakers: Sequence[str | None],
) -> Reclustering:
    """Group the voices of a recording by the rules of its first diarization.

    Args:
        windows: the excerpts, sorted by start.
        embeddings: (num_windows, embedding_dim) float32, rows of length 1.
        num_speakers: how many there may be.
        stretches: what somebody says.
        speakers: who says it at present, one per stretch; None for nobody known.
    """
    options = DiarizationOptions()
    labels = label_windows(
        VoiceClusterer(options.clustering),
        windows,
        embeddings,
        num_speakers,
        shortest_ms=options.min_clustered_ms,
    )
    groups = groups_of_chunks(windows, labels, stretches)
    return Reclustering(
        counterparts=counterparts_of(groups, stretches, speakers, int(labels.max(initial=-1)) + 1),
        window_groups=tuple(map(int, labels)),
        stretch_groups=groups,
    )


def groups_of_chunks(
    windows: Sequence[Interval], labels: NDArray[np.int64], stretches: Sequence[Interval]
) -> tuple[int | None, ...]:
    """The group that most of each stretch's excerpts belong to, weighed by what they share.

    Args:
        windows: sorted by start.
        labels: (num_windows,) int64, 0 or more.
        stretches: in any order.
    """
    starts_ms = np.array([each.start_ms for each in windows], dtype=np.int64)
    ends_ms = np.array([each.end_ms for each in windows], dtype=np.int64)
    reached_ms = np.maximum.accumulate(ends_ms) if len(ends_ms) else ends_ms
    found: list[int | None] = []
    for each in stretches:
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
    stretches: Sequence[Interval],
    speakers: Sequence[str | None],
    num_groups: int,
) -> tuple[str | None, ...]:
    """The speaker that each group goes on as, so that as little as possible changes.

    That is the assignment of groups to speakers, one to one, under which most time stays with
    whom it is given to already (Kuhn, 1955); who shares nothing is not assigned.

    Args:
        groups: of each stretch; None for none.
        stretches: as long as they are.
        speakers: of each stretch; None for nobody known.
        num_groups: how many groups there are.
    """
    names = sorted({each for each in speakers if each is not None})
    if num_groups == 0 or not names:
        return (None,) * num_groups
    column = {name: number for number, name in enumerate(names)}
    shared_ms = np.zeros((num_groups, len(names)), dtype=np.int64)
    for group, stretch, speaker in zip(groups, stretches, speakers, strict=True):
        if group is not None and speaker is not None:
            shared_ms[group, column[speaker]] += stretch.duration_ms
    found: list[str | None] = [None] * num_groups
    for group, number in zip(*linear_sum_assignment(shared_ms, maximize=True), strict=True):
        if shared_ms[group, number] > 0:
            found[group] = names[number]
    return tuple(found)
