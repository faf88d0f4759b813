"""Handling of the signals that stop a program, even if the starting shell ignores them.

A shell without job control starts background commands with SIGINT ignored, and `nohup` and
process supervisors have settings of their own; Python leaves an ignored signal as it is.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130  # 128 and SIGINT's number, as shells report it
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_until_stopped(main: Callable[[], int]) -> int:
    """Run a command line so that Ctrl+C and SIGTERM raise KeyboardInterrupt in it.

    Returns:
        What `main` returns; 130 where it was stopped.
    """
    for number in STOP_SIGNALS:
        signal.signal(number, signal.default_int_handler)
    try:
        return main()
    except KeyboardInterrupt:
        return INTERRUPTED


def raise_at_first_stop() -> None:
    """Install handlers that raise KeyboardInterrupt at the first stop signal and ignore later ones.

    For a program whose end takes a moment that a second signal must not cut short.
    """
    for number in STOP_SIGNALS:
        signal.signal(number, _raise_and_ignore_more)


def _raise_and_ignore_more(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt
