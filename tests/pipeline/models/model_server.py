"""A model hub on loopback that can be told to misbehave."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pipeline.models.manifest import HubSource


class ModelServer(ThreadingHTTPServer):
    """Gives contents by file name, and keeps lists of what was asked for.

    Attributes:
        asked: the paths, in order.
        ranges: the Range header of each of them, "" where there was none.
        redirect_to: where the next request is sent.
        refuse_with: a status instead of any content.
        stall_after: bytes after which an answer falls silent.
        cut_after: bytes after which the connection is closed.
        ignores_ranges: whether every answer is the whole file.
        ignores_conditions: whether If-Range is overlooked.
        pause_s: between pieces of an answer.
    """

    daemon_threads = True

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.contents = contents
        self.asked: list[str] = []
        self.ranges: list[str] = []
        self.redirect_to = ""
        self.refuse_with: int | None = None
        self.stall_after: int | None = None
        self.cut_after: int | None = None
        self.ignores_ranges = False
        self.ignores_conditions = False
        self.pause_s = 0.0
        self.is_holding = False
        self.released = threading.Event()
        self.has_stalled = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def source(self) -> HubSource:
        return HubSource(f"{self.url}/{{revision}}/{{file}}")


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.ranges.append(self.headers.get("Range", ""))
        if self.server.is_holding:
            self.server.released.wait()
        name = self.path.rsplit("/", 1)[-1]
        if self.server.redirect_to:
            self._redirect()
        elif self.server.refuse_with is not None:
            self.send_error(self.server.refuse_with)
        elif name in self.server.contents:
            self._answer(self.server.contents[name])
        else:
            self.send_error(404, "Not Found")

    def _redirect(self) -> None:
        target, self.server.redirect_to = self.server.redirect_to, ""
        self.send_response(302)
        self.send_header("Location", target)
        self.end_headers()

    def _answer(self, content: bytes) -> None:
        sample = content[:4096] + content[-4096:]  # of a large model all of it would take a second
        etag = f'"{hashlib.sha256(sample).hexdigest()[:16]}-{len(content)}"'
        start = self._start(etag)
        if start is not None and start >= len(content):
            self.send_error(416)
            return
        self.send_response(200 if start is None else 206)
        self.send_header("ETag", etag)
        if self.path.endswith(".html"):
            self.send_header("Content-Type", "text/html")
        if start is not None:
            span = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self.send_header("Content-Range", span)
        self._send(content[start or 0 :])

    def _start(self, etag: str) -> int | None:
        """Where the wanted part begins; None for the whole."""
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        condition = "" if self.server.ignores_conditions else self.headers.get("If-Range", "")
        if found is None or self.server.ignores_ranges or condition not in ("", etag):
            return None
        return int(found[1])

    def _send(self, content: bytes) -> None:
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.server.stall_after is not None and len(content) > self.server.stall_after:
            self.wfile.write(content[: self.server.stall_after])
            self.wfile.flush()
            self.server.has_stalled.set()
            self.server.released.wait()
            return
        content = content[: self.server.cut_after]
        step = 1 << 16
        for position in range(0, len(content), step):
            self.wfile.write(content[position : position + step])
            time.sleep(self.server.pause_s)

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            return  # whoever asked has hung up

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@contextmanager
def serve(contents: Mapping[str, bytes]) -> Iterator[ModelServer]:
    """A running server."""
    with ModelServer(contents) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()
