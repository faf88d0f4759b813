"""Which provisional speaker each speaker of the finished transcript goes on as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.core.transcript import Sentence
from storage.db.row_changes import UtteranceRow
from storage.transcripts.utterance_matching import SpokenTimes

Shared = Mapping[tuple[str, str], int]
"""Milliseconds that a (provisional speaker, final label) have in common."""


def counterparts(
    provisional: Iterable[UtteranceRow], sentences: Sequence[Sentence], known: Collection[str]
) -> dict[str, str]:
    """The provisional speaker of each final label that has one.

    A speaker whom people know, by a name they gave or otherwise, goes on as whoever says most of
    what is theirs. The others go on so that as much time as possible stays with whom it was given
    to, one to one.

    Args:
        provisional: what was said, with the speakers' ids.
        sentences: of the finished transcript.
        known: ids of the speakers whom people know.

    Returns:
        The speakers' ids by label; no speaker stands there twice.
    """
    shared = _shared(provisional, sentences)
    found = _of_known(shared, known)
    rest = {
        (speaker_id, label): ms
        for (speaker_id, label), ms in shared.items()
        if label not in found and speaker_id not in found.values()
    }
    return {**found, **_assigned(rest)}


def _shared(provisional: Iterable[UtteranceRow], sentences: Sequence[Sentence]) -> Shared:
    times = SpokenTimes(sentences)
    shared: Counter[tuple[str, str]] = Counter()
    for row in provisional:
        if row.speaker_id is None:
            continue
        for index, shared_ms in times.meeting(row.interval).items():
            label = sentences[index].speaker
            if label is not None:
                shared[row.speaker_id, label] += shared_ms
    return shared


def _of_known(shared: Shared, known: Collection[str]) -> dict[str, str]:
    """Each known speaker with the label that has most of theirs; the longest time chooses first."""
    most: dict[str, tuple[int, str]] = {}
    for (speaker_id, label), ms in shared.items():
        if speaker_id in known:
            most[speaker_id] = max(most.get(speaker_id, (0, "")), (ms, label))
    found: dict[str, str] = {}
    for speaker_id, (_, label) in sorted(most.items(), key=lambda each: (-each[1][0], each[0])):
        found.setdefault(label, speaker_id)
    return found


def _assigned(shared: Shared) -> dict[str, str]:
    speakers = sorted({speaker_id for speaker_id, _ in shared})
    labels = sorted({label for _, label in shared})
    shared_ms = np.array(
        [[shared.get((speaker, label), 0) for label in labels] for speaker in speakers],
        dtype=np.int64,
    ).reshape(len(speakers), len(labels))
    pairs = zip(*linear_sum_assignment(shared_ms, maximize=True), strict=True)
    return {labels[j]: speakers[i] for i, j in pairs if shared_ms[i, j] > 0}
