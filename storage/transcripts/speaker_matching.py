"""Matching of the final speaker labels of a run with its provisional speakers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.core.transcript import Sentence
from storage.db.row_changes import UtteranceRow
from storage.transcripts.utterance_matching import IntervalIndex

Shared = Mapping[tuple[str, str], int]
"""Overlap in milliseconds by (id of the provisional speaker, final label)."""


def match_speakers(
    provisional: Iterable[UtteranceRow], sentences: Sequence[Sentence], known: Collection[str]
) -> dict[str, str]:
    """Match final labels with provisional speakers by overlap, one to one.

    A known speaker is matched with the label that overlaps it most. The others are matched so that
    the total overlap is largest.

    Args:
        provisional: utterances with the ids of the provisional speakers.
        sentences: of the final transcript.
        known: ids of the speakers that an edit has changed.

    Returns:
        {label: speaker id}; labels without a match are left out.
    """
    shared = _shared(provisional, sentences)
    found = _known_matches(shared, known)
    rest = {
        (speaker_id, label): ms
        for (speaker_id, label), ms in shared.items()
        if label not in found and speaker_id not in found.values()
    }
    return {**found, **_optimal_matches(rest)}


def _shared(provisional: Iterable[UtteranceRow], sentences: Sequence[Sentence]) -> Shared:
    times = IntervalIndex(sentences)
    shared: Counter[tuple[str, str]] = Counter()
    for row in provisional:
        if row.speaker_id is None:
            continue
        for index, shared_ms in times.overlapping(row.interval).items():
            label = sentences[index].speaker
            if label is not None:
                shared[row.speaker_id, label] += shared_ms
    return shared


def _known_matches(shared: Shared, known: Collection[str]) -> dict[str, str]:
    """Match known speakers with the labels that overlap them most, the largest overlap first."""
    most: dict[str, tuple[int, str]] = {}
    for (speaker_id, label), ms in shared.items():
        if speaker_id in known:
            most[speaker_id] = max(most.get(speaker_id, (0, "")), (ms, label))
    found: dict[str, str] = {}
    for speaker_id, (_, label) in sorted(most.items(), key=lambda each: (-each[1][0], each[0])):
        found.setdefault(label, speaker_id)
    return found


def _optimal_matches(shared: Shared) -> dict[str, str]:
    speakers = sorted({speaker_id for speaker_id, _ in shared})
    labels = sorted({label for _, label in shared})
    shared_ms = np.array(
        [[shared.get((speaker, label), 0) for label in labels] for speaker in speakers],
        dtype=np.int64,
    ).reshape(len(speakers), len(labels))
    pairs = zip(*linear_sum_assignment(shared_ms, maximize=True), strict=True)
    return {labels[j]: speakers[i] for i, j in pairs if shared_ms[i, j] > 0}
