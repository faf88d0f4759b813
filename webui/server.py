"""HTTP server of the app, with connection limits."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from webui.protection.connection_limits import (
    LimitedProtocol,
    LimitedWebSocket,
    connection_limits,
)
from webui.protection.request_heads import MAX_HEAD_BYTES

MAX_MESSAGE_BYTES = 512 << 10  # of a WebSocket: a thousand hotwords of a hundred characters
_STOP_S = 5.0
_BACKLOG = 128  # so many connections are accepted at once, before any of them is counted
_POLL_S = 0.005
_ALL_ADDRESSES = ("0.0.0.0", "::")


class ServerStartError(RuntimeError):
    """Error when the server cannot listen on its address."""


class PageServer:
    """uvicorn server in a background thread, so that the main thread receives signals."""

    def __init__(self, app: ASGIApp, host: str, port: int, *, behind_proxy: bool) -> None:
        """Configure the server without starting it.

        Args:
            app: the app to serve.
            host: address or name of the interface to listen on.
            port: TCP port.
            behind_proxy: whether all connections come from one proxy.
        """
        limits = connection_limits(behind_proxy=behind_proxy)
        self._host = host.strip("[]")
        self._port = port
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                host=self._host,
                port=port,
                http=LimitedProtocol.with_limits(limits),
                ws=LimitedWebSocket,
                ws_max_size=MAX_MESSAGE_BYTES,
                ws_per_message_deflate=False,  # samples hardly shrink, and a bomb would grow
                backlog=_BACKLOG,
                log_config=None,
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                h11_max_incomplete_event_size=MAX_HEAD_BYTES,
            )
        )
        # Waited for instead of the thread: Python takes a thread for dead once a signal has
        # interrupted a join.
        self._has_ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="server", daemon=True)

    @property
    def address(self) -> str:
        """URL of the app on this machine."""
        host = "localhost" if self._host in _ALL_ADDRESSES else self._host
        return f"http://[{host}]:{self._port}/" if ":" in host else f"http://{host}:{self._port}/"

    def start(self) -> None:
        """Start the server; return once it accepts requests.

        All objects that exist then are excluded from later garbage collections: a full one
        through Gradio, the routes and the libraries stops all threads for half a second.

        Raises:
            ServerStartError: if the address cannot be listened on.
        """
        self._thread.start()
        while not self._server.started:
            if self._has_ended.wait(_POLL_S):
                raise ServerStartError(self.address)
        gc.freeze()

    def wait(self, before_stop: Callable[[], None]) -> None:
        """Wait for Ctrl+C or SIGTERM; return when the server has stopped.

        Args:
            before_stop: ends responses that otherwise last until their clients disconnect.
        """
        try:
            self._has_ended.wait()
        except KeyboardInterrupt:
            before_stop()
            self.stop()

    def stop(self) -> None:
        """Stop the server; return after some seconds even if responses have not ended."""
        self._server.should_exit = True
        self._has_ended.wait(_STOP_S)

    def _run(self) -> None:
        try:
            self._server.run()
        finally:
            self._has_ended.set()
