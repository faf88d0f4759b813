"""The parent's handle on one worker process."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

from pipeline.engines.engine import LoadRunner
from pipeline.engines.worker import CancelJob, Prepare, RunJob, serve

EXIT_TIMEOUT_S = 5.0  # a killed process is gone in milliseconds, on a busy machine a little later


class WorkerProcess:
    """A freshly spawned process that does jobs one at a time.

    Attributes:
        events: becomes ready in `multiprocessing.connection.wait` when a message can be read.
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
            # Only the child may hold these: else neither side notices that the other is gone.
            commands.close()
            events.close()

    @property
    def pid(self) -> int:
        """The operating system's number of the process."""
        pid = self._process.pid
        assert pid is not None  # it was started
        return pid

    @property
    def sentinel(self) -> int:
        """Becomes ready in `multiprocessing.connection.wait` when the process has ended."""
        return self._process.sentinel

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.is_alive()

    def send(self, command: Prepare | RunJob | CancelJob) -> None:
        """Tell the worker something.

        Raises:
            OSError: if it is gone.
        """
        self._commands.send(command)

    def receive(self) -> bytes:
        """Take one message, still pickled; blocks until there is one.

        Raises:
            EOFError, OSError: if the worker is gone.
        """
        return self.events.recv_bytes()

    def stop(self) -> None:
        """End the process whatever it is doing, and leave nothing of it behind."""
        self._close_pipes()
        self._process.kill()
        self._process.join(EXIT_TIMEOUT_S)
        if not self._process.is_alive():
            self._process.close()

    def _close_pipes(self) -> None:
        self._commands.close()
        self.events.close()


def unpickle(message: bytes) -> object:
    """The message's value.

    Raises:
        Exception: whatever the constructors of a result's types raise.
    """
    value: object = ForkingPickler.loads(message)
    return value
