"""HTTP routes of known people and their voice prints, closed to visitors of a public demo."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from storage.library.known_voices import KnownPerson
from webui.routes.handler import (
    AccessScope,
    BadRequestError,
    Body,
    checked_handler,
    json_answer,
)
from webui.services.container import Services
from webui.views.library import sentences_view

_WORKSPACE = AccessScope.THE_WORKSPACE


def build_known_voice_routes(services: Services) -> list[BaseRoute]:
    """Return the routes that list, store, recognise, rename and delete known people."""
    one = "/studio/transcripts/{transcript_id}/known-voices"
    return [
        Route("/studio/people", checked_handler(partial(_people, services), concerns=_WORKSPACE)),
        Route(
            "/studio/people/{person_id}",
            checked_handler(partial(_forget, services), concerns=_WORKSPACE, changes=True),
            methods=["DELETE"],
        ),
        Route(
            "/studio/people/{person_id}",
            checked_handler(
                partial(_rename, services), concerns=_WORKSPACE, changes=True, takes_body=True
            ),
            methods=["POST"],
        ),
        Route(
            "/studio/people/{person_id}/sentences",
            checked_handler(partial(_sentences, services), concerns=_WORKSPACE),
        ),
        Route(
            one,
            checked_handler(partial(_names, services), concerns=_WORKSPACE),
            methods=["GET"],
        ),
        Route(
            one,
            checked_handler(
                partial(_remember, services), concerns=_WORKSPACE, changes=True, takes_body=True
            ),
            methods=["POST"],
        ),
    ]


def _people(services: Services) -> Response:
    return json_answer({"people": [_view(each) for each in services.known_voices.people()]})


def _sentences(services: Services, person_id: str) -> Response:
    return json_answer({"recordings": sentences_view(services.library.of_person(person_id))})


def _rename(services: Services, person_id: str, body: Body) -> Response:
    name = body.get("name")
    if not isinstance(name, str):
        raise BadRequestError("A person needs a name.")
    services.known_voices.rename(person_id, name)
    return json_answer({})


def _forget(services: Services, person_id: str) -> Response:
    services.known_voices.forget(person_id)
    return json_answer({})


def _names(services: Services, transcript_id: str) -> Response:
    names = services.known_voices.names(transcript_id)
    return json_answer(
        {
            "speakers": {
                each.speaker_id: {"name": each.name, "percent": int(100 * each.probability)}
                for each in names
            }
        }
    )


def _remember(services: Services, transcript_id: str, body: Body) -> Response:
    speaker_id, author = body.get("speaker_id"), body.get("author", "")
    if not (isinstance(speaker_id, str) and isinstance(author, str)):
        raise BadRequestError("A voice to remember needs a speaker_id.")
    services.known_voices.remember(transcript_id, speaker_id, person=author)
    return json_answer({})


def _view(person: KnownPerson) -> dict[str, Any]:
    return {
        "id": person.person_id,
        "name": person.name,
        "recordings": [
            {"id": each.recording_id, "title": each.title, "spoken_ms": each.spoken_ms}
            for each in person.recordings
        ],
    }
