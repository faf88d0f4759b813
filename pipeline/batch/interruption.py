"""Ctrl+C: once ends the run after the recording at work, twice ends it at once."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType, TracebackType

_NOTICE = b"\nStopping after this recording. Ctrl+C again stops at once.\n"
_STDERR = 2


class Interruption:
    """While it is entered, the first Ctrl+C is a request; the second raises KeyboardInterrupt.

    A handler that a calling program has set for Ctrl+C stays, and so does a signal that it ignores.
    """

    def __init__(self) -> None:
        """Change nothing yet."""
        self.is_asked_for = False
        self._is_ours = (
            threading.current_thread() is threading.main_thread()  # others may not change it
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )

    def __enter__(self) -> Interruption:
        if self._is_ours:
            signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - signal's way
        if self.is_asked_for:
            raise KeyboardInterrupt
        self.is_asked_for = True
        os.write(_STDERR, _NOTICE)  # print could be in the middle of something
