"""Bounded store of values that are expensive to create."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class RecentlyUsed(Generic[Key, Value]):
    """The values of the keys that were used last; earlier ones are dropped. Not thread-safe."""

    def __init__(self, size: int) -> None:
        """Create an empty store for at most `size` values."""
        self._size = size
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key, create: Callable[[], Value]) -> Value:
        """Return the value of a key, which `create` makes if it is not kept.

        The earliest value is dropped first, so that its memory is free for the new one.
        """
        if key not in self._values:
            while len(self._values) >= self._size:
                self._values.popitem(last=False)
            self._values[key] = create()
        self._values.move_to_end(key)
        return self._values[key]
