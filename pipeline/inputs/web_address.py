"""Parsing and validation of web addresses, without a connection."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urljoin, urlsplit

from pipeline.core.errors import AddressRefusedError
from pipeline.inputs.named_input import printable

DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_LETTERS = 8_192
_SAFE_IN_TARGET = "/%:@!$&'()*+,;=~-._?"


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A valid http or https address.

    Attributes:
        scheme: http or https.
        host: the host name in ASCII.
        port: 1 to 65535.
        target: path and query of the request.
        file_name: last part of the path, "" if it ends with a slash.
    """

    scheme: str
    host: str
    port: int
    target: str
    file_name: str

    @property
    def shown(self) -> str:
        """Address for messages, without the query, which may contain a secret."""
        return printable(f"{self.host}/{self.file_name}" if self.file_name else self.host)

    def redirected(self, location: str) -> WebAddress:
        """Resolve a redirect location relative to this address; return the new address.

        Raises:
            AddressRefusedError: the target is no web address, or http while this one is https.
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        base = f"{self.scheme}://{host}:{self.port}{self.target}"
        address = parse_web_address(_joined(base, location))
        if self.scheme == "https" and address.scheme != "https":
            raise AddressRefusedError(
                f"{self.shown} redirects to an address without encryption, which is not followed"
            )
        return address


def is_web_address(text: str) -> bool:
    """Return whether a text is a web address instead of a path."""
    scheme, mark, _ = text.strip()[:MAX_LETTERS].partition("://")
    return bool(mark) and scheme.isascii() and scheme.replace("+", "").isalnum()


def parse_web_address(text: str) -> WebAddress:
    """Parse and validate an http or https address.

    Raises:
        AddressRefusedError: the scheme is not http or https, the address has a name or password,
            or it is invalid.
    """
    try:
        parts = urlsplit(text.strip()[: MAX_LETTERS + 1])
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise AddressRefusedError("This is not a valid web address. Check it") from error
    if parts.scheme not in DEFAULT_PORTS:
        raise AddressRefusedError(
            f"Only http and https addresses can be fetched, got {printable(parts.scheme)!r}"
        )
    if parts.username is not None or parts.password is not None:
        raise AddressRefusedError(
            "The address contains a name or password. Download the file first"
        )
    if not host or len(text) > MAX_LETTERS or port == 0:
        raise AddressRefusedError("This is not a valid web address. Check it")
    target = quote(parts.path or "/", safe=_SAFE_IN_TARGET)
    if parts.query:
        target += "?" + quote(parts.query, safe=_SAFE_IN_TARGET)
    file_name = PurePosixPath(unquote(parts.path)).name if not parts.path.endswith("/") else ""
    return WebAddress(parts.scheme, host, port or DEFAULT_PORTS[parts.scheme], target, file_name)


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError as error:
        raise AddressRefusedError("The address redirects to something invalid") from error
