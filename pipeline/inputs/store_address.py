"""Parsing of object store addresses such as s3://bucket/folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.core.errors import AddressRefusedError
from pipeline.inputs.named_input import printable

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_MAX_CHARACTERS = 8_192
# Kinds of addresses of fsspec that are no stores: files of this machine, web addresses, which have
# rules of their own, archives, and addresses that wrap or combine others.
_NOT_STORES = frozenset(
    {
        *("file", "local", "asynclocal", "http", "https", "ftp", "data", "github", "git"),
        *("zip", "tar", "libarchive", "dir", "cached", "blockcache", "filecache", "simplecache"),
        *("async_wrapper", "generic", "reference", "jupyter", "jlab", "dask"),
    }
)


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """A valid address of a file or folder in an object store.

    Attributes:
        scheme: kind of the store, such as s3.
        url: the whole address.
    """

    scheme: str
    url: str

    @property
    def shown(self) -> str:
        """Address for messages, without its query, which may contain a secret."""
        return printable(self.url.partition("?")[0])

    @property
    def name(self) -> str:
        """Last part of the path."""
        return PurePosixPath(self.shown).name


def is_store_address(text: str) -> bool:
    """Return whether a text is an address with a scheme that fsspec supports."""
    scheme = _scheme_of(text)
    if not scheme or scheme in _NOT_STORES:
        return False
    import fsspec  # noqa: PLC0415 - not for paths and web addresses

    return scheme in fsspec.available_protocols()


def parse_store_address(text: str) -> StoreAddress:
    """Parse an address for which `is_store_address` returns True.

    Raises:
        AddressRefusedError: the address has a password, combines several ones, or is too long.
    """
    url = text.strip()
    path = url.partition("://")[2]
    place = path.partition("/")[0]
    if "@" in place and ":" in place.partition("@")[0]:
        raise AddressRefusedError(
            "The address contains a password. Set the store's credentials in the environment"
        )
    if "::" in url or len(url) > _MAX_CHARACTERS or not path.strip("/") or "\0" in url:
        raise AddressRefusedError("This is not a valid address of an object store. Check it")
    return StoreAddress(_scheme_of(url), url)


def _scheme_of(text: str) -> str:
    scheme, mark, _ = text.strip()[:_MAX_CHARACTERS].partition("://")
    scheme = scheme.lower()
    return scheme if mark and _SCHEME.fullmatch(scheme) else ""
