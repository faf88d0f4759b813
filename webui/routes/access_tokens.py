"""HTTP routes that list, create and revoke a person's access tokens."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import partial
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from storage.db.errors import NotFoundError
from webui.auth.access_tokens import AccessToken, AccessTokens, TokenRefusedError
from webui.routes.handler import (
    AccessScope,
    BadRequestError,
    Body,
    checked_handler,
    json_answer,
    refusal,
)
from webui.services.access import Visitor


def build_token_routes(tokens: AccessTokens) -> list[BaseRoute]:
    """Return the routes of the tokens of the person who makes the request."""
    own = partial(checked_handler, concerns=AccessScope.THE_VISITOR)
    return [
        Route("/studio/tokens", own(partial(_list, tokens)), methods=["GET"]),
        Route(
            "/studio/tokens",
            own(partial(_create, tokens), changes=True, takes_body=True),
            methods=["POST"],
        ),
        Route(
            "/studio/tokens/{token_id}",
            own(partial(_revoke, tokens), changes=True),
            methods=["DELETE"],
        ),
    ]


def _list(tokens: AccessTokens, visitor: Visitor) -> Response:
    return json_answer({"tokens": list(map(_view, tokens.list(_person(visitor))))})


def _create(tokens: AccessTokens, body: Body, visitor: Visitor) -> Response:
    name = body.get("name")
    if not isinstance(name, str):
        raise BadRequestError("The name of a token is a text.")
    try:
        token, secret = tokens.create(_person(visitor), name)
    except TokenRefusedError as error:
        return refusal(422, "refused", message=str(error), key=error.key)
    return json_answer({**_view(token), "secret": secret})


def _revoke(tokens: AccessTokens, token_id: str, visitor: Visitor) -> Response:
    tokens.revoke(_person(visitor), token_id)
    return json_answer({})


def _person(visitor: Visitor) -> str:
    """Return the visitor's user name.

    Raises:
        NotFoundError: if nobody is logged in.
    """
    if visitor.name is None:
        raise NotFoundError("Tokens belong to people who log in.")
    return visitor.name


def _view(token: AccessToken) -> dict[str, Any]:
    return {
        "id": token.token_id,
        "name": token.name,
        "made_at": _time(token.made_at),
        "used_at": None if token.used_at is None else _time(token.used_at),
    }


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat()
