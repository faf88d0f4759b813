"""Command-line flags and environment variables that set allowed hosts and origins."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from webui.config.hosting import hosting_embedders, hosting_names
from webui.protection.host_names import host_of

HOSTS_VARIABLE = "SPEAKER_STUDIO_ALLOW_HOST"
ORIGINS_VARIABLE = "SPEAKER_STUDIO_ALLOW_ORIGIN"


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


def add_protection_flags(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    """Add the flags --allow-host and --allow-origin, with defaults from the environment."""
    parser.add_argument(
        "--allow-host",
        action="append",
        type=_host,
        default=[_host(each) for each in _listed(environment, HOSTS_VARIABLE)],
        metavar="NAME",
        help="further host name of the app, such as studio.example.org; may be "
        f"given several times (also {HOSTS_VARIABLE}, separated by commas)",
    )
    parser.add_argument(
        "--allow-origin",
        action="append",
        type=_origin,
        default=[_origin(each) for each in _listed(environment, ORIGINS_VARIABLE)],
        metavar="SITE",
        help="other site whose pages may use and embed this app, such as https://example.org; may "
        f"be given several times (also {ORIGINS_VARIABLE}, separated by commas)",
    )


def protection_from(
    chosen: argparse.Namespace, environment: Mapping[str, str]
) -> ProtectionSettings:
    """Return the host names and sites allowed by flags or by the hosting platform."""
    return ProtectionSettings(
        hosts=(*chosen.allow_host, *hosting_names(environment)),
        origins=tuple(chosen.allow_origin),
        embedders=hosting_embedders(environment),
    )


def _listed(environment: Mapping[str, str], variable: str) -> list[str]:
    return [each.strip() for each in environment.get(variable, "").split(",") if each.strip()]


def _host(text: str) -> str:
    host = host_of(text)
    if host is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a host name such as studio.example.org")
    return host


def _origin(text: str) -> str:
    parts = urlsplit(text.rstrip("/").lower())
    if (
        parts.scheme not in ("http", "https")
        or f"{parts.scheme}://{parts.netloc}" != parts.geturl()
    ):
        raise argparse.ArgumentTypeError(f"{text!r} is not a site such as https://example.org")
    return parts.geturl()
