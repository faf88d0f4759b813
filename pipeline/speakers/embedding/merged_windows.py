"""Merging of similar consecutive windows, to limit the cost of clustering long recordings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.speakers.clustering.cluster_cleanup import join_nearest, unit_rows

# Of 1,776 pairs of consecutive windows of the development hour, nine in ten have one speaker.
# Above this cosine eight in ten pairs are merged, and none of two speakers.
SAME_VOICE_COSINE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class MergedWindows:
    """Blocks of consecutive windows, with their mean embeddings.

    Attributes:
        of_windows: (num_windows,) int64, block of each window, ascending from 0.
        means: (num_blocks, embedding_dim) float32, mean direction of each block.
        is_compared: (num_blocks,) bool, blocks to cluster.
    """

    of_windows: NDArray[np.int64]
    means: NDArray[np.float32]
    is_compared: NDArray[np.bool_]

    def labels_of_windows(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        """Map the labels of the compared blocks to all windows.

        Args:
            labels: (num_compared,) int64; other blocks get the label of the nearest group.
        """
        return np.asarray(join_nearest(self.means, self.is_compared, labels)[self.of_windows])


def join_neighbours(embeddings: NDArray[np.float32], *, at_most: int) -> MergedWindows:
    """Merge similar consecutive windows, as many as needed to leave at most `at_most` blocks.

    Dissimilar windows are never merged. If too many blocks remain, only the allowed number of
    them, evenly spread over the recording, is compared.

    Args:
        embeddings: (num_windows, embedding_dim) float32, in order of time, more than `at_most`.
        at_most: maximum number of blocks to compare.
    """
    unit = unit_rows(embeddings).astype(np.float32)
    similarity = np.einsum("ij,ij->i", unit[1:], unit[:-1])
    num_joined = len(unit) - at_most
    max_joined = np.partition(similarity, -num_joined)[-num_joined]
    is_first = np.concatenate(([True], similarity < max(max_joined, SAME_VOICE_COSINE)))
    firsts = np.flatnonzero(is_first)
    sizes = np.diff(np.append(firsts, len(unit))).astype(np.float32)
    means: NDArray[np.float32] = np.add.reduceat(unit, firsts, axis=0)
    means /= sizes[:, np.newaxis]
    is_compared = np.zeros(len(firsts), dtype=np.bool_)
    num_compared = min(at_most, len(firsts))
    is_compared[np.arange(num_compared) * len(firsts) // num_compared] = True
    return MergedWindows(np.cumsum(is_first) - 1, means, is_compared)
