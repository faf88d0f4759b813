"""Memory limits of Gradio's queue, for waiting calls and for unread answers."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import partial

import gradio as gr
import orjson
from gradio.server_messages import EventMessage
from gradio.utils import LRUCache

from webui.protection.body_limits import VALUE_BYTES
from webui.protection.json_text import num_values

MAX_UNREAD_BYTES = 64 << 20
MAX_SESSIONS = 2_000
MAX_WAITING_CALLS = 1_000
# Gradio looks for waiting calls every millisecond: 4 % of a core in an app that nobody uses.
POLL_S = 0.02
_MESSAGE_BYTES = 1_000  # of a message without the values of its answer


def limit_queue(page: gr.Blocks) -> None:
    """Limit the data that a page's queue stores, and its idle work; call before the app starts."""
    queue = page._queue
    queue.max_size = MAX_WAITING_CALLS
    queue.sleep_when_free = POLL_S
    queue.ANALYTICS_MAX_EVENTS = 0  # Gradio summarises its last 10,000 calls after every call
    queue.pending_messages_per_session = UnreadAnswers(queue.pending_event_ids_session)


class UnreadAnswers(LRUCache[str, "asyncio.Queue[EventMessage]"]):
    """Messages of Gradio's queue by session, until the session's client reads them.

    Above a limit, the session whose oldest unread message is the oldest of all is removed with all
    its messages; its client is then answered that there is no such session.
    """

    def __init__(
        self,
        event_ids: dict[str, set[str]],
        max_bytes: int = MAX_UNREAD_BYTES,
        max_sessions: int = MAX_SESSIONS,
    ) -> None:
        """Create a store without sessions.

        Args:
            event_ids: the ids of each session's calls whose answers are not read yet; a removed
                session is removed there too.
            max_bytes: maximum estimated memory of all messages but the newest.
            max_sessions: maximum number of sessions.
        """
        super().__init__(max_sessions)
        self._event_ids = event_ids
        self._max_bytes = max_bytes
        self._num_bytes = 0
        self._unread: OrderedDict[str, None] = OrderedDict()  # sessions, the longest unread first

    def __setitem__(self, session: str, _: asyncio.Queue[EventMessage]) -> None:
        """Add a session without messages; above the maximum number, remove another."""
        if session not in self and len(self) >= self.max_size:
            self._remove(self._least_useful())
        super().__setitem__(session, _Messages(partial(self._note, session)))

    def __missing__(self, session: str) -> asyncio.Queue[EventMessage]:
        """Return a queue that is not kept, for the messages of a call of a removed session."""
        return asyncio.Queue()

    def __delitem__(self, session: str) -> None:
        """Remove a session with its messages."""
        messages = self[session]
        super().__delitem__(session)
        self._unread.pop(session, None)
        if isinstance(messages, _Messages):
            self._num_bytes -= messages.num_bytes

    def _note(self, session: str, messages: _Messages, change: int) -> None:
        """Count a change of the memory of a session's messages; remove others above the limit."""
        if self.get(session) is not messages:
            return
        self._num_bytes += change
        if messages.empty():
            self._unread.pop(session, None)
        else:
            self._unread.setdefault(session)
        newest = max(change, 0)  # always fits: a client reads one answer of any size
        while self._num_bytes - newest > self._max_bytes and self._unread:
            self._remove(next(iter(self._unread)))

    def _least_useful(self) -> str:
        """Return a session that has read all answers, else the one with the oldest unread one."""
        finished = (each for each in self if not self._event_ids.get(each))
        return next(finished, None) or next(iter(self._unread), None) or next(iter(self))

    def _remove(self, session: str) -> None:
        del self[session]
        self._event_ids.pop(session, None)


class _Messages(asyncio.Queue[EventMessage]):
    """Unread messages of one session, with their estimated memory.

    Attributes:
        num_bytes: the memory of all messages.
    """

    def __init__(self, note: Callable[[_Messages, int], None]) -> None:
        """Create an empty queue.

        Args:
            note: is called with this queue and every change of its memory, in bytes.
        """
        super().__init__()
        self.num_bytes = 0
        self._note = note
        self._sizes: deque[int] = deque()

    def _put(self, message: EventMessage) -> None:
        super()._put(message)
        self._sizes.append(_num_bytes(message))
        self._change(self._sizes[-1])

    def _get(self) -> EventMessage:
        message = super()._get()
        self._change(-self._sizes.popleft())
        return message

    def _change(self, change: int) -> None:
        self.num_bytes += change
        self._note(self, change)


def _num_bytes(message: EventMessage) -> int:
    """Return an estimate of the memory that a message takes."""
    output = getattr(message, "output", None)
    if not output:
        return _MESSAGE_BYTES
    text = orjson.dumps(output, default=str)
    return _MESSAGE_BYTES + len(text) + VALUE_BYTES * num_values(text)
