"""Deterministic k-means clustering."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SEED = 0
NUM_STARTS = 10  # spec 12.7: enough to make the result nearly independent of the seed

_MAX_ROUNDS = 300


class Grouping(Protocol):
    """The protocol of a function that divides points into a given number of groups."""

    def __call__(self, points: NDArray[np.floating], num_clusters: int, /) -> NDArray[np.int64]:
        """Assign a group number to each point, (num_points,) int64, in arbitrary order."""
        ...


def kmeans_labels(
    points: NDArray[np.floating],
    num_clusters: int,
    *,
    num_starts: int = NUM_STARTS,
    seed: int = SEED,
) -> NDArray[np.int64]:
    """Cluster points by k-means; of several starts return the result with the least inertia.

    scikit-learn has this too, but importing it takes 117 MB and more than a second in every
    process that runs diarization.

    Args:
        points: (num_points, num_dimensions), at least one point.
        num_clusters: 1 to num_points. With fewer distinct points there are fewer groups.
        num_starts: number of seeded starts.
        seed: seed of the first start.

    Returns:
        (num_points,) int64, arbitrary group numbers below `num_clusters`.
    """
    random = np.random.default_rng(seed)
    centred = points - points.mean(axis=0)
    lengths = np.square(centred).sum(axis=1)
    found = (_improved(centred, lengths, num_clusters, random) for _ in range(num_starts))
    return min(found, key=lambda each: each[0])[1]


def kmeans_labels_of_reference(
    points: NDArray[np.floating],
    num_clusters: int,
    *,
    num_starts: int = NUM_STARTS,
    seed: int = SEED,
) -> NDArray[np.int64]:
    """Cluster points by scikit-learn's k-means, as the reference system does."""
    from sklearn.cluster import KMeans  # noqa: PLC0415 - import takes a second

    model = KMeans(num_clusters, random_state=seed, n_init=num_starts)
    return np.asarray(model.fit_predict(points), dtype=np.int64)


def _improved(
    points: NDArray[np.floating],
    lengths: NDArray[np.floating],
    num_clusters: int,
    random: np.random.Generator,
) -> tuple[float, NDArray[np.int64]]:
    """Run k-means once, until convergence or the round limit; return inertia and groups."""
    centres = _first_centres(points, lengths, num_clusters, random)
    labels: NDArray[np.int64] = np.full(len(points), -1, dtype=np.int64)
    for _ in range(_MAX_ROUNDS):
        distances = _squared_distances(points, lengths, centres)
        nearest = distances.argmin(axis=1)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        centres = _means(points, labels, centres)
    return float(distances.min(axis=1).sum(dtype=np.float64)), labels


def _first_centres(
    points: NDArray[np.floating],
    lengths: NDArray[np.floating],
    num_clusters: int,
    random: np.random.Generator,
) -> NDArray[np.floating]:
    """Choose initial centres by k-means++, each the best of a few random draws."""
    num_draws = 2 + int(math.log(num_clusters))
    chosen = [int(random.integers(len(points)))]
    nearest = _squared_distances(points, lengths, points[chosen])[:, 0]
    while len(chosen) < num_clusters:
        sums = np.cumsum(nearest, dtype=np.float64)
        draws = np.searchsorted(sums, random.random(num_draws) * sums[-1], side="right")
        candidates = np.minimum(draws, len(points) - 1)
        distances = _squared_distances(points, lengths, points[candidates])
        possible = np.minimum(distances, nearest[:, np.newaxis])
        best = int(possible.sum(axis=0, dtype=np.float64).argmin())
        chosen.append(int(candidates[best]))
        nearest = possible[:, best]
    return points[chosen]


def _squared_distances(
    points: NDArray[np.floating], lengths: NDArray[np.floating], centres: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Return the squared distances of points to centres, (num_points, num_centres), 0 or more."""
    distances = points @ (-2.0 * centres.T)
    distances += lengths[:, np.newaxis]
    distances += np.square(centres).sum(axis=1)
    return np.asarray(np.maximum(distances, 0.0, out=distances))


def _means(
    points: NDArray[np.floating], labels: NDArray[np.int64], centres: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Return the mean point of each group, or its previous centre if it has no points."""
    sizes = np.bincount(labels, minlength=len(centres))
    belongs = (labels[:, np.newaxis] == np.arange(len(centres))).astype(points.dtype)
    sums = belongs.T @ points
    means = sums / np.maximum(sizes, 1)[:, np.newaxis].astype(points.dtype)
    return np.asarray(np.where((sizes > 0)[:, np.newaxis], means, centres))
