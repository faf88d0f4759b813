"""HTTP download in a separate thread, so that a waiting caller can stop at any time."""

from __future__ import annotations

import contextlib
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

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


class HttpStatusError(OSError):
    """Error for a response with an error status.

    Attributes:
        status: the status.
        reason: reason phrase of the response.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason


class NoConnectionError(OSError):
    """Error for a failed connection to the server, or a redirect that is not followed."""


class Transfer:
    """An HTTP request whose response is read in a separate thread.

    After `close` the thread ends at once, or, if the server sends nothing, after the timeout.
    """

    def __init__(self, url: str, headers: Mapping[str, str], *, timeout_s: float) -> None:
        """Start the request in a thread; `timeout_s` is the maximum time without data."""
        self._url = url
        self._headers = {"Accept-Encoding": "identity", **headers}
        self._timeout_s = timeout_s
        self._is_closed = threading.Event()
        self._events: queue.Queue[Head | bytes | Exception] = queue.Queue(QUEUE_CHUNKS)
        threading.Thread(target=self._run, name="model-transfer", daemon=True).start()

    def head(self, on_wait: Callable[[], None]) -> Head:
        """Wait for the response headers.

        Args:
            on_wait: called regularly; an exception in it ends the wait.

        Raises:
            HttpStatusError: the response has an error status.
            NoConnectionError: the connection failed.
            TimeoutError: no data arrived in time.
            OSError: the connection broke.
        """
        head = self._next(on_wait)
        assert isinstance(head, Head)  # always the first event
        return head

    def chunks(self, on_wait: Callable[[], None]) -> Iterator[bytes]:
        """Yield the content in chunks; `head` must have been called before.

        Raises:
            OSError: the connection broke or timed out.
        """
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
            with _opened(self._url, self._headers, self._timeout_s) as response:
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


@contextlib.contextmanager
def _opened(url: str, headers: Mapping[str, str], timeout_s: float) -> Iterator[httpx.Response]:
    """Send a GET request and yield its response.

    Raises:
        HttpStatusError: the response has an error status.
        NoConnectionError: the connection failed, or a redirect is not followed.
        TimeoutError: no data arrived in time.
        ConnectionError: the connection broke.
    """
    import httpx  # noqa: PLC0415 - import takes 0.3 s, and most runs fetch nothing

    def check_encryption(request: httpx.Request) -> None:
        if url.startswith("https:") and request.url.scheme != "https":
            raise NoConnectionError("it redirects to an unencrypted address")

    hooks = {"request": [check_encryption]}
    try:
        with (
            httpx.Client(follow_redirects=True, timeout=timeout_s, event_hooks=hooks) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            if response.is_error:
                raise HttpStatusError(response.status_code, response.reason_phrase)
            yield response
    except httpx.TimeoutException as error:
        raise TimeoutError from error
    except (
        httpx.ConnectError,
        httpx.ProxyError,
        httpx.UnsupportedProtocol,
        httpx.TooManyRedirects,
    ) as error:
        raise NoConnectionError(str(error)) from error
    except httpx.HTTPError as error:
        raise ConnectionError(str(error) or type(error).__name__) from error


def _head(response: httpx.Response) -> Head:
    etag = response.headers.get("ETag", "")
    etag = "" if etag.startswith(_WEAK_ETAG) else etag
    span = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if response.status_code == HTTPStatus.PARTIAL_CONTENT and span is not None:
        return Head(int(span[1]), int(span[2]), etag)
    length = response.headers.get("Content-Length", "")
    return Head(0, int(length) if length.isdecimal() else None, etag)


def _content(response: httpx.Response) -> Iterator[bytes]:
    """Yield data as it arrives, until the response is complete or the connection breaks."""
    import httpx  # noqa: PLC0415 - as in `_opened`

    with contextlib.suppress(httpx.RemoteProtocolError):  # the receiver compares the size
        yield from response.iter_raw()
