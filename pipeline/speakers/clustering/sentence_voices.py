"""Mean embeddings of sentences, from the windows that overlap them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pipeline.core.intervals import Interval
from pipeline.speakers.clustering.cluster_cleanup import unit_rows

NO_GROUP = -1


@dataclass(frozen=True, slots=True, eq=False)
class SentenceVoices:
    """The mean embeddings of a recording's sentences.

    Attributes:
        means: (num_sentences, embedding_dim) float64, means of windows of length 1.
        num_windows: (num_sentences,) float64, sum of the overlap weights; 0 without windows.
        groups: (num_sentences,) int64, group of most of each sentence's windows, NO_GROUP for none.
    """

    means: NDArray[np.float64]
    num_windows: NDArray[np.float64]
    groups: NDArray[np.int64]

    def __getitem__(self, chosen: NDArray[np.int64]) -> SentenceVoices:
        """Return the embeddings of the selected sentences."""
        return SentenceVoices(self.means[chosen], self.num_windows[chosen], self.groups[chosen])


def sentence_voices(
    windows: Sequence[Interval],
    embeddings: NDArray[np.float32],
    labels: NDArray[np.int64],
    sentences: Sequence[Interval],
) -> SentenceVoices:
    """Compute the mean embedding of each sentence, with each window weighted by its overlap.

    Args:
        windows: windows with an embedding each, sorted by start.
        embeddings: (num_windows, embedding_dim) float32.
        labels: (num_windows,) int64, group of each window, 0 or more.
        sentences: sentences in any order.
    """
    shares = _overlaps(windows, sentences)
    num_windows = np.asarray(shares.sum(axis=1), dtype=np.float64)
    sums = shares @ unit_rows(embeddings).astype(np.float64)
    memberships = csr_array(
        (np.ones(len(labels)), (np.arange(len(labels)), labels)),
        shape=(len(labels), int(labels.max(initial=0)) + 1),
    )
    groups = (shares @ memberships).toarray().argmax(axis=1)
    return SentenceVoices(
        means=sums / np.maximum(num_windows, np.finfo(np.float64).tiny)[:, None],
        num_windows=num_windows,
        groups=np.where(num_windows > 0.0, groups, NO_GROUP).astype(np.int64),
    )


def _overlaps(windows: Sequence[Interval], sentences: Sequence[Interval]) -> csr_array:
    """Return a sparse matrix with the share of each window (column) inside each sentence (row)."""
    starts_ms = np.array([each.start_ms for each in windows], dtype=np.int64)
    ends_ms = np.array([each.end_ms for each in windows], dtype=np.int64)
    reached_ms = np.maximum.accumulate(ends_ms) if len(ends_ms) else ends_ms
    from_ms = np.array([each.start_ms for each in sentences], dtype=np.int64)
    to_ms = np.array([each.end_ms for each in sentences], dtype=np.int64)
    first = np.searchsorted(reached_ms, from_ms, side="right")
    stop = np.maximum(first, np.searchsorted(starts_ms, to_ms, side="left"))
    counts = stop - first
    rows = np.repeat(np.arange(len(sentences)), counts)
    before = np.cumsum(counts) - counts
    columns = np.arange(counts.sum()) - np.repeat(before - first, counts)
    shared_ms = np.minimum(ends_ms[columns], to_ms[rows]) - np.maximum(
        starts_ms[columns], from_ms[rows]
    )
    shares = np.maximum(shared_ms, 0) / (ends_ms[columns] - starts_ms[columns])
    return csr_array((shares, (rows, columns)), shape=(len(sentences), len(windows)))
