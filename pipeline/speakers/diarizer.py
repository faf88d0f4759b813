"""From speech segments to who speaks when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.audio import Audio
from pipeline.options import DiarizationOptions, SpeakerCount
from pipeline.progress import Report, ignore_report
from pipeline.result import SpeakerEvidence
from pipeline.speakers.agglomerative import agglomerative_labels
from pipeline.speakers.cluster_cleanup import (
    absorb_noise,
    dissolve_minor,
    merge_similar,
    number_by_appearance,
)
from pipeline.speakers.spectral import kmeans_labels, spectral_labels
from pipeline.speakers.turns import turns_of_windows
from pipeline.speakers.umap_hdbscan import umap_hdbscan_labels
from pipeline.speakers.windows import windows_over
from pipeline.stages import SpeakerEmbedder
from pipeline.transcript import SpeakerTurn, SpeechSegment

CLUSTERING_THREADS = 2  # more threads only wait for each other in matrices of this size


@dataclass(frozen=True, slots=True)
class Diarization:
    """Who speaks when, and the voices that say so."""

    turns: tuple[SpeakerTurn, ...]
    evidence: SpeakerEvidence


class Diarizer:
    """Windows, embeddings, groups, turns."""

    def __init__(
        self, embedder: SpeakerEmbedder, *, options: DiarizationOptions | None = None
    ) -> None:
        self._embedder = embedder
        self._options = options or DiarizationOptions()

    def diarize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        num_speakers: SpeakerCount,
        *,
        report_embedding: Report = ignore_report,
        report_clustering: Report = ignore_report,
    ) -> Diarization:
        """Turns of the speakers in a recording's speech; none where there is no speech."""
        chosen = self._options
        windows = windows_over(segments, window_ms=chosen.window_ms, hop_ms=chosen.hop_ms)
        embeddings = self._embedder.embed(audio, windows, report=report_embedding)
        report_clustering(0, 1)
        with threadpool_limits(CLUSTERING_THREADS):
            labels = cluster_voices(embeddings, num_speakers, chosen)
        report_clustering(1, 1)
        return Diarization(
            turns_of_windows(windows, labels, segments),
            SpeakerEvidence(windows, embeddings, labels),
        )


def cluster_voices(
    embeddings: NDArray[np.float32], num_speakers: SpeakerCount, options: DiarizationOptions
) -> NDArray[np.int64]:
    """Group embeddings by voice, by the method that their number asks for (spec 7.3).

    Args:
        embeddings: (num_windows, embedding_dim) float32.
        num_speakers: bounds of the number of groups; never more than there are windows.
        options: methods and thresholds.

    Returns:
        (num_windows,) int64: 0..K-1 by first appearance.
    """
    num_windows = len(embeddings)
    if num_windows < options.min_windows:
        return np.zeros(num_windows, dtype=np.int64)
    labels = number_by_appearance(_group(embeddings, num_speakers, options))
    if num_speakers.exact is not None:
        return labels
    fewest = num_speakers.at_least
    labels = dissolve_minor(
        embeddings, labels, max_size=options.minor_cluster_windows, at_least=fewest
    )
    labels = merge_similar(
        embeddings,
        number_by_appearance(labels),
        threshold=options.merge_cosine,
        at_least=fewest,
    )
    return number_by_appearance(labels)


def _group(
    embeddings: NDArray[np.float32], num_speakers: SpeakerCount, options: DiarizationOptions
) -> NDArray[np.int64]:
    num_windows, exact = len(embeddings), num_speakers.exact
    if num_windows < options.agglomerative_below:
        limit = options.agglomerative_distance
        return agglomerative_labels(embeddings, num_speakers, max_distance=limit)
    if num_windows < options.long_from_windows:
        return spectral_labels(
            embeddings,
            num_speakers,
            kept_share=options.kept_share,
            min_kept=options.min_kept,
            max_clusters=options.max_speakers,
        )
    if exact is not None:
        return kmeans_labels(embeddings, min(exact, num_windows))
    labels = umap_hdbscan_labels(embeddings)
    return absorb_noise(embeddings, labels) if options.absorbs_noise else labels
