"""Settings of the engine that runs jobs on a Ray cluster."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pipeline.core.errors import OptionError

ANY_CLUSTER = "auto"  # the cluster that this machine belongs to


class RayFiles(str, Enum):
    """A method of transferring audio, playback files and checkpoints to the workers."""

    AUTO = "auto"
    SHARED = "shared"
    CARRIED = "carried"


@dataclass(frozen=True, slots=True)
class RayOptions:
    """Settings of the workers on a Ray cluster.

    Attributes:
        address: "auto", HOST:PORT, or ray://HOST:PORT.
        workers: number of workers, 0 for as many as the cluster has room for.
        cpus: CPUs of one worker, which is also its number of threads.
        memory_mb: memory of one worker in MB (1024 × 1024 bytes).
        gpus: GPUs of one worker; a fraction shares one.
        files: SHARED if all nodes mount the folders of the jobs at the same paths; CARRIED to send
            files through the cluster; AUTO to check that for each job.
    """

    address: str = ANY_CLUSTER
    workers: int = 0
    cpus: int = 2
    memory_mb: int = 1500
    gpus: float = 0.0
    files: RayFiles = RayFiles.AUTO

    def __post_init__(self) -> None:
        if self.workers < 0:
            raise OptionError(f"--workers must be 0 or more, got {self.workers}")
        if self.cpus < 1:
            raise OptionError(f"--cpus-per-worker must be at least 1, got {self.cpus}")
        if self.memory_mb < 0:
            raise OptionError(f"--memory-per-worker must be 0 or more, got {self.memory_mb}")
        if not 0 <= self.gpus < float("inf"):
            raise OptionError(f"--gpus-per-worker must be 0 or more, got {self.gpus}")
