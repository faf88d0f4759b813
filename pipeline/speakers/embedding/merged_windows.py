"""Neighbouring windows of one voice taken together, where there are very many windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.speakers.clustering.cluster_cleanup import join_nearest, unit_rows

# Of 1,776 windows of the development hour that lie side by side, nine in ten follow one of the
# same voice. From here on eight in ten are joined, and none of two voices.
SAME_VOICE_COSINE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class MergedWindows:
    """Windows as blocks.

    Attributes:
        of_windows: (num_windows,) int64, the block of each window, ascending from 0.
        means: (num_blocks, embedding_dim) float32, the mean direction of each block.
        is_compared: (num_blocks,) bool, the blocks that are to be grouped among each other.
    """

    of_windows: NDArray[np.int64]
    means: NDArray[np.float32]
    is_compared: NDArray[np.bool_]

    def labels_of_windows(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        """The group of each window.

        Args:
            labels: (num_compared,) int64; blocks that were not compared join the nearest group.
        """
        return np.asarray(join_nearest(self.means, self.is_compared, labels)[self.of_windows])


def join_neighbours(embeddings: NDArray[np.float32], *, at_most: int) -> MergedWindows:
    """Join the most similar neighbours until no more blocks are left than can be compared.

    Neighbours that do not sound alike are never joined. Where too many blocks are left by that,
    so many of them as allowed are compared, evenly spread over the recording.

    Args:
        embeddings: (num_windows, embedding_dim) float32, in order of time, more than `at_most`.
        at_most: blocks to be compared.
    """
    unit = unit_rows(embeddings).astype(np.float32)
    similarity = np.einsum("ij,ij->i", unit[1:], unit[:-1])
    num_joined = len(unit) - at_most
    wanted = np.partition(similarity, -num_joined)[-num_joined]
    is_first = np.concatenate(([True], similarity < max(wanted, SAME_VOICE_COSINE)))
    firsts = np.flatnonzero(is_first)
    sizes = np.diff(np.append(firsts, len(unit))).astype(np.float32)
    means: NDArray[np.float32] = np.add.reduceat(unit, firsts, axis=0)
    means /= sizes[:, np.newaxis]
    is_compared = np.zeros(len(firsts), dtype=np.bool_)
    num_compared = min(at_most, len(firsts))
    is_compared[np.arange(num_compared) * len(firsts) // num_compared] = True
    return MergedWindows(np.cumsum(is_first) - 1, means, is_compared)
