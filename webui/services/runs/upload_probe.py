"""Cached inspection of uploaded files before they are stored."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from pipeline.audio.probe import AudioProbe

MAX_CONCURRENT = 2
MOST_REMEMBERED = 256

Probe = Callable[[Path], AudioProbe]
"""Function that inspects a file, such as `probe_in_subprocess`."""


def unknown_probe(path: Path) -> AudioProbe:  # noqa: ARG001 - what a Probe takes
    """Return an empty result, for callers that do not inspect files."""
    return AudioProbe()


class UploadProbe:
    """Thread-safe cache of inspected uploads; runs MAX_CONCURRENT inspections at a time."""

    def __init__(self, probe: Probe) -> None:
        """Store the function that inspects a file."""
        self._probe = probe
        self._turn = threading.BoundedSemaphore(MAX_CONCURRENT)
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str, int, int], AudioProbe] = OrderedDict()

    def __call__(self, path: Path) -> AudioProbe:
        """Inspect a file, or return the cached result; empty if the file no longer exists."""
        try:
            state = path.stat()
        except OSError:
            return AudioProbe()
        key = (str(path), state.st_size, state.st_mtime_ns)
        with self._turn:
            with self._lock:
                seen = self._seen.get(key)
            if seen is None:
                seen = self._probe(path)
                if seen.is_final:
                    self._remember(key, seen)
        return seen

    def _remember(self, key: tuple[str, int, int], seen: AudioProbe) -> None:
        with self._lock:
            self._seen[key] = seen
            if len(self._seen) > MOST_REMEMBERED:
                self._seen.popitem(last=False)
