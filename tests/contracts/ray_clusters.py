"""Ray clusters of several nodes on this machine, for tests of the engine on them."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline.engines.engine import LoadRunner
from pipeline.engines.ray.connection import RayCluster, connect
from pipeline.engines.ray.engine import RayEngine
from pipeline.engines.ray.options import RayFiles, RayOptions

NODE = {"object_store_memory": 80 << 20, "include_dashboard": False}  # Ray takes 75 MB at least
HEALTH_CHECKS = {  # a node that is silent for 12 s is lost
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 1_000,
    "health_check_timeout_ms": 2_000,
    "health_check_failure_threshold": 4,
}
NEEDS_RAY = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="Ray is not installed (make ray)"
)


class KeptCluster(RayCluster):
    """A connection that outlives its engines."""

    def disconnect(self) -> None:
        """Do nothing."""


@contextmanager
def nodes_of_one_cpu(num_nodes: int) -> Iterator[Any]:
    """Yield a cluster of a head without workers and nodes for one each."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    head = {"num_cpus": 0, "_system_config": HEALTH_CHECKS, **NODE}
    cluster = Cluster(True, head_node_args=head)
    try:
        for _ in range(num_nodes):
            add_node(cluster)
        yield cluster
    finally:
        cluster.shutdown()


def add_node(cluster: Any) -> Any:
    """Add a node for one worker and return it."""
    return cluster.add_node(num_cpus=1, **NODE)


@contextmanager
def connected(address: str) -> Iterator[KeptCluster]:
    """Connect this process to a cluster."""
    connect(RayOptions(address=address))
    import ray

    try:
        yield KeptCluster(ray)
    finally:
        ray.shutdown()


def make_ray_engine(
    cluster: RayCluster,
    load: LoadRunner[object],
    *,
    workers: int = 1,
    files: RayFiles = RayFiles.AUTO,
    **settings: float,
) -> RayEngine[object]:
    """An engine whose workers fit on nodes of one CPU."""
    options = RayOptions(workers=workers, cpus=1, memory_mb=100, files=files)
    return RayEngine(load, cluster, options, **settings)


def is_alive(process_id: int) -> bool:
    """Whether a process exists and is no zombie."""
    return _parent_and_state(process_id)[1] not in ("", "Z")


def processes_of_node(worker_id: int) -> list[int]:
    """The raylet that started a worker, and all that it started: what could speak of a node."""
    raylet = _parent_and_state(worker_id)[0]
    assert "raylet" in Path(f"/proc/{raylet}/comm").read_text()
    everything = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal()]
    return [raylet, *(each for each in everything if _parent_and_state(each)[0] == raylet)]


def _parent_and_state(process_id: int) -> tuple[int, str]:
    try:
        state, parent = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return 0, ""
    return int(parent), state
