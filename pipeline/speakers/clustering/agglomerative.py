"""Average-linkage clustering of speaker embeddings, for recordings with few windows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import cut_tree, linkage
from scipy.spatial.distance import squareform

from pipeline.core.options import SpeakerCount
from pipeline.speakers.clustering.affinity import cosine_affinity


def agglomerative_labels(
    embeddings: NDArray[np.float32], num_speakers: SpeakerCount, *, max_distance: float
) -> NDArray[np.int64]:
    """Return group labels from merging the closest groups while their distance is within a limit.

    The distance of two groups is the mean of 1 - cosine over their pairs. If the limit results in
    fewer or more groups than allowed, merging stops earlier or later.

    Args:
        embeddings: (num_windows, embedding_dim) float32, at least 1 window.
        num_speakers: bounds of the number of groups; no more than there are windows.
        max_distance: largest distance of two groups of one speaker, in (0, 2).

    Returns:
        (num_windows,) int64, arbitrary group numbers.
    """
    num_windows = len(embeddings)
    if num_windows == 1:
        return np.zeros(1, dtype=np.int64)
    distances = 1.0 - cosine_affinity(embeddings)
    np.fill_diagonal(distances, 0.0)
    tree = linkage(squareform(distances, checks=False), "average")
    found = 1 + int(np.count_nonzero(tree[:, 2] > max_distance))
    max_speakers = num_windows if num_speakers.at_most is None else num_speakers.at_most
    num_groups = min(max(min(found, max_speakers), num_speakers.at_least), num_windows)
    return np.asarray(cut_tree(tree, n_clusters=num_groups)[:, 0], dtype=np.int64)
