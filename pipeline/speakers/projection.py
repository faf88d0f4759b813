"""Voices as points of a plane, for the eye: near each other where they sound alike."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS = 20  # as for the clustering of long recordings (spec 7.3)
MIN_DISTANCE = 0.1  # umap-learn's default: voices stay apart, windows of one do not lie in one spot
SEED = 0  # a seed makes the projection single-threaded, therefore repeatable
MIN_WINDOWS = 10  # with fewer, neighbourhoods say nothing: the principal plane is drawn


def principal_points(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """The plane in which the embeddings differ most.

    Args:
        embeddings: (num_windows, embedding_dim) float32.

    Returns:
        (num_windows, 2) float32 in [-1, 1]; the same embeddings give the same points.
    """
    if len(embeddings) == 0:
        return np.zeros((0, 2), dtype=np.float32)
    centred = embeddings.astype(np.float64) - embeddings.mean(axis=0, dtype=np.float64)
    _, directions = np.linalg.eigh(centred.T @ centred)
    plane = directions[:, [-1, -2]]
    # An eigenvector may point either way: the largest entry decides.
    strongest = np.argmax(np.abs(plane), axis=0)
    plane = plane * np.sign(plane[strongest, [0, 1]])
    return _fitted(centred @ plane)


def neighbour_points(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """The plane in which every window lies near those that sound most like it (UMAP).

    The first call in a process takes several seconds: the library compiles when imported.

    Args:
        embeddings: (num_windows, embedding_dim) float32.

    Returns:
        (num_windows, 2) float32 in [-1, 1]; the same embeddings give the same points.
    """
    if len(embeddings) < MIN_WINDOWS:
        return principal_points(embeddings)
    import umap  # noqa: PLC0415 - compiles for seconds when imported

    model = umap.UMAP(
        n_neighbors=min(NEIGHBOURS, len(embeddings) - 1),
        n_components=2,
        min_dist=MIN_DISTANCE,
        metric="cosine",
        random_state=SEED,
        n_jobs=1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # says that a seed means one thread
        return _fitted(np.asarray(model.fit_transform(embeddings), dtype=np.float64))


def _fitted(points: NDArray[np.float64]) -> NDArray[np.float32]:
    """Moved and scaled, the same in both directions, to fill [-1, 1]."""
    low, high = points.min(axis=0), points.max(axis=0)
    half = float((high - low).max()) / 2
    if half == 0.0:
        return np.zeros(points.shape, dtype=np.float32)
    return np.asarray((points - (low + high) / 2) / half, dtype=np.float32)
