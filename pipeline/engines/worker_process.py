"""The parent process's handle on one worker process."""

from __future__ import annotations

from multiprocessing.reduction import ForkingPickler
from typing import Any

from pipeline.engines.engine import LoadRunner
from pipeline.engines.worker import serve
from pipeline.runtime.spawned_process import SpawnedProcess


class WorkerProcess(SpawnedProcess):
    """A spawned process that runs jobs, one at a time."""

    def __init__(self, load: LoadRunner[Any]) -> None:
        """Start the process.

        Args:
            load: makes the runner of the jobs inside it.
        """
        super().__init__(serve, load, name="transcription-worker")


def unpickle(message: bytes) -> object:
    """Unpickle a message.

    Raises:
        Exception: any error of the constructors of a result's types.
    """
    value: object = ForkingPickler.loads(message)
    return value
