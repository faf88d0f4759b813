from __future__ import annotations

import numpy as np
import pytest

from pipeline.core.options import SpeakerCount
from pipeline.speakers.clustering.cluster_cleanup import NOISE
from pipeline.speakers.clustering.umap_hdbscan import umap_hdbscan_labels
from pipeline.speakers.clustering.voice_clusterer import VoiceClusterer
from pipeline.speakers.diarization_options import ClusteringOptions
from tests.pipeline.speakers.synthetic_voices import synthetic_voices


@pytest.fixture(name="voices", scope="module")
def _voices() -> np.ndarray:
    return synthetic_voices(120, 3, 2.0).astype(np.float32)


def test_dense_regions_are_the_speakers_and_the_same_ones_every_time(voices: np.ndarray) -> None:
    labels = umap_hdbscan_labels(voices)

    truth = np.arange(120) // 40
    clear = labels != NOISE
    assert np.mean(clear) > 0.9
    same_label = labels[clear][:, None] == labels[clear]
    assert np.array_equal(same_label, truth[clear][:, None] == truth[clear])
    assert np.array_equal(umap_hdbscan_labels(voices), labels)


def test_fewer_windows_than_can_be_projected_are_noise() -> None:
    assert umap_hdbscan_labels(synthetic_voices(3, 1, 1.0).astype(np.float32)).tolist() == [-1] * 3


@pytest.mark.parametrize("bounds", [(1, 2), (4, 6)])
def test_density_clustering_keeps_the_range_of_speakers(
    voices: np.ndarray, bounds: tuple[int, int]
) -> None:
    clusterer = VoiceClusterer(ClusteringOptions(reference_from=2))

    labels = clusterer.cluster(voices, SpeakerCount(*bounds))

    assert bounds[0] <= np.unique(labels).size <= bounds[1]
