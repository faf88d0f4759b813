"""Clustering of speaker embeddings by a method that depends on the number of windows."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import cut_tree, linkage
from scipy.spatial.distance import squareform
from threadpoolctl import threadpool_limits

from pipeline.core.intervals import Interval
from pipeline.core.options import SpeakerCount
from pipeline.speakers.clustering.affinity import cosine_affinity
from pipeline.speakers.clustering.cluster_cleanup import (
    NOISE,
    absorb_noise,
    dissolve_minor,
    join_nearest,
    merge_similar,
    number_by_appearance,
    unit_rows,
)
from pipeline.speakers.clustering.kmeans import kmeans_labels, kmeans_labels_of_reference
from pipeline.speakers.clustering.spectral import spectral_labels
from pipeline.speakers.clustering.umap_hdbscan import umap_hdbscan_labels
from pipeline.speakers.diarization_options import ClusteringOptions
from pipeline.speakers.embedding.merged_windows import join_neighbours
from pipeline.speakers.protocol import Clusterer

ALL_PAIRS_BELOW = 2_048  # windows; above, the pairwise distances would take gigabytes
_ANY_SIMILARITY = -np.inf


class Method(str, Enum):
    """A clustering method."""

    ONE_SPEAKER = "one_speaker"
    AGGLOMERATIVE = "agglomerative"
    SPECTRAL = "spectral"
    KMEANS = "kmeans"
    DENSITY = "density"


def choose_method(
    num_windows: int, num_speakers: SpeakerCount, options: ClusteringOptions
) -> Method:
    """Choose the clustering method for a number of windows and speakers.

    Args:
        num_windows: 0 or more.
        num_speakers: allowed number of speakers.
        options: limits between the methods.
    """
    if num_windows < options.min_windows or num_speakers.at_most == 1:
        return Method.ONE_SPEAKER
    if num_windows < options.agglomerative_below:
        return Method.AGGLOMERATIVE
    if options.reference_from is None or num_windows < options.reference_from:
        return Method.SPECTRAL
    return Method.DENSITY if num_speakers.exact is None else Method.KMEANS


class VoiceClusterer:
    """A deterministic clusterer of speaker embeddings."""

    def __init__(self, options: ClusteringOptions | None = None) -> None:
        self._options = options or ClusteringOptions()
        is_classic = self._options.reference_kmeans
        self._kmeans = kmeans_labels_of_reference if is_classic else kmeans_labels

    def cluster(
        self, embeddings: NDArray[np.float32], num_speakers: SpeakerCount
    ) -> NDArray[np.int64]:
        """Assign a speaker label to each embedding.

        The number of labels is the requested one, or the number of windows if that is smaller. The
        classic options keep one exception of the reference: fewer than 20 windows always have one
        speaker.

        Args:
            embeddings: (num_windows, embedding_dim) float32, in order of time.
            num_speakers: allowed number of labels.

        Returns:
            (num_windows,) int64: labels 0..K-1 without gaps, numbered by first appearance.
        """
        with threadpool_limits(
            1
        ):  # more threads change the order of additions, and wait for each other
            method = choose_method(len(embeddings), num_speakers, self._options)
            if method is Method.ONE_SPEAKER:
                return np.zeros(len(embeddings), dtype=np.int64)
            labels = self._group(embeddings, num_speakers, method)
            if num_speakers.exact is None:
                labels = self._clean(embeddings, labels, num_speakers, method)
            return _with_at_least(embeddings, number_by_appearance(labels), num_speakers)

    def _group(
        self, embeddings: NDArray[np.float32], num_speakers: SpeakerCount, method: Method
    ) -> NDArray[np.int64]:
        options = self._options
        if method is Method.AGGLOMERATIVE:
            limit = options.agglomerative_distance
            return agglomerative_labels(embeddings, num_speakers, max_distance=limit)
        if method is Method.KMEANS:
            return self._kmeans(unit_rows(embeddings), num_speakers.at_least)
        if method is Method.DENSITY:
            labels = umap_hdbscan_labels(embeddings)
            return absorb_noise(embeddings, labels) if options.absorbs_noise else labels
        if len(embeddings) <= options.max_compared:
            return self._by_spectrum(embeddings, num_speakers)
        blocks = join_neighbours(embeddings, at_most=options.max_compared)
        labels = self._by_spectrum(blocks.means[blocks.is_compared], num_speakers)
        return blocks.labels_of_windows(labels)

    def _by_spectrum(
        self, embeddings: NDArray[np.float32], num_speakers: SpeakerCount
    ) -> NDArray[np.int64]:
        options = self._options
        return spectral_labels(
            embeddings,
            num_speakers,
            kept_share=options.kept_share,
            min_kept=options.min_kept,
            max_clusters=options.max_speakers,
            group=partial(self._kmeans, num_starts=options.kmeans_starts, seed=options.kmeans_seed),
        )

    def _clean(
        self,
        embeddings: NDArray[np.float32],
        labels: NDArray[np.int64],
        num_speakers: SpeakerCount,
        method: Method,
    ) -> NDArray[np.int64]:
        """Dissolve small clusters and merge similar ones, within the bounds for speakers.

        With few windows no cluster is dissolved. Noise that was not absorbed stays a separate
        group, which the reference treats as a speaker.
        """
        min_speakers, max_speakers = num_speakers.at_least, num_speakers.at_most
        threshold = self._options.merge_cosine
        is_short = method is Method.AGGLOMERATIVE
        minor = 0 if is_short else self._options.minor_cluster_windows
        if NOISE not in labels:
            labels = dissolve_minor(embeddings, labels, max_size=minor, at_least=min_speakers)
            labels = number_by_appearance(labels)
        labels = merge_similar(embeddings, labels, threshold=threshold, at_least=min_speakers)
        if max_speakers is not None:
            labels = number_by_appearance(labels)
            labels = merge_similar(
                embeddings, labels, threshold=_ANY_SIMILARITY, at_least=max_speakers
            )
        return labels


def label_windows(
    clusterer: Clusterer,
    windows: Sequence[Interval],
    embeddings: NDArray[np.float32],
    num_speakers: SpeakerCount,
    *,
    shortest_ms: int,
    is_mixed: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """Cluster the suitable windows, and assign each other window to the nearest cluster.

    Short windows and those with overlapping speakers are not suitable: the latter lie between two
    clusters and would connect them.

    Args:
        clusterer: clusters the longer windows.
        windows: windows with an embedding each, sorted by start.
        embeddings: (num_windows, embedding_dim) float32.
        num_speakers: allowed number of speakers.
        shortest_ms: minimum length of a window that takes part in the clustering.
        is_mixed: (num_windows,) bool, windows with overlapping speakers, which take no part; None
            if unknown.

    Returns:
        (num_windows,) int64: labels 0..K-1 without gaps, numbered by first appearance.
    """
    is_long = np.array([each.duration_ms >= shortest_ms for each in windows], dtype=np.bool_)
    is_single = is_long if is_mixed is None else is_long & ~is_mixed
    for is_compared in (is_single, is_long):
        if np.count_nonzero(is_compared) >= max(num_speakers.at_least, 1):
            labels = clusterer.cluster(embeddings[is_compared], num_speakers)
            return number_by_appearance(join_nearest(embeddings, is_compared, labels))
    return clusterer.cluster(embeddings, num_speakers)


def _with_at_least(
    embeddings: NDArray[np.float32], labels: NDArray[np.int64], num_speakers: SpeakerCount
) -> NDArray[np.int64]:
    """Return the labels, or those of a clustering with a fixed count if there are too few."""
    wanted = min(num_speakers.at_least, len(labels))
    if labels.max() + 1 >= wanted:
        return labels
    if len(labels) >= ALL_PAIRS_BELOW:
        return number_by_appearance(kmeans_labels(unit_rows(embeddings), wanted))
    exact = SpeakerCount(wanted, wanted)
    return number_by_appearance(agglomerative_labels(embeddings, exact, max_distance=0.0))


def agglomerative_labels(
    embeddings: NDArray[np.float32], num_speakers: SpeakerCount, *, max_distance: float
) -> NDArray[np.int64]:
    """Cluster embeddings by agglomeration, until the distance of the closest groups is too large.

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
