"""Signal handling for stopping a program, and CPU priority.

A shell without job control starts background commands with SIGINT ignored, and `nohup` and
process supervisors have settings of their own; Python leaves an ignored signal as it is.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import threading
from _thread import interrupt_main
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130  # 128 and SIGINT's number, as shells report it
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
RAISE_AGAIN_S = 0.005  # after native code has discarded a KeyboardInterrupt
NICENESS = 10  # of 19: a tenth of the CPU under contention, all of it otherwise


def run_until_stopped(main: Callable[[], int]) -> int:
    """Run a command line in which Ctrl+C and SIGTERM raise KeyboardInterrupt.

    A callback from native code, such as a file read by a decoder, cannot propagate exceptions; a
    KeyboardInterrupt that is discarded there is raised again afterwards.

    A stopped program exits without interpreter shutdown, during which threads in native code
    would abort the process.

    Returns:
        The result of `main`; a stopped process ends with exit code 130.
    """
    for number in STOP_SIGNALS:
        signal.signal(number, signal.default_int_handler)
    sys.unraisablehook = _raise_discarded_stop_again
    try:
        code = main()
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:
        _leave(code)
    return code


def _raise_discarded_stop_again(discarded: sys.UnraisableHookArgs) -> None:
    """Raise a discarded KeyboardInterrupt again in the main thread; report other exceptions."""
    if not issubclass(discarded.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(discarded)
        return
    # Later and from another thread: raised here, it would be discarded too.
    again = threading.Timer(RAISE_AGAIN_S, interrupt_main, [signal.SIGTERM])
    again.daemon = True
    again.start()


def _leave(code: int) -> NoReturn:
    """Run the registered exit functions, then end the process immediately."""
    atexit._run_exitfuncs()  # of temporary files and child processes
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def raise_at_first_stop() -> None:
    """Install handlers that raise KeyboardInterrupt at the first stop signal and ignore later ones.

    For programs whose shutdown must not be interrupted by a second signal.
    """
    for number in STOP_SIGNALS:
        signal.signal(number, _raise_and_ignore_more)


def _raise_and_ignore_more(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def lower_priority() -> None:
    """Lower the CPU priority of this process permanently."""
    if sys.platform == "win32":
        from ctypes import windll  # noqa: PLC0415 - exists only on Windows

        below_normal = 0x4000  # BELOW_NORMAL_PRIORITY_CLASS, from winbase.h
        kernel = windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        os.nice(NICENESS)
