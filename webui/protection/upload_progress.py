"""Memory limit of the progress that Gradio stores for each upload id."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from gradio.route_utils import FileUploadProgress

MAX_IDS = 500  # of at most MAX_HEAD_BYTES each

Value = TypeVar("Value")


class RecentEntries(OrderedDict[str, Value]):
    """Dictionary with a maximum number of keys; the oldest key is removed above it."""

    def __init__(self, max_keys: int, create: Callable[[], Value] | None = None) -> None:
        """Create an empty dictionary.

        Args:
            max_keys: maximum number of keys.
            create: returns the value of a missing key, which is then added; None to raise KeyError.
        """
        super().__init__()
        self._max_keys = max_keys
        self._create = create

    def __setitem__(self, key: str, value: Value) -> None:
        """Set the value of a key; above the maximum number, remove the oldest key."""
        super().__setitem__(key, value)
        if len(self) > self._max_keys:
            self.popitem(last=False)

    def __missing__(self, key: str) -> Value:
        """Add and return the value of a missing key."""
        if self._create is None:
            raise KeyError(key)
        self[key] = self._create()
        return self[key]


def limit_upload_progress(progress: FileUploadProgress, max_ids: int = MAX_IDS) -> None:
    """Limit the number of upload ids whose progress Gradio stores.

    Gradio adds an id at the first request for its progress, also if no upload has it, and never
    removes it.
    """
    statuses: RecentEntries[Any] = RecentEntries(max_ids)  # Any: of Gradio's class
    signals: RecentEntries[asyncio.Event] = RecentEntries(max_ids, asyncio.Event)
    progress._statuses = statuses
    progress._signals = signals  # type: ignore[assignment]  # a defaultdict without limit
