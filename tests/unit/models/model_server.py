"""A model hub on loopback that can be told to misbehave."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pipeline.models.manifest import HubSource


class ModelServer(ThreadingHTTPServer):
    """Gives contents by file name, and keeps a list of the paths asked for."""

    daemon_threads = True

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.contents = contents
        self.asked: list[str] = []
        self.redirect_to = ""
        self.stall_after: int | None = None
        self.cut_after: int | None = None
        self.is_holding = False
        self.released = threading.Event()
        self.has_stalled = threading.Event()

    @property
    def source(self) -> HubSource:
        return HubSource(f"http://127.0.0.1:{self.server_port}/{{revision}}/{{file}}")


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.server.is_holding:
            self.server.released.wait()
        name = self.path.rsplit("/", 1)[-1]
        if self.server.redirect_to:
            self._redirect()
        elif name in self.server.contents:
            self._send(self.server.contents[name])
        else:
            self.send_error(404, "Not Found")

    def _redirect(self) -> None:
        target, self.server.redirect_to = self.server.redirect_to, ""
        self.send_response(302)
        self.send_header("Location", target)
        self.end_headers()

    def _send(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        if self.path.endswith(".html"):
            self.send_header("Content-Type", "text/html")
        self.end_headers()
        if self.server.stall_after is not None and len(content) > self.server.stall_after:
            self.wfile.write(content[: self.server.stall_after])
            self.wfile.flush()
            self.server.has_stalled.set()
            self.server.released.wait()
            return
        self.wfile.write(content[: self.server.cut_after])

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
