"""Limits of the log's size per second and of the length of an entry."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TextIO

MAX_LINE = 1_000
MAX_PIECE = 16_000  # characters per write, such as a traceback
BURST_CHARACTERS = 256_000
CHARACTERS_PER_S = 8_000


class LimitedLog:
    """A text stream that limits characters per second and truncates long entries.

    It replaces sys.stderr, because Gradio prints tracebacks with request values there, without
    using loggers.
    """

    def __init__(
        self,
        stream: TextIO,
        clock: Callable[[], float] = time.monotonic,
        *,
        max_line: int = MAX_LINE,
    ) -> None:
        self._stream = stream
        self._long_line = re.compile(rf"(?m)^(.{{{max_line}}}).+$")
        self._clock = clock
        self._left = float(BURST_CHARACTERS)
        self._seen = clock()
        self._num_left_out = 0

    def write(self, text: str) -> int:
        """Write as much of a text as the limits allow; return its whole length."""
        shown = self._long_line.sub(r"\1 …", _shortened(text))
        now = self._clock()
        self._left = min(BURST_CHARACTERS, self._left + (now - self._seen) * CHARACTERS_PER_S)
        self._seen = now
        if len(shown) > self._left:
            self._num_left_out += len(text)
            return len(text)
        self._left -= len(shown)
        if self._num_left_out and self._left > BURST_CHARACTERS / 4:
            self._stream.write(f"({self._num_left_out} characters were left out of this log)\n")
            self._num_left_out = 0
        self._stream.write(shown)
        return len(text)

    def __getattr__(self, name: str) -> object:
        """Return any other attribute of the stream: `flush`, `fileno`, `encoding`."""
        return getattr(self._stream, name)


def _shortened(text: str) -> str:
    if len(text) > MAX_PIECE:
        half = MAX_PIECE // 2
        left_out = len(text) - MAX_PIECE
        text = f"{text[:half]} … ({left_out} characters more) … {text[-half:]}"
    return text
