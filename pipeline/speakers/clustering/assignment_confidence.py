"""Probability that the speaker of a segment is wrong, from speaker embeddings.

The features are the cosine to the speaker's other segments, its lead over the most similar other
speaker, and the length of the segment. Of the development sentences with a probability of 0.5 or
more, 65 % have a wrong speaker (leave-one-recording-out); `tools/train_speaker_doubt.py` prints the
constants.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.core.intervals import Interval
from pipeline.speakers.clustering.cluster_cleanup import unit_rows
from pipeline.speakers.clustering.sentence_voices import sentence_voices

_INTERCEPT = 2.16
_LEAD = -4.52  # of the own speaker's cosine over that of the most similar other one
_COSINE = -4.22  # of the segment and the other segments of its speaker
_LENGTH = 0.58  # of the logarithm of the number of windows
_LEAST_WINDOWS = 0.25  # of a segment; less overlap counts as this much
_LEAST_SPEAKERS = 2  # a single speaker has no rival


def assignment_doubt(
    windows: Sequence[Interval],
    embeddings: NDArray[np.float32],
    segments: Sequence[Interval],
    speakers: Sequence[str | None],
) -> list[float | None]:
    """Return the probability that the speaker of each segment is wrong.

    Args:
        windows: windows with an embedding each, sorted by start.
        embeddings: (num_windows, embedding_dim) float32, rows of length 1.
        segments: segments of speech.
        speakers: speaker of each segment; None if unknown.

    Returns:
        One probability per segment; None if no window overlaps the segment, its speaker is unknown
        or has no other segment, or there is only one speaker.
    """
    lead, cosine, length = assignment_features(windows, embeddings, segments, speakers).T
    doubts = 1.0 / (
        1.0 + np.exp(-(_INTERCEPT + _LEAD * lead + _COSINE * cosine + _LENGTH * length))
    )
    return [None if np.isnan(each) else float(each) for each in doubts]


def assignment_features(
    windows: Sequence[Interval],
    embeddings: NDArray[np.float32],
    segments: Sequence[Interval],
    speakers: Sequence[str | None],
) -> NDArray[np.float64]:
    """Return lead, cosine and logarithmic length of each segment, as (num_segments, 3) float64.

    Rows without a result, as described in `assignment_doubt`, are NaN.
    """
    features = np.full((len(segments), 3), np.nan)
    labels = np.zeros(len(windows), dtype=np.int64)
    voices = sentence_voices(windows, embeddings, labels, segments)
    heard = [row for row, each in enumerate(speakers) if each is not None]
    heard = [row for row in heard if voices.num_windows[row] > 0.0]
    names, owners = np.unique(np.array([speakers[row] for row in heard]), return_inverse=True)
    if len(names) < _LEAST_SPEAKERS:
        return features
    means, weights = voices.means[heard], voices.num_windows[heard][:, None]
    sums = np.zeros((len(names), means.shape[1]))
    np.add.at(sums, owners, weights * means)
    cosines = unit_rows(means) @ unit_rows(sums).T
    cosines[np.arange(len(heard)), owners] = -np.inf
    own = (unit_rows(means) * unit_rows(sums[owners] - weights * means)).sum(axis=1)
    lengths = np.log(np.maximum(weights[:, 0], _LEAST_WINDOWS))
    found = np.column_stack([own - cosines.max(axis=1), own, lengths])
    found[np.bincount(owners)[owners] == 1] = np.nan
    features[heard] = found
    return features
