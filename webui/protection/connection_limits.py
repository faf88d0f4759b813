"""Limits of the number of open connections, of their time without data and of their unsent data."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

logger = logging.getLogger(__name__)

MAX_CONNECTIONS = 4_096
MAX_CONNECTIONS_OF_ADDRESS = 512  # many people may share one
HANDLES_PER_CONNECTION = 3  # its socket, a file being downloaded, a file being uploaded
RESERVED_HANDLES = 256  # for the database, the log, the engine's processes
WANTED_HANDLES = MAX_CONNECTIONS * HANDLES_PER_CONNECTION + RESERVED_HANDLES
HEADER_S = 12.0
NEXT_REQUEST_S = 1.0  # until a new or just used connection sends a request
BODY_SILENCE_S = 60.0
MAX_UNSENT_BYTES = 64 << 20  # of all responses that their clients do not read
_PARSED_BYTES = 4_096  # of a WebSocket at once; a frame has at least six
_MAX_PINGS = 20  # of a WebSocket within a second; text messages count as pings, binary ones do not
_BAD_UPGRADE = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Maximum numbers of open connections, and their time-outs.

    Attributes:
        total: all connections.
        of_address: connections per address.
        header_s: seconds until a request's headers are complete, from the connection or their first
            byte.
        body_silence_s: seconds between two pieces of a body.
        unsent_bytes: data of responses that wait until clients read them, of all connections but
            the one that got the last data.
    """

    total: int = MAX_CONNECTIONS
    of_address: int = MAX_CONNECTIONS_OF_ADDRESS
    header_s: float = HEADER_S
    body_silence_s: float = BODY_SILENCE_S
    unsent_bytes: int = MAX_UNSENT_BYTES


