"""The parent process's handle on one worker process."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

from pipeline.engines.engine import LoadRunner
from pipeline.engines.worker import CancelJob, Prepare, RunJob, serve

EXIT_TIMEOUT_S = 5.0  # a killed process exits in milliseconds, on a busy machine a little later


class WorkerProcess:
    """A spawned process that runs jobs, one at a time.

    Attributes:
        events: ready in `multiprocessing.connection.wait` when a message can be read.
    """

    def __init__(self, load: LoadRunner[Any]) -> None:
        context = multiprocessing.get_context("spawn")  # fork breaks threads and onnxruntime
        commands, self._commands = context.Pipe(duplex=False)
        self.events: Connection
        self.events, events = context.Pipe(duplex=False)
        self._process = context.Process(
            target=serve, args=(load, commands, events), name="transcription-worker", daemon=True
        )
        try:
            self._process.start()
        except BaseException:
            self._close_pipes()
            raise
        finally:
            # Only the child may hold these ends; else neither side detects that the other exited.
            commands.close()
            events.close()

    @property
    def pid(self) -> int:
        """Process id of the worker."""
        pid = self._process.pid
        assert pid is not None  # set by start()
        return pid

    @property
    def sentinel(self) -> int:
        """Handle for `multiprocessing.connection.wait`, ready when the process has ended."""
        return self._process.sentinel

    @property
    def is_alive(self) -> bool:
        """Whether the process is running."""
        return self._process.is_alive()

    def send(self, command: Prepare | RunJob | CancelJob) -> None:
        """Send a command to the worker.

        Raises:
            OSError: the worker has exited.
        """
        self._commands.send(command)

    def receive(self) -> bytes:
        """Wait for the next pickled message from the worker and return it.

        Raises:
            EOFError, OSError: the worker has exited.
        """
        return self.events.recv_bytes()

    def stop(self) -> None:
        """Kill the process and release its resources."""
        self._close_pipes()
        self._process.kill()
        self._process.join(EXIT_TIMEOUT_S)
        if not self._process.is_alive():
            self._process.close()

    def _close_pipes(self) -> None:
        self._commands.close()
        self.events.close()


def unpickle(message: bytes) -> object:
    """Unpickle a message.

    Raises:
        Exception: any error of the constructors of a result's types.
    """
    value: object = ForkingPickler.loads(message)
    return value
