"""Store of the messages of a live session for its browser."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from webui.live.messages import Message, encoded


@dataclass(frozen=True, slots=True)
class Cursor:
    """Position in a session's messages up to which a browser has received them.

    Attributes:
        rev: number of the last change of the text.
        serial: number of the last state.
    """

    rev: int = 0
    serial: int = 0


class Bulletin:
    """Store of a session's messages: all text changes, and the latest state of each kind.

    Outdated states are discarded, even if the browser has not received them. Thread-safe.

    Attributes:
        is_over: whether the last message of the session was added.
    """

    def __init__(self, changes: Iterable[Message] = ()) -> None:
        """Store the text changes of an earlier process; they are numbered from 1."""
        self._lock = threading.Lock()
        self._changes = [encoded(each) for each in changes]
        self._states: dict[str, tuple[int, str]] = {}
        self._serial = 0
        self.is_over = False

    @property
    def rev(self) -> int:
        """Number of the last change of the text; 0 without any."""
        return len(self._changes)

    def add_change(self, message: Message) -> None:
        """Append a text change, which gets the next number."""
        with self._lock:
            self._changes.append(encoded(message))

    def show(self, kind: str, message: Message | None) -> None:
        """Replace the state of a kind by a message; None removes it."""
        with self._lock:
            self._states.pop(kind, None)
            if message is not None:
                self._serial += 1
                self._states[kind] = (self._serial, encoded(message))

    def end(self, message: Message) -> None:
        """Add the last message and mark the session as over."""
        self.show("end", message)
        self.is_over = True

    def has(self, kind: str) -> bool:
        """Return whether a state of a kind is stored."""
        return kind in self._states

    def since(self, cursor: Cursor) -> tuple[list[str], Cursor]:
        """Return the messages after a cursor in order, and the cursor after them."""
        with self._lock:
            states = [text for serial, text in self._states.values() if serial > cursor.serial]
            changes = self._changes[cursor.rev :]
            return [*changes, *states], Cursor(len(self._changes), self._serial)
