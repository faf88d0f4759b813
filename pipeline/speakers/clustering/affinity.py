"""Pairwise cosine similarity of speaker embeddings."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from pipeline.speakers.clustering.cluster_cleanup import unit_rows

_BLOCK_ROWS = 128  # of 8,000 windows, three arrays of 8 MB


def cosine_affinity(embeddings: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the cosine similarity of every pair of embeddings.

    Args:
        embeddings: (num_windows, embedding_dim), rows of any length.

    Returns:
        (num_windows, num_windows) float64 in [-1, 1], symmetric.
    """
    unit = unit_rows(embeddings)
    return np.asarray(np.clip(unit @ unit.T, -1.0, 1.0))


def count_pruned(num_windows: int, *, kept_share: float, min_kept: int) -> int:
    """Return the number of entries to set to zero in a row of the affinity matrix (spec 7.3).

    Evaluated in double precision exactly in this order: for 33, 35 and 130 windows rounding
    makes it one less than `num_windows - min_kept`, as in the reference.

    Args:
        num_windows: length of a row.
        kept_share: fraction of a row that is kept.
        min_kept: minimum number of entries that are kept.
    """
    share = kept_share if num_windows * kept_share >= min_kept else min_kept / num_windows
    return max(0, int((1.0 - share) * num_windows))


def prune_rows(affinity: NDArray[np.float64], *, num_pruned: int) -> NDArray[np.float64]:
    """Set the smallest entries of each row to zero, and average the matrix with its transpose.

    Args:
        affinity: (num_windows, num_windows) float64.
        num_pruned: number of entries of a row to set to zero.

    Returns:
        (num_windows, num_windows) float64, symmetric.
    """
    pruned = affinity.copy()
    if num_pruned > 0:
        smallest = np.argpartition(affinity, num_pruned - 1, axis=1)[:, :num_pruned]
        np.put_along_axis(pruned, smallest, 0.0, axis=1)
    return np.asarray((pruned + pruned.T) / 2.0)


def prune_rows_of_many(embeddings: NDArray[np.floating], *, num_pruned: int) -> Any:  # no stubs
    """Compute `prune_rows` of `cosine_affinity` without holding the whole matrix in memory.

    Args:
        embeddings: (num_windows, embedding_dim), rows of any length.
        num_pruned: number of entries of a row to omit.

    Returns:
        (num_windows, num_windows) sparse float64, symmetric.
    """
    unit = unit_rows(embeddings)
    num_windows, num_kept = len(unit), len(unit) - num_pruned
    # the sparse matrix uses 32-bit columns: wider ones would be copied
    columns: NDArray[np.int32] = np.empty((num_windows, num_kept), dtype=np.int32)
    values: NDArray[np.float64] = np.empty((num_windows, num_kept))
    for first in range(0, num_windows, _BLOCK_ROWS):
        rows = slice(first, first + _BLOCK_ROWS)
        block = np.clip(unit[rows] @ unit.T, -1.0, 1.0)
        columns[rows] = np.argpartition(block, num_pruned - 1, axis=1)[:, num_pruned:]
        values[rows] = np.take_along_axis(block, columns[rows], axis=1)
    row_starts = np.arange(0, num_windows * num_kept + 1, num_kept)
    pruned = scipy.sparse.csr_matrix(
        (values.ravel(), columns.ravel(), row_starts), shape=(num_windows, num_windows)
    )
    return ((pruned + pruned.T) / 2.0).tocsr()
