"""HTTP routes of the workspace's glossary."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from webui.routes.handler import (
    AccessScope,
    BadRequestError,
    Body,
    checked_handler,
    json_answer,
)
from webui.services.container import Services
from webui.views.glossary import glossary_view


def build_glossary_routes(services: Services) -> list[BaseRoute]:
    """Return the routes below `/studio/glossary` that list and change the words."""
    changes: dict[str, Callable[..., Response]] = {
        "": _add,
        "/use": _use,
        "/delete": _delete,
        "/decline": _decline,
    }
    return [
        Route(
            "/studio/glossary",
            checked_handler(partial(_list, services), concerns=AccessScope.THE_WORKSPACE),
            methods=["GET"],
        ),
        *(
            Route(
                f"/studio/glossary{path}",
                checked_handler(
                    partial(answer, services),
                    concerns=AccessScope.THE_WORKSPACE,
                    changes=True,
                    takes_body=True,
                ),
                methods=["POST"],
            )
            for path, answer in changes.items()
        ),
    ]


def _list(services: Services) -> Response:
    return json_answer(glossary_view(services.glossary.overview()))


def _add(services: Services, body: Body) -> Response:
    recording_id = body.get("recording_id")
    if not (recording_id is None or isinstance(recording_id, str)):
        raise BadRequestError("The recording_id of a word is an id or null.")
    services.glossary.add(
        _text(body, "word"),
        person=_text(body, "author", ""),
        heard_as=_text(body, "heard_as", ""),
        recording_id=recording_id,
    )
    return json_answer({})


def _use(services: Services, body: Body) -> Response:
    is_on = body.get("is_on")
    if not isinstance(is_on, bool):
        raise BadRequestError("A word is switched by is_on: true or false.")
    services.glossary.use(_text(body, "word"), is_on=is_on)
    return json_answer({})


def _delete(services: Services, body: Body) -> Response:
    services.glossary.delete(_text(body, "word"), person=_text(body, "author", ""))
    return json_answer({})


def _decline(services: Services, body: Body) -> Response:
    services.glossary.decline(_text(body, "word"), person=_text(body, "author", ""))
    return json_answer({})


def _text(body: Body, name: str, otherwise: str | None = None) -> str:
    value = body.get(name, otherwise)
    if not isinstance(value, str):
        raise BadRequestError(f"The field {name} of a word is text.")
    return value
