"""Connection to an existing Ray cluster; Ray is imported when it is made, not before."""

from __future__ import annotations

import importlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any  # Ray is not installed where the types are checked

from pipeline.core.errors import OptionError
from pipeline.engines.engine import LoadRunner
from pipeline.engines.ray.job_news import WorkerPlace
from pipeline.engines.ray.options import ANY_CLUSTER, RayOptions

BYTES_PER_MB = 1 << 20
_CLIENT_SCHEME = "ray://"
_CONNECT_TIMEOUT_S = 5.0
_PROGRAM = Path(__file__).resolve().parents[2]
_ENVIRONMENT = {  # read by Ray at its import
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
}
_START = "Start one with `ray start --head --disable-usage-stats`, or leave out --engine ray"


class RayError(OptionError):
    """Error for a Ray cluster that cannot be used."""


class RemoteWorker:
    """A handle to a worker on the cluster; its methods return references to results.

    Attributes:
        place: its node, once it has been placed.
    """

    def __init__(self, ray: ModuleType, actor: Any) -> None:
        self._ray = ray
        self._actor = actor
        self.place = WorkerPlace("", "")

    def call(self, method: str, *arguments: object) -> Any:
        """Call a method of RayWorker; return a reference to its result."""
        return getattr(self._actor, method).remote(*arguments)

    def kill(self) -> None:
        """Kill the worker's process; do nothing if it has ended or cannot be reached."""
        try:
            self._ray.kill(self._actor, no_restart=True)
        except Exception:  # of several kinds; an unreachable worker is killed by its node
            logging.getLogger(__name__).info("a worker could not be killed", exc_info=True)


class RayCluster:
    """A connection to a Ray cluster.

    Attributes:
        lost: exception classes that Ray raises for a lost worker, node or connection.
    """

    def __init__(self, ray: ModuleType) -> None:
        self._ray = ray
        self.lost: tuple[type[Exception], ...] = (ray.exceptions.RayError, ConnectionError)

    def start_worker(self, load: LoadRunner[Any], options: RayOptions) -> RemoteWorker:
        """Request a worker; it starts as soon as a node has room for it."""
        from pipeline.engines.ray.worker import (  # noqa: PLC0415 - imports Ray
            CONCURRENCY_GROUPS,
            RayWorker,
        )

        actor = self._ray.remote(
            num_cpus=options.cpus,
            num_gpus=options.gpus,
            memory=options.memory_mb * BYTES_PER_MB,
            scheduling_strategy="SPREAD",
            max_restarts=0,
            max_task_retries=0,
            concurrency_groups=CONCURRENCY_GROUPS,
        )(RayWorker)
        return RemoteWorker(self._ray, actor.remote(load))

    def first_ready(self, references: list[Any], timeout_s: float) -> list[Any]:
        """Wait until a reference has its result or the timeout has passed; return the ready ones.

        The timeout is in seconds.
        """
        ready: list[Any] = self._ray.wait(references, timeout=timeout_s)[0]
        return ready

    def get(self, reference: Any) -> Any:
        """Wait for the result of a call and return it.

        Raises:
            Exception: one of `lost`, or the exception that the method raised.
        """
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from error

    def reason_against(self, error: Exception) -> str:
        """Return the reason why no node can start a worker, "" if a retry may succeed."""
        if not getattr(error, "actor_init_failed", False):
            return ""
        return (
            f"The nodes of the cluster cannot run this program ({_last_line(error)}). Install the "
            "same version on each of them"
        )

    def put(self, value: object) -> Any:
        """Store a value in the cluster until its reference is released."""
        return self._ray.put(value)

    def has_node(self, node_id: str) -> bool:
        """Return whether a node is alive."""
        return any(each["NodeID"] == node_id for each in self._nodes())

    def room(self, options: RayOptions) -> int:
        """Return the number of workers that fit on all nodes together, at least 1."""
        return max(1, sum(_room(each["Resources"], options) for each in self._nodes()))

    def disconnect(self) -> None:
        """Close the connection; remaining workers exit."""
        self._ray.shutdown()

    def _nodes(self) -> Iterator[Any]:
        return (each for each in self._ray.nodes() if each["Alive"])


def connect(options: RayOptions) -> RayCluster:
    """Connect to an existing Ray cluster; never start a new one.

    Raises:
        RayError: Ray is not installed, or there is no usable cluster at the address.
    """
    address = options.address
    _check_port(address)
    os.environ.update(_ENVIRONMENT)
    try:
        ray = importlib.import_module("ray")
    except ImportError as error:
        raise RayError(
            "Ray is not installed. Run: python -m pip install -r requirements-ray.txt"
        ) from error
    with _kept_signal_handlers():
        try:
            ray.init(
                address,
                log_to_driver=False,
                logging_level=logging.WARNING,
                runtime_env=_client_environment(address),
            )
            ray.get(ray.put(None))  # imports modules that several threads would import at once
        except Exception as error:  # Ray raises exceptions of many kinds
            logging.getLogger(__name__).info("no connection to Ray", exc_info=True)
            raise RayError(_reason(ray, address, error)) from error
    return RayCluster(ray)


def _client_environment(address: str) -> dict[str, dict[str, str]] | None:
    """Return the runtime environment with this program's path for Ray Client, else None."""
    if not address.startswith(_CLIENT_SCHEME):
        return None
    return {"env_vars": {"PYTHONPATH": f"{_PROGRAM}{os.pathsep}${{PYTHONPATH}}"}}


def _check_port(address: str) -> None:
    """Raise RayError if the address is invalid or no server accepts connections at it."""
    if address == ANY_CLUSTER:
        return
    host, _, port = address.removeprefix(_CLIENT_SCHEME).rpartition(":")
    if not host or not port.isdecimal():
        raise RayError(f"--ray-address must be auto, HOST:PORT or ray://HOST:PORT, got '{address}'")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _CONNECT_TIMEOUT_S).close()
    except (OSError, OverflowError) as error:
        raise RayError(f"There is no Ray cluster at {address}. {_START}") from error


def _reason(ray: ModuleType, address: str, error: Exception) -> str:
    """Convert an error of `ray.init` to one sentence for the user."""
    if "ersion mismatch" in str(error) or "ersions" in str(error):
        return (
            f"The Ray cluster at {address} runs another Ray or Python "
            f"({' '.join(str(error).split())}). Use the same versions on both sides"
        )
    if isinstance(error, ray.exceptions.AuthenticationError):
        return (
            f"The Ray cluster at {address} refuses the token of this machine. Set RAY_AUTH_MODE "
            "and RAY_AUTH_TOKEN_PATH as on the cluster"
        )
    if address == ANY_CLUSTER:
        return f"This machine belongs to no Ray cluster. {_START}"
    return (
        f"The Ray cluster at {address} cannot be used ({_first_line(error)}). Join it with "
        f"`ray start --address={address}`, or connect with ray://HOST:10001"
    )


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _last_line(error: Exception) -> str:
    return next(reversed(str(error).strip().splitlines()), type(error).__name__)


@contextmanager
def _kept_signal_handlers() -> Iterator[None]:
    """Restore the SIGTERM handler at the end, since Ray replaces it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _room(resources: dict[str, float], options: RayOptions) -> int:
    needs = {
        "CPU": options.cpus,
        "memory": options.memory_mb * BYTES_PER_MB,
        "GPU": options.gpus,
    }
    return min(int(resources.get(name, 0) // need) for name, need in needs.items() if need)
