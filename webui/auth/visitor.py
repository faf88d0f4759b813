"""Who makes a request: noted once, where it comes in, for everything that answers it."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from webui.services.access import EVERYBODY, AccessService, Visitor

_PLACE = "speaker_studio.visit"

Scope = MutableMapping[str, Any]  # as ASGI has it


@dataclass(frozen=True, slots=True)
class Visit:
    """A request's visitor, and what decides on what they may do."""

    visitor: Visitor
    access: AccessService


def note_visit(scope: Scope, visit: Visit) -> None:
    """Say who makes the request."""
    scope[_PLACE] = visit


def visit_of(scope: Mapping[str, Any]) -> Visit | None:
    """What was noted; None in an app that tells nobody from anybody."""
    visit = scope.get(_PLACE)
    return visit if isinstance(visit, Visit) else None


def visitor_of(scope: Mapping[str, Any]) -> Visitor:
    """Who makes the request."""
    visit = visit_of(scope)
    return EVERYBODY if visit is None else visit.visitor


def cookie_of(scope: Mapping[str, Any], name: str) -> str | None:
    """A cookie of a request; None where it has none of that name."""
    for header, value in scope.get("headers", ()):
        if header != b"cookie":
            continue
        for part in value.decode("latin-1").split(";"):
            key, _, found = part.strip().partition("=")
            if key == name:
                return str(found)
    return None


def cookie_header(
    scope: Mapping[str, Any], name: str, value: str, *, max_age_s: int, embedded: bool = False
) -> tuple[bytes, bytes]:
    """Return the header that sets a cookie which no script can read, over HTTPS for HTTPS alone.

    Args:
        scope: of the request that is answered.
        name: of the cookie.
        value: of letters, digits, dots and the like; empty to remove the cookie.
        max_age_s: how long the browser keeps it.
        embedded: whether the page is shown inside another site's, over HTTPS: there browsers send
            a cookie only if it says so, and `Partitioned` keeps it apart for each such site.
    """
    place = "SameSite=Lax"
    if embedded:
        place = "SameSite=None; Secure; Partitioned"
    elif scope.get("scheme") == "https":
        place += "; Secure"
    return (
        b"set-cookie",
        f"{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; {place}".encode(),
    )
