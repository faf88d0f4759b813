"""What a look at an upload shows before it is taken in, remembered until it is."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from pipeline.audio.probe import AudioProbe

MOST_AT_ONCE = 2
MOST_REMEMBERED = 256

Probe = Callable[[Path], AudioProbe]
"""Looks at a file; `probe_in_subprocess` does."""


def unknown_probe(path: Path) -> AudioProbe:  # noqa: ARG001 - what a Probe takes
    """Be a Probe for callers that do not look."""
    return AudioProbe()


class UploadProbe:
    """Looks at each upload once, at few at the same time. Safe to call from any thread."""

    def __init__(self, probe: Probe) -> None:
        """Have a Probe look."""
        self._probe = probe
        self._turn = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str, int, int], AudioProbe] = OrderedDict()

    def __call__(self, path: Path) -> AudioProbe:
        """Return what a look at a file shows; nothing where it is gone."""
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
                self._remember(key, seen)
        return seen

    def _remember(self, key: tuple[str, int, int], seen: AudioProbe) -> None:
        with self._lock:
            self._seen[key] = seen
            if len(self._seen) > MOST_REMEMBERED:
                self._seen.popitem(last=False)
