"""An HTTP download in a separate thread, so that a waiting caller can stop at any time."""

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
TICK_S = 0.25  # interval of checks whether the transfer was closed
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
_WEAK_ETAG = "W/"


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of a download's response.

    Attributes:
        starts_at: position of the first byte in the file.
        num_bytes: size of the whole file; None if the server does not state it.
        etag: its ETag; "" if it has no strong one.
    """

    starts_at: int
    num_bytes: int | None
    etag: str


class Transfer:
    """An HTTP request whose response is read in a separate thread.

    After `close` the thread ends by itself: at once, or, if the server sends nothing, after the
    timeout.
    """

    def __init__(self, url: str, headers: Mapping[str, str], *, timeout_s: float) -> None:
        """Send the request; `timeout_s` is the maximum time without data."""
        self._request = urllib.request.Request(url, headers=dict(headers))
        self._timeout_s = timeout_s
        self._is_closed = threading.Event()
        self._events: queue.Queue[Head | bytes | Exception] = queue.Queue(QUEUE_CHUNKS)
        threading.Thread(target=self._run, name="model-transfer", daemon=True).start()

    def head(self, on_wait: Callable[[], None]) -> Head:
        """Wait for the response headers.

        Args:
            on_wait: called regularly; an exception in it ends the wait.

        Raises:
            OSError, http.client.HTTPException: there is no response, or it is an error.
        """
        head = self._next(on_wait)
        assert isinstance(head, Head)  # always the first event
        return head

    def chunks(self, on_wait: Callable[[], None]) -> Iterator[bytes]:
        """Yield the content in chunks; requires that `head` was called before."""
        while isinstance(chunk := self._next(on_wait), bytes) and chunk:
            yield chunk

    def close(self) -> None:
        """Stop the transfer without waiting for its thread."""
        self._is_closed.set()

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
        except Exception as error:  # raised again in `_next`
            self._put(error)

    def _put(self, event: Head | bytes | Exception) -> bool:
        """Queue an event; return False if the transfer was closed."""
        while not self._is_closed.is_set():
            with contextlib.suppress(queue.Full):
                self._events.put(event, timeout=TICK_S)
                return True
        return False


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect handler that refuses redirects from https to http."""

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
            raise urllib.error.URLError("it redirects to an unencrypted address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _open(
    request: urllib.request.Request, timeout_s: float
) -> Any:  # Any: urllib's response is not typed
    return urllib.request.build_opener(_SafeRedirects()).open(request, timeout=timeout_s)


def _head(response: http.client.HTTPResponse) -> Head:
    etag = response.headers.get("ETag", "")
    etag = "" if etag.startswith(_WEAK_ETAG) else etag
    span = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if response.status == http.client.PARTIAL_CONTENT and span is not None:
        return Head(int(span[1]), int(span[2]), etag)
    return Head(0, response.length, etag)


def _content(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """Yield data as it arrives, up to the length that the response announced."""
    remaining = response.length
    while remaining is None or remaining > 0:
        chunk = response.read1(READ_BYTES if remaining is None else min(READ_BYTES, remaining))
        if not chunk:
            return
        remaining = None if remaining is None else remaining - len(chunk)
        yield chunk
