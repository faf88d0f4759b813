"""TCP proxy in front of an app: it blocks WebSockets and cuts connections, as networks do."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

_PIECE_BYTES = 65_536


class BlockingProxy:
    """The proxy; a context manager that listens on a port of its own."""

    def __init__(self, port: int) -> None:
        """Store the port of the app; `blocks_sockets` may be changed at any time."""
        self.blocks_sockets = False
        self.num_posts = 0  # of frames of live recordings
        self._port = port
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> BlockingProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Break every connection."""
        for each in tuple(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):  # the listener is closed
            while True:
                browser, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(browser,), daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        with suppress(OSError), browser, socket.create_connection(("127.0.0.1", self._port)) as app:
            self._open |= {browser, app}
            back = threading.Thread(target=self._copy, args=(app, browser), daemon=True)
            back.start()
            self._copy(browser, app)
            back.join()
            self._open -= {browser, app}

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE_BYTES):
                if self.blocks_sockets and b"upgrade: websocket" in piece.lower():
                    break
                self.num_posts += piece.startswith(b"POST /studio/live/")
                target.sendall(piece)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
