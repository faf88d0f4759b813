from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import AgglomerativeClustering

from pipeline.core.options import SpeakerCount
from pipeline.speakers.clustering.voice_clusterer import agglomerative_labels
from tests.pipeline.speakers.synthetic_voices import synthetic_voices

AUTO = SpeakerCount()


@pytest.mark.parametrize("max_distance", [0.3, 0.6, 0.8, 0.95])
def test_groups_equal_scikit_learns_average_linkage(max_distance: float) -> None:
    voices = synthetic_voices(30, 4, 0.8)
    model = AgglomerativeClustering(
        n_clusters=None, distance_threshold=max_distance, metric="cosine", linkage="average"
    )
    expected = model.fit_predict(voices)

    labels = agglomerative_labels(voices, AUTO, max_distance=max_distance)

    assert np.array_equal(labels[:, None] == labels, expected[:, None] == expected)


@given(st.integers(1, 25), st.integers(1, 12), st.integers(0, 8))
def test_the_number_of_groups_is_in_the_range_or_that_of_the_windows(
    num_windows: int, at_least: int, more: int
) -> None:
    voices = synthetic_voices(num_windows, 3, 1.5)

    labels = agglomerative_labels(voices, SpeakerCount(at_least, at_least + more), max_distance=0.6)

    found = np.unique(labels).size
    assert min(at_least, num_windows) <= found <= at_least + more


def test_one_window_is_one_speaker() -> None:
    assert agglomerative_labels(np.ones((1, 4), np.float32), AUTO, max_distance=0.6).tolist() == [0]
