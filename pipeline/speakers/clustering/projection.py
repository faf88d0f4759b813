"""Projection of speaker embeddings to two dimensions, for display."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.speakers.clustering.cluster_cleanup import unit_rows

NEIGHBOURS = 20  # as for the clustering of long recordings (spec 7.3)
MIN_DISTANCE = 0.1  # umap-learn's default: separates speakers without collapsing one's windows
SEED = 0  # a seed makes the projection single-threaded and therefore reproducible
MIN_WINDOWS = 10  # with fewer, neighbourhoods mean little: the principal plane is used
SEARCHED_FROM = 4_096  # windows: from here on umap-learn searches neighbours approximately

_BLOCK_ROWS = 512
_TRIAL_WINDOWS = 60  # any number compiles the same kernels


def principal_points(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Project embeddings to the plane of their largest variance (principal components).

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
    # The sign of an eigenvector is arbitrary: the largest entry decides.
    strongest = np.argmax(np.abs(plane), axis=0)
    plane = plane * np.sign(plane[strongest, [0, 1]])
    return _fitted(centred @ plane)


def neighbour_points(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Project embeddings to a plane in which similar windows are close to each other (UMAP).

    Few windows are projected to principal components instead.
    The first call in a process takes seconds to import the library; the first on a machine,
    unless `prepare_neighbour_points` was called before, half a minute to compile it.

    Args:
        embeddings: (num_windows, embedding_dim) float32.

    Returns:
        (num_windows, 2) float32 in [-1, 1]; the same embeddings give the same points.
    """
    num_windows = len(embeddings)
    if num_windows < MIN_WINDOWS:
        return principal_points(embeddings)
    with warnings.catch_warnings():
        # UMAP warns that a seed means one thread, and numba that a kernel cannot be cached.
        warnings.simplefilter("ignore")
        num_neighbours = min(NEIGHBOURS, num_windows - 1)
        model = umap_class()(
            n_neighbors=num_neighbours,
            n_components=2,
            min_dist=MIN_DISTANCE,
            metric="cosine",
            random_state=SEED,
            n_jobs=1,
            precomputed_knn=(
                (*nearest_neighbours(embeddings, num_neighbours), None)
                if num_windows >= SEARCHED_FROM
                else (None, None, None)
            ),
        )
        return _fitted(np.asarray(model.fit_transform(embeddings), dtype=np.float64))


def prepare_neighbour_points(folder: Path) -> None:
    """Compile the numba kernels of `neighbour_points` and cache them for later processes.

    Args:
        folder: numba's cache folder; `compiled_mark` is created in it when done.
    """
    neighbour_points(np.random.default_rng(SEED).normal(size=(_TRIAL_WINDOWS, 8)).astype("f4"))
    folder.mkdir(parents=True, exist_ok=True)
    compiled_mark(folder).touch()


def nearest_neighbours(
    embeddings: NDArray[np.float32], num_neighbours: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Find the exact nearest neighbours of each window by cosine, without compiled kernels.

    10,000 windows take a second.

    Args:
        embeddings: (num_windows, embedding_dim) float32.
        num_neighbours: number per window, including itself as the first.

    Returns:
        Their indices, (num_windows, num_neighbours) int32, and their cosine distances, the same
        shape in float32, ascending.
    """
    unit = unit_rows(embeddings).astype(np.float32)
    numbers = np.empty((len(unit), num_neighbours), dtype=np.int32)
    distances = np.empty((len(unit), num_neighbours), dtype=np.float32)
    for first in range(0, len(unit), _BLOCK_ROWS):
        rows = slice(first, min(first + _BLOCK_ROWS, len(unit)))
        block = np.clip(1.0 - unit[rows] @ unit.T, 0.0, None)
        block[np.arange(len(block)), np.arange(rows.start, rows.stop)] = -1.0
        nearest = np.argpartition(block, num_neighbours - 1, axis=1)[:, :num_neighbours]
        found = np.take_along_axis(block, nearest, axis=1)
        order = np.argsort(found, axis=1, kind="stable")
        numbers[rows] = np.take_along_axis(nearest, order, axis=1)
        distances[rows] = np.maximum(np.take_along_axis(found, order, axis=1), 0.0)
    return numbers, distances


def _fitted(points: NDArray[np.float64]) -> NDArray[np.float32]:
    """Centre and scale points by one factor for both axes, so that they fit in [-1, 1]."""
    low, high = points.min(axis=0), points.max(axis=0)
    half = float((high - low).max()) / 2
    if half == 0.0:
        return np.zeros(points.shape, dtype=np.float32)
    return np.asarray((points - (low + high) / 2) / half, dtype=np.float32)


@lru_cache(maxsize=1)
def umap_class() -> Any:  # untyped library
    """Import UMAP with on-disk caching of its compiled kernels; return its class.

    The library caches only some of them and compiles the others for 10 s in every process. The
    cache is numba's folder; kernels that cannot be cached are compiled as before.
    """
    import numba  # noqa: PLC0415 - import takes a second

    numba.njit = kept_on_disk(numba.njit)  # the library also applies the decorator at run time
    import umap  # noqa: PLC0415 - import takes seconds, compiling 20 s the first time

    return umap.UMAP


def compiled_mark(folder: Path) -> Path:
    """Return the path of the file that marks the kernels as compiled for these library versions."""
    names = ("umap-learn", "pynndescent", "numba")
    return folder / ("-".join(f"{name}-{version(name)}" for name in names) + ".compiled")


def kept_on_disk(njit: Callable[..., Any]) -> Callable[..., Any]:  # untyped library
    """Wrap numba's decorator so that it caches compiled functions on disk by default."""

    def njit_and_keep(*arguments: Any, **options: Any) -> Any:  # as numba.njit takes them
        return njit(*arguments, **{"cache": True, **options})

    return njit_and_keep
