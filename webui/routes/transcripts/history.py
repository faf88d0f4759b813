"""HTTP routes of a transcript's edit history."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from webui.routes.handler import BadRequestError, Body, checked_handler, json_answer, whole_number
from webui.services.container import Services
from webui.views.history import (
    annotators_view,
    history_view,
    quality_view,
    sentence_history_view,
    version_view,
)


def build_history_routes(services: Services) -> list[BaseRoute]:
    """Return the edit history routes below `/studio/transcripts/{transcript_id}`."""
    one = "/studio/transcripts/{transcript_id}"
    return [
        Route(f"{one}/history", checked_handler(partial(_history, services))),
        Route(f"{one}/history/{{before_edit_id}}", checked_handler(partial(_history, services))),
        Route(f"{one}/utterances/{{utterance_id}}/life", checked_handler(partial(_life, services))),
        Route(f"{one}/former_speakers", checked_handler(partial(_former_speakers, services))),
        Route(f"{one}/annotators", checked_handler(partial(_annotators, services))),
        Route(f"{one}/quality", checked_handler(partial(_quality, services))),
        Route(
            f"{one}/versions",
            checked_handler(partial(_name_version, services), changes=True, takes_body=True),
            methods=["POST"],
        ),
        Route(
            f"{one}/versions/forget",
            checked_handler(partial(_delete_version_name, services), changes=True, takes_body=True),
            methods=["POST"],
        ),
    ]


def _history(services: Services, transcript_id: str, before_edit_id: str | None = None) -> Response:
    before = None if before_edit_id is None else _edit_id(before_edit_id)
    return json_answer(history_view(services.history.history(transcript_id, before_edit_id=before)))


def _life(services: Services, transcript_id: str, utterance_id: str) -> Response:
    return json_answer(sentence_history_view(services.history.life(transcript_id, utterance_id)))


def _former_speakers(services: Services, transcript_id: str) -> Response:
    return json_answer({"former_speakers": services.history.former_speakers(transcript_id)})


def _annotators(services: Services, transcript_id: str) -> Response:
    return json_answer(annotators_view(services.history.annotators(transcript_id)))


def _quality(services: Services, transcript_id: str) -> Response:
    return json_answer(quality_view(services.history.quality(transcript_id)))


def _name_version(services: Services, transcript_id: str, body: Body) -> Response:
    author = body.get("author", "")
    if not isinstance(author, str):
        raise BadRequestError("An author is a name.")
    name = _name(body)
    return json_answer(
        version_view(services.history.name_version(transcript_id, name, author=author))
    )


def _delete_version_name(services: Services, transcript_id: str, body: Body) -> Response:
    services.history.delete_version_name(transcript_id, _name(body))
    return json_answer({})


def _name(body: Body) -> str:
    name = body.get("name")
    if not isinstance(name, str):
        raise BadRequestError("A version needs a name.")
    return name


def _edit_id(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise BadRequestError("An edit's id is a number.")
    return number
