"""Conversion of raw cluster labels to speakers, by merging and renumbering clusters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NOISE = -1  # HDBSCAN's label for points that belong to no cluster


def number_by_appearance(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Renumber labels as 0 to K-1 in the order of their first occurrence.

    Args:
        labels: (num_windows,) int64, any numbers; noise is treated as a group.
    """
    _, first_positions, groups = np.unique(labels, return_index=True, return_inverse=True)
    rank: NDArray[np.int64] = np.empty(len(first_positions), dtype=np.int64)
    rank[np.argsort(first_positions)] = np.arange(len(first_positions))
    return rank[groups]


def absorb_noise(embeddings: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Assign each noise window to the nearest cluster, or all to one if there is no cluster.

    Args:
        embeddings: (num_windows, embedding_dim) float32.
        labels: (num_windows,) int64, -1 for noise.
    """
    groups = np.unique(labels[labels != NOISE])
    if groups.size == 0:
        return np.zeros_like(labels)
    return _move_to_nearest(embeddings, labels, labels == NOISE, groups)


def dissolve_minor(
    embeddings: NDArray[np.float32],
    labels: NDArray[np.int64],
    *,
    max_size: int,
    at_least: int = 1,
) -> NDArray[np.int64]:
    """Assign the windows of small clusters to the nearest large cluster.

    Args:
        embeddings: (num_windows, embedding_dim) float32.
        labels: (num_windows,) int64 without noise.
        max_size: clusters of at most this many windows are small; 0 changes nothing.
        at_least: number of largest clusters that are kept whatever their size.
    """
    groups, sizes = np.unique(labels, return_counts=True)
    by_size = groups[np.argsort(-sizes, kind="stable")]
    num_large = max(int(np.count_nonzero(sizes > max_size)), at_least, 1)
    kept = by_size[:num_large]
    if kept.size == groups.size:
        return labels
    return _move_to_nearest(embeddings, labels, ~np.isin(labels, kept), kept)


def join_nearest(
    embeddings: NDArray[np.float32], is_labelled: NDArray[np.bool_], labels: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Assign each unlabelled window to the cluster with the nearest centroid.

    Args:
        embeddings: (num_windows, embedding_dim) float32.
        is_labelled: (num_windows,) bool, at least one of them true.
        labels: (num_labelled,) int64, 0 or more.

    Returns:
        (num_windows,) int64.
    """
    joined = np.full(len(embeddings), NOISE, dtype=np.int64)
    joined[is_labelled] = labels
    return absorb_noise(embeddings, joined)


def merge_similar(
    embeddings: NDArray[np.float32],
    labels: NDArray[np.int64],
    *,
    threshold: float,
    at_least: int = 1,
) -> NDArray[np.int64]:
    """Merge the clusters with the most similar centroids until no two are similar enough.

    Args:
        embeddings: (num_windows, embedding_dim) float32.
        labels: (num_windows,) int64, 0..K-1; noise is ignored.
        threshold: smallest cosine of two centroids of one speaker.
        at_least: smallest number of clusters to leave.

    Returns:
        (num_windows,) int64: a merged pair keeps its lower label, higher labels move down.
    """
    merged: NDArray[np.int64] = labels.copy()
    num_clusters = int(merged.max(initial=NOISE)) + 1
    while num_clusters > at_least:
        similarity = _cosines(centroids(embeddings, merged, np.arange(num_clusters)))
        similarity[np.tril_indices(num_clusters)] = -np.inf
        kept, gone = np.unravel_index(int(np.argmax(similarity)), similarity.shape)
        if similarity[kept, gone] < threshold:
            break
        merged[merged == gone] = kept
        merged[merged > gone] -= 1
        num_clusters -= 1
    return merged


def centroids(
    embeddings: NDArray[np.float32], labels: NDArray[np.int64], groups: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Compute the mean embedding of each group, which must have at least one member.

    Returns:
        (num_groups, embedding_dim) float64, not normalised.
    """
    means = [embeddings[labels == group].mean(axis=0, dtype=np.float64) for group in groups]
    return np.stack(means)


def unit_rows(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """Scale each row to length 1; leave rows of zeros unchanged."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0.0, lengths, 1.0), dtype=np.float64)


def _move_to_nearest(
    embeddings: NDArray[np.float32],
    labels: NDArray[np.int64],
    moved: NDArray[np.bool_],
    groups: NDArray[np.int64],
) -> NDArray[np.int64]:
    similarity = unit_rows(embeddings[moved]) @ unit_rows(centroids(embeddings, labels, groups)).T
    result: NDArray[np.int64] = labels.copy()
    result[moved] = groups[np.argmax(similarity, axis=1)]
    return result


def _cosines(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    unit = unit_rows(rows)
    return np.asarray(unit @ unit.T)
