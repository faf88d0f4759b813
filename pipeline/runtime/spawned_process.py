"""A spawned process with a command pipe and an event pipe."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

EXIT_TIMEOUT_S = 5.0  # a killed process exits in milliseconds, on a busy machine a little later


class SpawnedProcess:
    """A process that receives commands over one pipe and sends messages over another.

    Attributes:
        events: pipe that is ready in `multiprocessing.connection.wait` when a message can be read.
    """

    def __init__(
        self, main: Callable[[Any, Connection, Connection], None], settings: object, *, name: str
    ) -> None:
        """Start the process with a pipe in each direction.

        Args:
            main: a module-level function that is called in the process with `settings`, the pipe
                with the commands and the pipe for the messages. It must end when the pipe with
                the commands does.
            settings: picklable settings for `main`.
            name: name of the process.
        """
        context = multiprocessing.get_context("spawn")  # fork breaks threads and onnxruntime
        commands, self._commands = context.Pipe(duplex=False)
        self.events: Connection
        self.events, events = context.Pipe(duplex=False)
        self._process = context.Process(
            target=main, args=(settings, commands, events), name=name, daemon=True
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
        """Id of the process."""
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

    def send(self, command: object) -> None:
        """Send a command to the process.

        Raises:
            OSError: the process has exited.
        """
        self._commands.send(command)

    def receive(self) -> bytes:
        """Wait for the next message; return its pickled bytes.

        Raises:
            EOFError, OSError: the process has exited.
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
