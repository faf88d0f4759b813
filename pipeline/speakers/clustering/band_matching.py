"""Mapping of telephone speech embeddings to the space of wideband speech embeddings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.core.options import SpeakerCount
from pipeline.speakers.clustering.cluster_cleanup import centroids, unit_rows
from pipeline.speakers.protocol import Clusterer

# Smallest cosine of the centroids of a telephone and a wideband speaker who are one person, both
# limited to the telephone band and centred. Of 240 composed recordings of 1 to 4 speakers that
# contain both bands, 220 have the right number of speakers with it; 78 of 160 had without it.
SAME_VOICE_COSINE = 0.60


def match_bands(
    embeddings: NDArray[np.float32],
    limited: NDArray[np.float32],
    is_narrow: NDArray[np.bool_],
    clusterer: Clusterer,
) -> NDArray[np.float32]:
    """Shift telephone speech embeddings so that they match the same speakers' wideband embeddings.

    The windows of each band are clustered separately. A telephone speaker that matches a wideband
    speaker, both limited to the telephone band, is shifted by the difference between the latter's
    wideband and limited embeddings. Wideband windows keep their embeddings, and so their
    separability.

    Args:
        embeddings: (num_windows, embedding_dim) float32 of all frequencies, rows of length 1.
        limited: the same windows limited to the telephone band.
        is_narrow: (num_windows,) bool, windows of telephone speech; some but not all are true.
        clusterer: clusters the windows of one band.

    Returns:
        (num_windows, embedding_dim) float32, rows of length 1.
    """
    wide_labels = clusterer.cluster(embeddings[~is_narrow], SpeakerCount())
    wide_groups = np.unique(wide_labels)
    wide = centroids(embeddings[~is_narrow], wide_labels, wide_groups)
    wide_limited = centroids(limited[~is_narrow], wide_labels, wide_groups)

    narrow_labels = clusterer.cluster(limited[is_narrow], SpeakerCount())
    narrow_limited = centroids(limited[is_narrow], narrow_labels, np.unique(narrow_labels))

    cosines = (
        narrow_limited
        @ wide_limited.T
        / np.outer(
            _speaker_lengths(narrow_limited, narrow_labels),
            _speaker_lengths(wide_limited, wide_labels),
        )
    )
    nearest = cosines.argmax(axis=1)
    is_known = cosines.max(axis=1) >= SAME_VOICE_COSINE
    shifts = np.where(is_known[:, np.newaxis], (wide - wide_limited)[nearest], 0.0)
    matched: NDArray[np.float32] = embeddings.copy()
    matched[is_narrow] = unit_rows(limited[is_narrow] + shifts[narrow_labels])
    return matched


def _speaker_lengths(means: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Estimate the lengths of the speakers' means for infinitely many windows.

    The mean of few windows is longer, because it contains part of their variation. Its cosine to
    another speaker's mean is too small by the same factor. The squared length of the true mean
    is the mean cosine of different windows.

    Args:
        means: (num_groups, embedding_dim), mean of each group's rows of length 1.
        labels: (num_windows,) int64, group of each window, 0 to num_groups - 1.
    """
    sizes = np.bincount(labels)
    squares = np.square(means).sum(axis=1)
    between = (sizes * squares - 1.0) / np.maximum(sizes - 1, 1)
    return np.asarray(np.sqrt(np.where(sizes > 1, np.maximum(between, squares / 2), squares)))
