"""Density-based clustering (HDBSCAN) after projection with UMAP, for long recordings."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from pipeline.speakers.clustering.cluster_cleanup import NOISE
from pipeline.speakers.clustering.projection import umap_class

UMAP_NEIGHBOURS = 20  # this and the next four: spec 7.3
UMAP_MAX_DIMENSIONS = 60
HDBSCAN_MIN_SAMPLES = 10
HDBSCAN_MIN_CLUSTER_SIZE = 10
UMAP_SEED = 0  # a seed makes the projection single-threaded and therefore reproducible
MIN_WINDOWS = 4  # UMAP needs two more points than dimensions


def umap_hdbscan_labels(embeddings: NDArray[np.float32]) -> NDArray[np.int64]:
    """Cluster embeddings by UMAP projection and HDBSCAN.

    The first call in a process takes several seconds: it imports umap-learn and hdbscan, which
    compile code.

    Args:
        embeddings: (num_windows, embedding_dim) float32.

    Returns:
        (num_windows,) int64: 0..K-1, -1 for windows outside all dense regions, and for all
        of fewer than `MIN_WINDOWS`.
    """
    num_windows = len(embeddings)
    if num_windows < MIN_WINDOWS:
        return np.full(num_windows, NOISE, dtype=np.int64)
    points = _project(embeddings)
    import hdbscan  # noqa: PLC0415 - compiles for seconds on import

    model = hdbscan.HDBSCAN(
        min_samples=min(HDBSCAN_MIN_SAMPLES, num_windows - 1),
        min_cluster_size=HDBSCAN_MIN_CLUSTER_SIZE,
        allow_single_cluster=True,
        core_dist_n_jobs=1,
    )
    return np.asarray(model.fit_predict(points), dtype=np.int64)


def _project(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    model = umap_class()(
        n_neighbors=min(UMAP_NEIGHBOURS, len(embeddings) - 1),
        n_components=min(UMAP_MAX_DIMENSIONS, len(embeddings) - 2),
        min_dist=0.0,
        metric="cosine",
        random_state=UMAP_SEED,
        n_jobs=1,
    )
    with warnings.catch_warnings():
        # UMAP warns that a seed means one thread, and numba that a kernel cannot be cached.
        warnings.simplefilter("ignore")
        return np.asarray(model.fit_transform(embeddings), dtype=np.float32)
