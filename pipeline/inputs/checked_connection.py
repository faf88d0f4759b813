"""Connections to public internet addresses only; each host is resolved once and then checked."""

from __future__ import annotations

import http.client
import queue
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.core.errors import AddressRefusedError, DownloadError
from pipeline.inputs.public_address import is_public
from pipeline.inputs.web_address import WebAddress

LookUp = Callable[[str, int], list[str]]
"""A function that returns the addresses of a host; it may raise OSError."""

Connect = Callable[[str, int, float], socket.socket]
"""A function that connects to an address and port within a time limit; it may raise OSError."""


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host from the system's resolver, in order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(address: str, port: int, timeout_s: float) -> socket.socket:
    """Open a direct connection, since a proxy would resolve the host name again without a check."""
    return socket.create_connection((address, port), timeout=timeout_s)


@dataclass(frozen=True, slots=True)
class Network:
    """A connection opener that resolves host names and checks the addresses.

    Attributes:
        look_up: function that returns a host's addresses.
        connect: function that connects to an address.
    """

    look_up: LookUp = look_up
    connect: Connect = connect

    def open(self, address: WebAddress, timeout_s: float) -> socket.socket:
        """Open a connection to a host if all of its addresses are public.

        The name is resolved only once, so that a name server cannot return a public address for
        the check and another one for the connection.

        Raises:
            AddressRefusedError: an address is not in the public internet.
            DownloadError: the host does not exist, or none of its addresses answers in time.
        """
        found = self._look_up_with_timeout(address, timeout_s)
        if not found:
            raise DownloadError(f"{address.shown}: The host has no address. Check its name")
        if not all(is_public(each) for each in found):
            raise AddressRefusedError(
                f"{address.shown} is not in the public internet, so nothing is fetched from it. "
                "Copy the file to this computer and give its path"
            )
        return self._connect_to_first(found, address, timeout_s)

    def _look_up_with_timeout(self, address: WebAddress, timeout_s: float) -> list[str]:
        """Resolve a host in a thread, because the system's resolver has no time limit.

        Raises:
            DownloadError: the host does not exist, or the time limit has passed.
        """
        answers: queue.Queue[list[str] | OSError | UnicodeError] = queue.Queue()

        def ask() -> None:
            try:
                answers.put(self.look_up(address.host, address.port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=ask, daemon=True).start()
        try:
            answer = answers.get(timeout=timeout_s)
        except queue.Empty:
            raise DownloadError(f"{address.shown}: Its name was not found in time") from None
        if isinstance(answer, Exception):
            raise DownloadError(
                f"{address.shown}: There is no such host, or no network"
            ) from answer
        return answer

    def _connect_to_first(
        self, found: list[str], address: WebAddress, timeout_s: float
    ) -> socket.socket:
        failure: OSError | None = None
        for each in found:
            try:
                return self.connect(each, address.port, timeout_s)
            except OSError as error:
                failure = error
        raise DownloadError(f"{address.shown} cannot be reached: {failure}") from failure


class CheckedConnection(http.client.HTTPConnection):
    """An HTTP connection over an existing socket, with TLS if the address is https."""

    def __init__(self, address: WebAddress, connected: socket.socket, timeout_s: float) -> None:
        default_port = 443 if address.scheme == "https" else 80
        super().__init__(address.host, address.port, timeout=timeout_s)
        self.default_port = default_port  # omits the port from the Host header
        connected.settimeout(timeout_s)
        if address.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(connected, server_hostname=address.host)
        else:
            self.sock = connected

    def connect(self) -> None:
        """Raise NotConnected, because a new connection could go to an unchecked address."""
        raise http.client.NotConnected("the connection has ended")
