"""One HTTP download in a thread of its own, so that whoever waits can give up at any time."""

from __future__ import annotations

import contextlib
import http.client
import queue
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

READ_BYTES = 1 << 18
QUEUE_CHUNKS = 16
TICK_S = 0.25  # between two looks whether the one who waits has given up
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
_WEAK_ETAG = "W/"


@dataclass(frozen=True, slots=True)
class Head:
    """What a server says before the content.

    Attributes:
        starts_at: position of the content's first byte in the file.
        num_bytes: size of the whole file; None where the server does not say.
        etag: its mark of this content; "" where it has none that holds byte for byte.
    """

    starts_at: int
    num_bytes: int | None
    etag: str


class Transfer:
    """A request and its answer.

    The thread ends by itself when nobody wants it any more: at once, or, where the server has
    fallen silent, after the time that silence may last.
    """

    def __init__(self, url: str, headers: Mapping[str, str], *, timeout_s: float) -> None:
        """Ask for `url`; a server may stay silent for `timeout_s`."""
        self._request = urllib.request.Request(url, headers=dict(headers))
        self._timeout_s = timeout_s
        self._given_up = threading.Event()
        self._events: queue.Queue[Head | bytes | Exception] = queue.Queue(QUEUE_CHUNKS)
        threading.Thread(target=self._run, name="model-transfer", daemon=True).start()

    def head(self, on_wait: Callable[[], None]) -> Head:
        """Wait for the server's answer.

        Args:
            on_wait: called all the while; raising in it ends the waiting.

        Raises:
            OSError, http.client.HTTPException: there is none, or it is a refusal.
        """
        head = self._next(on_wait)
        assert isinstance(head, Head)  # the thread puts it first
        return head

    def chunks(self, on_wait: Callable[[], None]) -> Iterator[bytes]:
        """The content, to be asked for after the head; see `head`."""
        while isinstance(chunk := self._next(on_wait), bytes) and chunk:
            yield chunk

    def close(self) -> None:
        """Want nothing more."""
        self._given_up.set()

    def _next(self, on_wait: Callable[[], None]) -> Head | bytes:
        deadline_s = time.monotonic() + self._timeout_s
        while True:
            on_wait()
            with contextlib.suppress(queue.Empty):
                event = self._events.get(timeout=min(TICK_S, self._timeout_s))
                if isinstance(event, Exception):
                    raise event
                return event
            if time.monotonic() > deadline_s:
                raise TimeoutError

    def _run(self) -> None:
        try:
            with _open(self._request, self._timeout_s) as response:
                self._put(_head(response))
                for chunk in _content(response):
                    if not self._put(chunk):
                        return
            self._put(b"")
        except Exception as error:  # raised again where the content is waited for
            self._put(error)

    def _put(self, event: Head | bytes | Exception) -> bool:
        """Whether somebody took it."""
        while not self._given_up.is_set():
            with contextlib.suppress(queue.Full):
                self._events.put(event, timeout=TICK_S)
                return True
        return False


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a hub to its storage, but never from https to something readable on the way."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.type == "https" and not newurl.lower().startswith("https:"):
            raise urllib.error.URLError("it redirects to an address without encryption")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _open(request: urllib.request.Request, timeout_s: float) -> Any:  # Any: urllib's own words
    return urllib.request.build_opener(_SafeRedirects()).open(request, timeout=timeout_s)


def _head(response: http.client.HTTPResponse) -> Head:
    etag = response.headers.get("ETag", "")
    etag = "" if etag.startswith(_WEAK_ETAG) else etag
    span = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if response.status == http.client.PARTIAL_CONTENT and span is not None:
        return Head(int(span[1]), int(span[2]), etag)
    return Head(0, response.length, etag)


def _content(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """What comes, as soon as it comes; never a wait for a byte beyond the announced length."""
    remaining = response.length
    while remaining is None or remaining > 0:
        chunk = response.read1(READ_BYTES if remaining is None else min(READ_BYTES, remaining))
        if not chunk:
            return
        remaining = None if remaining is None else remaining - len(chunk)
        yield chunk
