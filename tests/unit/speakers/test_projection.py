import numpy as np
import pytest

from pipeline.speakers.projection import neighbour_points, principal_points


@pytest.mark.parametrize("num_windows", [0, 1, 2, 9])
def test_few_excerpts_have_a_place_too(num_windows):
    embeddings = np.eye(9, 192, dtype=np.float32)[:num_windows]

    points = neighbour_points(embeddings)

    assert points.shape == (num_windows, 2)
    assert np.isfinite(points).all()


def test_voices_lie_apart_in_the_principal_plane():
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


def _two_voices():
    rng = np.random.default_rng(1)
    truth = np.repeat([0, 1], 30)
    voices = rng.normal(size=(2, 192))
    embeddings = voices[truth] + 0.3 * rng.normal(size=(60, 192))
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    return embeddings.astype(np.float32), truth
