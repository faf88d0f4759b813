"""Source of model files on a model hub, fetched over HTTP."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from http import HTTPStatus

from pipeline.core.errors import ModelIntegrityError
from pipeline.core.progress import Report
from pipeline.models.fetch.sources import (
    Arrival,
    FileRequest,
    InterruptedTransferError,
    LoginRequiredError,
    SourceUnavailableError,
    UnreachableSourceError,
)
from pipeline.models.fetch.transfer import Head, HttpStatusError, NoConnectionError, Transfer
from pipeline.models.manifest import HubSource, ModelSpec

CONNECT_TIMEOUT_S = 3.0  # a blocked hub must not delay the next source
READ_TIMEOUT_S = 30.0
USER_AGENT = "speaker-studio"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LOGIN_REQUIRED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})

OnWait = Callable[[], None]


class HubFetcher:
    """A fetcher of model files from one hub, which resumes interrupted downloads."""

    def __init__(
        self,
        source: HubSource,
        *,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        """Store the hub and the time limits.

        Args:
            source: the hub.
            connect_timeout_s: maximum time to connect.
            read_timeout_s: maximum time without data.
        """
        self._source = source
        self._connect_timeout_s = connect_timeout_s
        self._read_timeout_s = read_timeout_s

    def read(
        self, model: ModelSpec, wanted: Sequence[FileRequest], *, report: Report
    ) -> Generator[Arrival, None, None]:
        """Request each file separately and yield it; see `Fetcher.read`.

        While waiting, `report` receives 0 bytes.

        Raises:
            SourceUnavailableError: the host cannot be reached, or refuses the file.
            ModelIntegrityError: the hub has a file of another size under this name.
        """

        def on_wait() -> None:
            report(0, model.num_bytes)

        on_wait()
        for each in wanted:
            url = self._source.url.format(revision=model.revision, file=each.file.name)
            host = _require_reachable(url, self._connect_timeout_s)
            with _source_errors(host):
                transfer, head = self._ask(url, each, on_wait)
            with contextlib.closing(transfer):
                if head.num_bytes not in (None, each.file.num_bytes):
                    raise ModelIntegrityError(
                        f"{host} has {head.num_bytes} bytes under the name {each.file.name} "
                        f"instead of {each.file.num_bytes}"
                    )
                chunks = _chunks(transfer, host, on_wait)
                yield Arrival(each.file, chunks, head.starts_at, head.etag)

    def _ask(self, url: str, wanted: FileRequest, on_wait: OnWait) -> tuple[Transfer, Head]:
        """Request the remainder of a file, or the whole file if its content may differ.

        Raises:
            HttpStatusError: the server refused the request.
            OSError: the connection failed or timed out.
        """
        if wanted.num_bytes_here == 0:
            transfer = self._transfer(url, {})
            return transfer, _head(transfer, on_wait)
        condition = {"If-Range": wanted.etag} if wanted.etag else {}
        transfer = self._transfer(url, {"Range": f"bytes={wanted.num_bytes_here}-", **condition})
        try:
            head = _head(transfer, on_wait)
        except HttpStatusError as error:
            if error.status != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise
        else:
            if _is_usable(head, wanted):
                return transfer, head
            transfer.close()
        return self._ask(url, FileRequest(wanted.file), on_wait)

    def _transfer(self, url: str, headers: Mapping[str, str]) -> Transfer:
        all_headers = {"User-Agent": USER_AGENT, **headers}
        return Transfer(url, all_headers, timeout_s=self._read_timeout_s)


def _is_usable(head: Head, wanted: FileRequest) -> bool:
    """Return whether a response is the whole file, or the requested rest of the same content."""
    if head.starts_at == 0:
        return True
    is_same_content = wanted.etag in ("", head.etag)
    return is_same_content and head.starts_at == wanted.num_bytes_here


def _head(transfer: Transfer, on_wait: OnWait) -> Head:
    try:
        return transfer.head(on_wait)
    except BaseException:
        transfer.close()
        raise


def _chunks(transfer: Transfer, host: str, on_wait: OnWait) -> Iterator[bytes]:
    with _source_errors(host):
        yield from transfer.chunks(on_wait)


@contextlib.contextmanager
def _source_errors(host: str) -> Iterator[None]:
    """Convert HTTP and connection errors to `SourceUnavailableError` and its subclasses.

    Raises:
        SourceUnavailableError: the block failed; a subclass names the reason.
    """
    try:
        yield
    except HttpStatusError as error:
        raise _refusal(host, error) from error
    except NoConnectionError as error:
        raise UnreachableSourceError(f"{host} could not be read: {error}") from error
    except TimeoutError as error:
        raise InterruptedTransferError(f"{host} stopped answering") from error
    except OSError as error:
        raise InterruptedTransferError(f"{host} could not be read: {error}") from error


def _refusal(host: str, error: HttpStatusError) -> SourceUnavailableError:
    answer = f"{host} answered {error}"
    if error.status in _LOGIN_REQUIRED:
        return LoginRequiredError(
            f"{answer}: it gives this file only to users who have logged in or accepted terms. "
            "Download it there with a browser, then fetch it from that folder with --from DIR"
        )
    if error.status in _BUSY or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return InterruptedTransferError(answer)
    return SourceUnavailableError(answer)


def _require_reachable(url: str, timeout_s: float) -> str:
    """Check that the host of a URL accepts connections, unless behind a proxy; return its name.

    Raises:
        SourceUnavailableError: there is no connection within the timeout.
    """
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host):
        return host  # the proxy resolves and connects; only the request itself can fail
    failure = _connection_failure(host, parts.port or _DEFAULT_PORTS[parts.scheme], timeout_s)
    if failure is not None:
        raise UnreachableSourceError(f"{host} cannot be reached: {failure}")
    return host


def _connection_failure(host: str, port: int, timeout_s: float) -> str | None:
    """Return the reason why a connection to a host fails, None if it succeeds."""
    results: queue.Queue[str | None] = queue.Queue()

    def connect() -> None:
        try:
            socket.create_connection((host, port), timeout=timeout_s).close()
        except OSError as error:
            results.put(error.strerror or str(error))
        else:
            results.put(None)

    threading.Thread(target=connect, daemon=True).start()
    try:
        return results.get(timeout=timeout_s)
    except queue.Empty:
        return f"no answer within {timeout_s:g} s"
