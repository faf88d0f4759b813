"""Spectral clustering, with the number of speakers from the largest eigengap."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse
from numpy.typing import NDArray
from scipy.sparse.linalg import eigsh

from pipeline.core.options import SpeakerCount
from pipeline.speakers.clustering.affinity import (
    cosine_affinity,
    count_pruned,
    prune_rows,
    prune_rows_of_many,
)
from pipeline.speakers.clustering.kmeans import Grouping, kmeans_labels

DENSE_UP_TO = 1_000  # windows; above, most of the pruned matrix is zero and sparse is faster

_LANCZOS_VECTORS = 64  # enough to find eigenvalues of any multiplicity
_LANCZOS_SEED = 0


def spectral_labels(
    embeddings: NDArray[np.float32],
    num_speakers: SpeakerCount,
    *,
    kept_share: float,
    min_kept: int,
    max_clusters: int,
    group: Grouping = kmeans_labels,
) -> NDArray[np.int64]:
    """Cluster embeddings by the eigenvectors of their pruned affinity's Laplacian (spec 7.3).

    Args:
        embeddings: (num_windows, embedding_dim) float32, at least 2 windows.
        num_speakers: bounds of the number of groups.
        kept_share: fraction of each window's affinities that is kept.
        min_kept: minimum number of a window's affinities that are kept, including itself.
        max_clusters: largest number of groups from the eigengap.
        group: clusters the rows of the eigenvectors.

    Returns:
        (num_windows,) int64, arbitrary group numbers.
    """
    num_windows = len(embeddings)
    num_pruned = count_pruned(num_windows, kept_share=kept_share, min_kept=min_kept)
    num_pairs = min(max(max_clusters, num_speakers.at_least) + 1, num_windows)
    if num_windows <= DENSE_UP_TO:
        pruned = prune_rows(cosine_affinity(embeddings), num_pruned=num_pruned)
        values, vectors = lowest_eigenpairs(laplacian(pruned), num_pairs)
    else:
        neighbours = prune_rows_of_many(embeddings, num_pruned=num_pruned)
        values, vectors = lowest_eigenpairs_of_many(neighbours, num_pairs)
    num_clusters = count_by_eigengap(values, num_speakers, max_clusters=max_clusters)
    return group(vectors[:, :num_clusters], num_clusters)


def laplacian(affinity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the unnormalised graph Laplacian of an affinity matrix without self-affinity."""
    weights = affinity.copy()
    np.fill_diagonal(weights, 0.0)
    return np.asarray(np.diag(np.abs(weights).sum(axis=1)) - weights)


def lowest_eigenpairs(
    matrix: NDArray[np.float64], num_pairs: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compute the smallest eigenvalues of a symmetric matrix, ascending, with eigenvectors."""
    values, vectors = scipy.linalg.eigh(matrix, subset_by_index=[0, num_pairs - 1])
    return values, vectors


def lowest_eigenpairs_of_many(
    affinity: Any,  # sparse, no stubs
    num_pairs: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compute the lowest eigenpairs of the Laplacian of a sparse affinity matrix.

    The lowest eigenvalues are the largest of the negated and shifted matrix, for which Lanczos
    iterations converge fast.
    """
    num_windows = affinity.shape[0]
    weights = affinity - scipy.sparse.diags(affinity.diagonal())
    degrees = np.asarray(abs(weights).sum(axis=1)).ravel()
    top = 2.0 * degrees.max()  # upper bound of a Laplacian's eigenvalues
    turned = (scipy.sparse.diags(top - degrees) + weights).tocsr()
    start = np.random.default_rng(_LANCZOS_SEED).normal(size=num_windows)
    values, vectors = eigsh(turned, k=num_pairs, which="LA", v0=start, ncv=_LANCZOS_VECTORS)
    order = np.argsort(-values, kind="stable")
    return top - values[order], vectors[:, order]


def count_by_eigengap(
    eigenvalues: NDArray[np.float64], num_speakers: SpeakerCount, *, max_clusters: int
) -> int:
    """Count the eigenvalues below the widest gap, within the bounds for speakers.

    Args:
        eigenvalues: (num_values,) ascending, at least 2; one more than the maximum of groups.
        num_speakers: bounds.
        max_clusters: upper limit if the bounds allow more; never less than the lower bound.
    """
    possible = len(eigenvalues) - 1
    min_speakers = min(num_speakers.at_least, possible + 1)
    if num_speakers.exact is not None or min_speakers > possible:
        return min_speakers
    limit = max_clusters if num_speakers.at_most is None else num_speakers.at_most
    max_speakers = min(max(limit, min_speakers), possible)
    gaps = np.diff(eigenvalues)[min_speakers - 1 : max_speakers]
    return min_speakers + int(np.argmax(gaps))
