import os
import subprocess
import sys

import numpy as np
import pytest

from benchmarks.dev_recordings import REPOSITORY
from pipeline.speakers.clustering.projection import (
    nearest_neighbours,
    neighbour_points,
    principal_points,
)


@pytest.mark.parametrize("num_windows", [0, 1, 2, 9])
def test_few_excerpts_have_a_place_too(num_windows):
    embeddings = np.eye(9, 192, dtype=np.float32)[:num_windows]

    points = neighbour_points(embeddings)

    assert points.shape == (num_windows, 2)
    assert np.isfinite(points).all()


def test_speakers_are_separated_in_the_principal_plane():
    embeddings, truth = _two_voices()

    points = principal_points(embeddings)

    centres = np.stack([points[truth == voice].mean(axis=0) for voice in (0, 1)])
    spread = max(points[truth == voice].std() for voice in (0, 1))
    assert np.linalg.norm(centres[0] - centres[1]) > 3 * spread
    assert np.abs(points).max() == pytest.approx(1.0)


def test_the_plane_is_the_one_of_most_variance():
    rng = np.random.default_rng(0)
    embeddings = (rng.normal(size=(200, 12)) * np.arange(1, 13)).astype(np.float32)

    points = principal_points(embeddings)

    # Independent reference: the singular vectors of the centred data.
    centred = embeddings - embeddings.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    expected = centred @ directions[:2].T
    for column in (0, 1):
        correlation = np.corrcoef(points[:, column], expected[:, column])[0, 1]
        assert abs(correlation) == pytest.approx(1.0, abs=1e-4)


def test_identical_excerpts_lie_in_one_place():
    assert (principal_points(np.ones((5, 192), dtype=np.float32)) == 0).all()


def test_the_nearest_neighbours_are_those_of_the_whole_matrix():
    voices = np.random.default_rng(2).normal(size=(700, 12)).astype(np.float32)
    unit = (voices / np.linalg.norm(voices, axis=1, keepdims=True)).astype(np.float64)
    away = 1.0 - unit @ unit.T

    numbers, distances = nearest_neighbours(voices, 5)

    assert np.array_equal(numbers, np.argsort(away, axis=1)[:, :5])
    assert np.allclose(distances, np.sort(away, axis=1)[:, :5], atol=1e-6)


def test_an_excerpt_is_its_own_nearest_neighbour_where_others_are_the_same():
    numbers, distances = nearest_neighbours(np.ones((6, 4), dtype=np.float32), 3)

    assert numbers[:, 0].tolist() == list(range(6))
    assert np.allclose(distances, 0.0, atol=1e-6)


def test_kernels_compiled_by_one_process_are_found_by_the_next(tmp_path):
    (tmp_path / "kernel.py").write_text(
        "import numba\n@numba.njit\ndef double(x):\n    return 2 * x\n", encoding="utf-8"
    )
    script = (
        "import numba\n"
        "from pipeline.speakers.clustering.projection import kept_on_disk\n"
        "numba.njit = kept_on_disk(numba.njit)\n"
        "from kernel import double\n"
        "print(double(4), sum(double.stats.cache_hits.values()))"
    )

    def run() -> str:
        path = os.pathsep.join([str(tmp_path), str(REPOSITORY)])
        kernels = {"NUMBA_CACHE_DIR": str(tmp_path / "kernels"), "PYTHONPATH": path}
        command = [sys.executable, "-c", script]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, env={**os.environ, **kernels}
        )
        return done.stdout

    assert (run(), run()) == ("8 0\n", "8 1\n")


def _two_voices():
    rng = np.random.default_rng(1)
    truth = np.repeat([0, 1], 30)
    voices = rng.normal(size=(2, 192))
    embeddings = voices[truth] + 0.3 * rng.normal(size=(60, 192))
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    return embeddings.astype(np.float32), truth
