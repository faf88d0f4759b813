from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.speakers.clustering.kmeans import kmeans_labels, kmeans_labels_of_reference
from tests.pipeline.speakers.synthetic_voices import synthetic_voices


def spread_of(points: NDArray[np.floating], labels: NDArray[np.int64]) -> float:
    return sum(
        float(np.square(group - group.mean(axis=0)).sum())
        for group in (points[labels == label] for label in np.unique(labels))
    )


def test_the_same_points_give_the_same_groups_again() -> None:
    voices = synthetic_voices(200, 5, 0.3)

    assert np.array_equal(kmeans_labels(voices, 5), kmeans_labels(voices, 5))


@pytest.mark.parametrize(("num_groups", "spread"), [(1, 1.0), (2, 1.0), (6, 1.0), (15, 2.0)])
def test_groups_that_lie_apart_are_those_of_the_truth(num_groups: int, spread: float) -> None:
    voices = synthetic_voices(300, num_groups, spread)

    labels = kmeans_labels(voices, num_groups)

    truth = (np.arange(300) * num_groups) // 300
    assert np.array_equal(labels[:, None] == labels, truth[:, None] == truth)


@pytest.mark.parametrize("num_clusters", [2, 4, 8])
def test_groups_of_unseparated_points_are_as_tight_as_those_of_scikit_learn(
    num_clusters: int,
) -> None:
    points = np.random.default_rng(3).normal(size=(400, 3))

    ours = spread_of(points, kmeans_labels(points, num_clusters))
    theirs = spread_of(points, kmeans_labels_of_reference(points, num_clusters))

    assert ours == pytest.approx(theirs, rel=0.02)


def test_single_precision_gives_the_groups_of_double_precision() -> None:
    voices = synthetic_voices(300, 4, 1.0)

    assert np.array_equal(kmeans_labels(voices.astype(np.float32), 4), kmeans_labels(voices, 4))


def test_equal_points_are_one_group_whatever_is_asked_for() -> None:
    assert np.array_equal(kmeans_labels(np.ones((7, 3)), 3), np.zeros(7, dtype=np.int64))


def test_as_many_groups_as_points_leave_every_point_alone() -> None:
    points = np.arange(12.0).reshape(6, 2) ** 2

    assert sorted(kmeans_labels(points, 6).tolist()) == [0, 1, 2, 3, 4, 5]


def test_diarization_does_not_import_scikit_learn() -> None:
    script = (
        "import sys, numpy as np\n"
        "from pipeline.core.options import SpeakerCount\n"
        "from pipeline.speakers.clustering.voice_clusterer import VoiceClusterer\n"
        "import pipeline.transcription.loader\n"
        "voices = np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32)\n"
        "VoiceClusterer().cluster(voices, SpeakerCount())\n"
        "heavy = {'sklearn', 'pandas', 'umap', 'hdbscan', 'numba', 'librosa'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
