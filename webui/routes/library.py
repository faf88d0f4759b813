"""HTTP routes of recording details, search and the choice of a recording's transcript."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from storage.library.metadata import RecordingDetails
from webui.routes.handler import AccessScope, BadRequestError, Body, checked_handler, json_answer
from webui.services.access import Visitor
from webui.services.container import Services
from webui.views.library import choice_view, found_view, sentences_view


def build_library_routes(services: Services) -> list[BaseRoute]:
    """Return the routes of recording details, search, copies and the choice of a transcript."""
    return [
        Route(
            "/studio/search",
            checked_handler(
                partial(_search, services), concerns=AccessScope.THE_VISITOR, reads=_query
            ),
        ),
        Route(
            "/studio/sentences",
            checked_handler(
                partial(_with_word, services), concerns=AccessScope.THE_VISITOR, reads=_word
            ),
        ),
        Route(
            "/studio/recordings/{recording_id}",
            checked_handler(partial(_describe, services), changes=True, takes_body=True),
            methods=["PATCH"],
        ),
        Route(
            "/studio/recordings/{recording_id}/copy",
            checked_handler(
                partial(_copy, services),
                concerns=AccessScope.A_COPY,
                changes=True,
                takes_body=True,
            ),
            methods=["POST"],
        ),
        Route(
            "/studio/recordings/{recording_id}/transcripts",
            checked_handler(partial(_transcripts, services)),
        ),
        Route(
            "/studio/transcripts/{transcript_id}/choose",
            checked_handler(partial(_choose, services), changes=True),
            methods=["POST"],
        ),
    ]


def _query(request: Request) -> dict[str, Any]:
    return {"query": request.query_params.get("q", "")}


def _search(services: Services, query: str, visitor: Visitor) -> Response:
    found = services.library.search(query, owner=visitor.owner)
    return json_answer({"found": [found_view(each) for each in found]})


def _word(request: Request) -> dict[str, Any]:
    given = request.query_params
    return {"word": given.get("word", ""), "without": given.get("without", "")}


def _with_word(services: Services, word: str, without: str, visitor: Visitor) -> Response:
    found = services.library.with_word(word, owner=visitor.owner, without=without)
    return json_answer({"recordings": sentences_view(found)})


def _describe(services: Services, recording_id: str, body: Body) -> Response:
    try:
        services.library.describe(recording_id, _details(body))
    except ValueError as error:
        raise BadRequestError(str(error)) from error
    return json_answer({})


def _copy(services: Services, recording_id: str, body: Body, visitor: Visitor) -> Response:
    title = _text(body, "title") or ""
    return json_answer({"id": services.copies.copy(recording_id, visitor, title=title)})


def _transcripts(services: Services, recording_id: str) -> Response:
    choices = services.library.transcripts(recording_id)
    return json_answer({"transcripts": [choice_view(each) for each in choices]})


def _choose(services: Services, transcript_id: str) -> Response:
    services.library.choose(transcript_id)
    return json_answer({})


def _details(body: Body) -> RecordingDetails:
    title, language, notes = (_text(body, name) for name in ("title", "language", "notes"))
    tags = body.get("tags")
    if tags is not None and not (
        isinstance(tags, list) and all(isinstance(each, str) for each in tags)
    ):
        raise BadRequestError("Tags are a list of texts.")
    return RecordingDetails(title, None if tags is None else tuple(tags), language, notes)


def _text(body: Body, name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise BadRequestError(f"{name!r} is a text.")
    return value
