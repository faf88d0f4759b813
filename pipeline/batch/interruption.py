"""Handling of Ctrl+C: the first press requests a stop, the second interrupts at once."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType, TracebackType

_STDERR = 2


class Interruption:
    """A context manager in which the first Ctrl+C sets a flag and the second interrupts.

    The second raises KeyboardInterrupt. A SIGINT handler of the calling program is kept.
    """

    def __init__(self, notice: str) -> None:
        """Create the context; its signal handler is installed on entry.

        Args:
            notice: printed at the first Ctrl+C.
        """
        self.is_requested = False
        self._notice = f"\n{notice}\n".encode()
        self._sets_handler = (
            threading.current_thread() is threading.main_thread()  # others may not set handlers
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )

    def __enter__(self) -> Interruption:
        if self._sets_handler:
            signal.signal(signal.SIGINT, self._handle_interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._sets_handler:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _handle_interrupt(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - signature of handlers
        if self.is_requested:
            raise KeyboardInterrupt
        self.is_requested = True
        os.write(_STDERR, self._notice)  # not print, which the signal may have interrupted
