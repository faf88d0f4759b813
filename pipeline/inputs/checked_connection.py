"""Connections to the public internet: a name is resolved once, and what was checked is used."""

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
"""The addresses of a host; may raise OSError."""

Connect = Callable[[str, int, float], socket.socket]
"""A connection to an address and port within seconds; may raise OSError."""


def look_up(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host, best first."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(address: str, port: int, timeout_s: float) -> socket.socket:
    """Connect directly, past any proxy: it would resolve the name again, and unchecked."""
    return socket.create_connection((address, port), timeout=timeout_s)


@dataclass(frozen=True, slots=True)
class Network:
    """How names become addresses, and addresses connections; every address is checked between.

    Attributes:
        look_up: asks for a host's addresses.
        connect: connects to one of them.
    """

    look_up: LookUp = look_up
    connect: Connect = connect

    def open(self, address: WebAddress, timeout_s: float) -> socket.socket:
        """Connect to a host, all of whose addresses must be public.

        The name is not looked up a second time, so that a name server cannot show a public
        address to the check and another one to the connection.

        Raises:
            AddressRefusedError: one of the addresses is not in the public internet.
            DownloadError: there is no such host, or none of its addresses answers in time.
        """
        found = self._look_up_in_time(address, timeout_s)
        if not found:
            raise DownloadError(f"{address.shown}: The host has no address. Check its name")
        if not all(is_public(each) for each in found):
            raise AddressRefusedError(
                f"{address.shown} is not in the public internet, so nothing is fetched from it. "
                "Copy the file to this computer and give its path"
            )
        return self._connect_to_first(found, address, timeout_s)

    def _look_up_in_time(self, address: WebAddress, timeout_s: float) -> list[str]:
        """Looking up knows no time limit, hence the thread."""
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
    """HTTP over a connection that is there already; encrypted for the name that was asked for."""

    def __init__(self, address: WebAddress, connected: socket.socket, timeout_s: float) -> None:
        default_port = 443 if address.scheme == "https" else 80
        super().__init__(address.host, address.port, timeout=timeout_s)
        self.default_port = default_port  # so that the Host header leaves it out
        connected.settimeout(timeout_s)
        if address.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(connected, server_hostname=address.host)
        else:
            self.sock = connected

    def connect(self) -> None:
        """Refuse to connect anew: that address would be unchecked."""
        raise http.client.NotConnected("the connection has ended")
