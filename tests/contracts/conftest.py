from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contracts.ray_clusters import KeptCluster, connected, nodes_of_one_cpu


@pytest.fixture(scope="session")
def ray_nodes() -> Iterator[Any]:
    """A cluster of a head and two nodes on this machine."""
    with nodes_of_one_cpu(2) as made:
        yield made


@pytest.fixture(scope="session")
def ray_cluster(ray_nodes: Any) -> Iterator[KeptCluster]:
    """The connection of this process to it."""
    with connected(ray_nodes.address) as cluster:
        yield cluster
