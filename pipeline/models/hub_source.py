"""Fetches model files over https from a model hub."""

from __future__ import annotations

import http.client
import queue
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Generator, Iterator, Sequence
from typing import IO, Any

from pipeline.models.manifest import HubSource, ModelFile, ModelSpec
from pipeline.models.sources import Chunks, SourceUnavailableError
from pipeline.progress import Report

CONNECT_TIMEOUT_S = 3.0  # a hub that is blocked must not keep the next source waiting
READ_TIMEOUT_S = 30.0
CHUNK_BYTES = 1 << 20
USER_AGENT = "speaker-studio"
_DEFAULT_PORTS = {"http": 80, "https": 443}


class HubFetcher:
    """Reads the files of one hub source."""

    def __init__(self, source: HubSource, *, connect_timeout_s: float = CONNECT_TIMEOUT_S) -> None:
        """Fetch from `source`, which gets `connect_timeout_s` to answer at all."""
        self._source = source
        self._connect_timeout_s = connect_timeout_s

    def read(
        self, model: ModelSpec, files: Sequence[ModelFile], *, report: Report
    ) -> Generator[tuple[ModelFile, Chunks], None, None]:
        """One request a file; bytes are counted where they are read, so `report` is not needed."""
        report(0, model.num_bytes)
        for file in files:
            url = self._source.url.format(revision=model.revision, file=file.name)
            host = _require_reachable(url, self._connect_timeout_s)
            try:
                response = _open(url)
            except (OSError, http.client.HTTPException) as error:
                raise SourceUnavailableError(_reason(host, error)) from error
            with response:
                yield file, _chunks(response, host)


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


def _open(url: str) -> Any:  # Any: urllib gives what its handlers give, here an HTTPResponse
    request = urllib.request.Request(url, headers={"User-Agent": USER_AGENT})
    return urllib.request.build_opener(_SafeRedirects()).open(request, timeout=READ_TIMEOUT_S)


def _chunks(response: http.client.HTTPResponse, host: str) -> Iterator[bytes]:
    while True:
        try:
            chunk = response.read(CHUNK_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise SourceUnavailableError(_reason(host, error)) from error
        if not chunk:
            return
        yield chunk


def _reason(host: str, error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"{host} answered {error.code} {error.reason}"
    if isinstance(error, TimeoutError):
        return f"{host} stopped answering"
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    return f"{host} could not be read: {cause}"


def _require_reachable(url: str, timeout_s: float) -> str:
    """Give the host, once a connection to it has been made.

    Raises:
        SourceUnavailableError: if there was none in time.
    """
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host):
        return host  # the proxy resolves and connects; only the request itself can tell
    failure = _connection_failure(host, parts.port or _DEFAULT_PORTS[parts.scheme], timeout_s)
    if failure is not None:
        raise SourceUnavailableError(f"{host} cannot be reached: {failure}")
    return host


def _connection_failure(host: str, port: int, timeout_s: float) -> str | None:
    """Why no connection came about; resolving a name knows no timeout, hence the thread."""
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
