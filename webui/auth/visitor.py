"""Storage of a request's visitor in its ASGI scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from webui.services.access import EVERYBODY, AccessService, Visitor

_PLACE = "speaker_studio.visit"

Scope = MutableMapping[str, Any]  # as ASGI has it


@dataclass(frozen=True, slots=True)
class Visit:
    """The visitor of a request, and the service that checks their access.

    Attributes:
        visitor: as identified at the start of the request.
        access: checks which recordings the visitor may see and change.
        is_valid: returns whether the login of the request is still valid.
    """

    visitor: Visitor
    access: AccessService
    is_valid: Callable[[], bool] = lambda: True


def note_visit(scope: Scope, visit: Visit) -> None:
    """Store the visit in the request's ASGI scope."""
    scope[_PLACE] = visit


def visit_of(scope: Mapping[str, Any]) -> Visit | None:
    """Return the visit in the request's ASGI scope; None if no middleware has stored one."""
    visit = scope.get(_PLACE)
    return visit if isinstance(visit, Visit) else None


def visitor_of(scope: Mapping[str, Any]) -> Visitor:
    """Return the request's visitor; without a stored visit, one with full access."""
    visit = visit_of(scope)
    return EVERYBODY if visit is None else visit.visitor


def has_valid_login(scope: Mapping[str, Any]) -> bool:
    """Return whether a request's login is still valid; True in an app without login."""
    visit = visit_of(scope)
    return visit is None or visit.is_valid()


def cookie_of(scope: Mapping[str, Any], name: str) -> str | None:
    """Return the value of a request's cookie; None if the request has none of that name."""
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
    """Return a Set-Cookie header for an HttpOnly cookie, Secure if the request came by HTTPS.

    Args:
        scope: scope of the answered request.
        name: name of the cookie.
        value: letters, digits, dots and the like; empty to remove the cookie.
        max_age_s: lifetime in seconds.
        embedded: whether the page is framed by another site, over HTTPS: browsers then need
            SameSite=None, and `Partitioned` separates the cookie for each such site.
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
