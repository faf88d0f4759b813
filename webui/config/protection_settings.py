"""Allowed host names and sites, in a module that imports quickly."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProtectionSettings:
    """Host names and sites allowed in addition to this machine's own.

    Attributes:
        hosts: names under which browsers may ask for the page; a leading dot admits all
            subdomains.
        origins: other sites (scheme, name, port) whose pages may read and change everything.
        embedders: sites that may show the page in a frame, as Content-Security-Policy writes them.
    """

    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    embedders: tuple[str, ...] = ()