def connection_limits(*, behind_proxy: bool) -> ConnectionLimits:
    """Return limits that fit the process's limit of open file handles, which is raised first.

    Args:
        behind_proxy: whether all connections come from the address of one proxy.
    """
    handles = raised_handle_limit(WANTED_HANDLES)
    total = max(16, min(MAX_CONNECTIONS, (handles - RESERVED_HANDLES) // HANDLES_PER_CONNECTION))
    return ConnectionLimits(
        total=total,
        of_address=total if behind_proxy else min(total, MAX_CONNECTIONS_OF_ADDRESS),
    )


def raised_handle_limit(wanted: int) -> int:
    """Raise this process's limit of open file handles as far as allowed; return the limit."""
    try:
        import resource  # noqa: PLC0415 - not on Windows, which has no such limit
    except ImportError:
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    raised = max(soft, wanted if hard == resource.RLIM_INFINITY else min(wanted, hard))
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
    except (OSError, ValueError):
        return soft
    return raised


class _Connections:
    """Open connections in order of opening, counted per address."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limits = limits
        self._open: dict[LimitedProtocol, None] = {}
        self._of_address: Counter[str] = Counter()

    def add(self, newcomer: LimitedProtocol) -> None:
        """Add a connection; above a limit, drop one of the address with the most connections."""
        self._open[newcomer] = None
        self._of_address[newcomer.address] += 1
        greediest, most = newcomer.address, self._of_address[newcomer.address]
        if len(self._open) > self._limits.total:
            ((greediest, most),) = self._of_address.most_common(1)
        elif most <= self._limits.of_address:
            return
        others = [each for each in self._open if each.address == greediest and each != newcomer]
        (_least_useful(others) if others else newcomer).drop()

    def limit_unsent(self, newest: LimitedProtocol) -> None:
        """Drop connections with the most unsent data until the others' data is below the limit."""
        slow = sorted((each for each in self._open if each != newest), key=_num_unsent)
        excess = sum(map(_num_unsent, slow)) - self._limits.unsent_bytes
        while excess > 0:
            excess -= _num_unsent(slow[-1])
            slow.pop().drop()

    def remove(self, connection: LimitedProtocol) -> None:
        if connection in self._open:
            del self._open[connection]
            self._of_address[connection.address] -= 1
            if not self._of_address[connection.address]:
                del self._of_address[connection.address]


def _least_useful(connections: Iterable[LimitedProtocol]) -> LimitedProtocol:
    """Return the connection to drop, preferably idle, then not sending, then longest silent."""
    return min(connections, key=lambda each: (not each.is_idle, each.is_sending, each.last_data_s))


def _num_unsent(connection: LimitedProtocol) -> int:
    return connection.transport.get_write_buffer_size()


class _Phase(Enum):
    """Part of a request that a connection waits for its client to send."""

    HEADERS = "headers"
    BODY = "body"
    NOTHING = "nothing"


class LimitedProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol with time-outs and a limit of open connections."""

    _limits: ClassVar[ConnectionLimits] = ConnectionLimits()
    _connections: ClassVar[_Connections] = _Connections(ConnectionLimits())

    address = ""
    _phase = _Phase.NOTHING
    _timer: asyncio.TimerHandle | None = None
    _has_spoken = False
    last_data_s = 0.0

    @classmethod
    def with_limits(cls, limits: ConnectionLimits) -> type[LimitedProtocol]:
        """Return a subclass with these limits and its own count of connections, for one server."""
        members = {"_limits": limits, "_connections": _Connections(limits)}
        return type("ServerProtocol", (cls,), members)

    @property
    def is_waiting(self) -> bool:
        """Whether no request is under way."""
        return self.conn.their_state is h11.IDLE

    @property
    def is_idle(self) -> bool:
        """Whether no request is under way and NEXT_REQUEST_S has passed since the last data."""
        return self.is_waiting and self.loop.time() - self.last_data_s > NEXT_REQUEST_S

    @property
    def is_sending(self) -> bool:
        """Whether the client is in the middle of a request's body."""
        return self.conn.their_state is h11.SEND_BODY

    def connection_made(self, transport: Any) -> None:
        """Register the new connection and start the time-out for its first request."""
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self.last_data_s = self.loop.time()
        self._connections.add(self)
        self._enter(_Phase.HEADERS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the time-out and remove the connection from the open ones."""
        self._enter(_Phase.NOTHING)
        self.forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse received data and set the time-out for the data expected next."""
        self._has_spoken = True
        self.note_data()
        super().data_received(data)
        if self.transport.is_closing():
            self._enter(_Phase.NOTHING)
        elif self.is_sending:
            self._enter(_Phase.BODY)
        else:
            self._enter(_Phase.HEADERS if self.is_waiting else _Phase.NOTHING)

    def pause_writing(self) -> None:
        """Record that the client reads more slowly than data is sent; limit the unsent data."""
        super().pause_writing()
        self.limit_unsent()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Pass the connection on to a WebSocket, which counts as this connection until it ends."""
        self.ws_protocol_class = partial(LimitedWebSocket, self)  # type: ignore[assignment]
        super().handle_websocket_upgrade(event)
        upgraded = self.transport.get_protocol()
        if isinstance(upgraded, LimitedWebSocket) and not upgraded.handshake_initiated:
            self.transport.write(_BAD_UPGRADE)  # uvicorn answers nothing, and waits for nothing
            self.transport.close()

    def note_data(self) -> None:
        """Record the time of the last data from the client."""
        self.last_data_s = self.loop.time()

    def limit_unsent(self) -> None:
        """Limit the unsent data of all connections after a write to this one."""
        self._connections.limit_unsent(self)

    def forget(self) -> None:
        """Remove the closed connection from the open ones."""
        self._connections.remove(self)

    def drop(self) -> None:
        """Abort the connection at once."""
        self._connections.remove(self)
        self.transport.abort()

    def _enter(self, phase: _Phase) -> None:
        if phase is self._phase:
            return
        self._phase = phase
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if phase is _Phase.HEADERS:
            self._timer = self.loop.call_later(self._limits.header_s, self._end_headers)
        elif phase is _Phase.BODY:
            self._timer = self.loop.call_later(self._limits.body_silence_s, self._end_silence)

    def _end_headers(self) -> None:
        if self.transport.is_closing() or not self.is_waiting:
            return
        if self._has_spoken:
            self.transport.write(_TOO_SLOW)
        self.transport.close()

    def _end_silence(self) -> None:
        silent_s = self.loop.time() - self.last_data_s
        left_s = self._limits.body_silence_s - silent_s
        if self.flow.read_paused or left_s > 0:  # it is our turn, or something has come meanwhile
            self._timer = self.loop.call_later(max(left_s, 1.0), self._end_silence)
        else:
            self.transport.abort()


class LimitedWebSocket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol with the limits of the connection that it was upgraded from."""

    def __init__(self, http: LimitedProtocol, **given: Any) -> None:
        """Store the connection; `given` is for uvicorn's protocol."""
        super().__init__(**given)
        self._http = http
        self._num_pings = 0
        self._pings_since_s = 0.0

    def connection_lost(self, exc: Exception | None) -> None:
        """Remove the connection from the open ones."""
        self._http.forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse received data in pieces, so that a connection can be dropped between them."""
        self._http.note_data()
        for start in range(0, len(data), _PARSED_BYTES):
            if not self.transport.is_closing():
                super().data_received(data[start : start + _PARSED_BYTES])

    def pause_writing(self) -> None:
        """Record that the client reads more slowly than data is sent; limit the unsent data."""
        super().pause_writing()
        self._http.limit_unsent()

    def handle_ping(self) -> None:
        """Answer a ping; drop a client that sends many, or does not read the answers."""
        if self._is_flood() or not self.writable.is_set():
            self.transport.abort()
        else:
            super().handle_ping()

    def handle_text(self, event: Frame) -> None:
        """Accept a text message; drop a client that sends many, each of which is parsed as JSON."""
        if self._is_flood():
            self.transport.abort()
        else:
            super().handle_text(event)

    def handle_cont(self, event: Frame) -> None:
        """Accept a part of a message; drop a client that sends an empty part before the last."""
        if event.data or event.fin:
            super().handle_cont(event)
        else:
            self.transport.abort()

    async def send(self, message: Any) -> None:
        """Send a message; after a refused handshake, note that uvicorn has no error to log."""
        await super().send(message)
        self.handshake_complete = self.handshake_complete or self.close_sent

    def _is_flood(self) -> bool:
        """Count a ping or a text message; return whether there are too many within a second."""
        now_s = self.loop.time()
        if now_s - self._pings_since_s > 1.0:
            self._num_pings, self._pings_since_s = 0, now_s
        self._num_pings += 1
        return self._num_pings > _MAX_PINGS
