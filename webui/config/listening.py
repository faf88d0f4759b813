"""Startup check that the app can listen on its address and port."""

from __future__ import annotations

import errno
import os
import socket

from pipeline.core.errors import OptionError

_GRADIO_HOST = "GRADIO_SERVER_NAME"  # Gradio's variable for its default host
_LOOPBACK = "127.0.0.1"
_TAKEN = (errno.EADDRINUSE,)
_FORBIDDEN = (errno.EACCES, errno.EPERM)
MAX_PORT = 65_535


def check_address(host: str | None, port: int) -> None:
    """Raise an error unless a server can listen on the address now.

    Args:
        host: address to listen on; None for Gradio's default.
        port: TCP port.

    Raises:
        OptionError: if the port is taken or reserved, or the host is not an address of this
            machine.
    """
    _check(listening_host(host).strip("[]"), port)


def listening_host(host: str | None) -> str:
    """Return the address or name to listen on, which is Gradio's default if host is None."""
    return host or os.environ.get(_GRADIO_HOST) or _LOOPBACK


def taken_port(port: int) -> OptionError:
    """Return the error for a port that another program uses."""
    return OptionError(
        f"Port {port} is taken by another program. Stop that program, or choose another port with "
        f"--port, such as --port {port + 1 if port < MAX_PORT else port - 1}."
    )


def _check(host: str, port: int) -> None:
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            with socket.socket(family, kind, protocol) as probe:
                if os.name != "nt":  # on Windows the option lets two programs share a port
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as error:
        raise _explained(error, host, port) from error


def _explained(error: OSError, host: str, port: int) -> OptionError:
    if error.errno in _TAKEN:
        return taken_port(port)
    if error.errno in _FORBIDDEN:
        return OptionError(
            f"Port {port} may not be opened by this user. Choose a port above 1023 with --port."
        )
    return OptionError(
        f"'{host}' is not an address of this machine ({error.strerror}). "
        "Choose another one with --host."
    )
