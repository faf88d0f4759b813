"""Which names and other sites are let in: the values alone, for who reads flags first."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProtectionSettings:
    """Names and sites that are let in beside this machine's own.

    Attributes:
        hosts: names under which browsers may ask for the page; one that begins with a dot admits
            all names below it.
        origins: other sites (scheme, name, port) whose pages may read and change everything.
        embedders: sites that may show the page in a frame, as Content-Security-Policy writes them.
    """

    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    embedders: tuple[str, ...] = ()
