"""A web server on loopback, and a network in which public addresses lead to it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pipeline.inputs.checked_connection import Network

PUBLIC = "93.184.216.34"

Answer = Callable[[BaseHTTPRequestHandler], None]


class WebServer(ThreadingHTTPServer):
    """Answers by path, and keeps the path and Host header of every request."""

    daemon_threads = True

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.asked: list[tuple[str, str]] = []
        self.released = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: WebServer

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Host"]))
        self.server.answers[self.path](self)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


def content(body: bytes, media_type: str = "audio/wav", *, length: int | None = None) -> Answer:
    """The body, under a length that may be a lie."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def redirect(location: str, status: int = 302) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Location", location)
        handler.end_headers()

    return answer


@contextmanager
def serve(
    answers: Mapping[str, Answer], context: ssl.SSLContext | None = None
) -> Iterator[WebServer]:
    """A running server, encrypted where there is a context."""
    with WebServer(answers) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


class Internet:
    """Hosts with addresses of the test's choice; every connection leads to one server.

    The addresses are checked as ever: the server's own would be refused.
    """

    def __init__(self, server: WebServer, hosts: Mapping[str, list[str]]) -> None:
        self._server = server
        self._hosts = hosts
        self.looked_up: list[str] = []
        self.connected_to: list[str] = []

    @property
    def network(self) -> Network:
        return Network(self._look_up, self._connect)

    def _look_up(self, host: str, port: int) -> list[str]:
        self.looked_up.append(host)
        if host not in self._hosts:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self._hosts[host]

    def _connect(self, address: str, port: int, timeout_s: float) -> socket.socket:
        self.connected_to.append(address)
        return socket.create_connection(("127.0.0.1", self._server.server_port), timeout=timeout_s)
