"""HTTP routes of second annotations and their adjudication."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from storage.annotation.adjudication import Side
from storage.annotation.second_annotations import StartsFrom
from storage.history.edit_history import EditAuthor
from webui.protection.json_text import LARGEST_NUMBER
from webui.routes.handler import BadRequestError, Body, checked_handler, json_answer
from webui.services.container import Services
from webui.services.review.second_annotations import Adoption
from webui.views.second_annotations import comparison_view, second_annotation_view

_STARTS: dict[str, StartsFrom] = {"machine": "machine", "nothing": "nothing"}
_SIDES: dict[str, Side] = {"first": "first", "second": "second"}


def build_second_annotation_routes(services: Services) -> list[BaseRoute]:
    """Return the routes that begin, compare and adjudicate second annotations."""
    one = "/studio/transcripts/{transcript_id}/second-annotation"
    changing = partial(checked_handler, changes=True, takes_body=True)
    return [
        Route(one, checked_handler(partial(_find, services)), methods=["GET"]),
        Route(one, changing(partial(_begin, services)), methods=["POST"]),
        Route(f"{one}/comparison", checked_handler(partial(_compare, services))),
        Route(
            f"{one}/adjudication",
            changing(partial(_begin_adjudication, services)),
            methods=["POST"],
        ),
        Route(f"{one}/adoptions", changing(partial(_adopt, services)), methods=["POST"]),
    ]


def _find(services: Services, transcript_id: str) -> Response:
    found = services.second_annotations.find(transcript_id)
    return json_answer({"pair": None if found is None else second_annotation_view(found)})


def _begin(services: Services, transcript_id: str, body: Body) -> Response:
    starts_from = _STARTS.get(str(body.get("starts_from")))
    if starts_from is None:
        raise BadRequestError('starts_from is "machine" or "nothing".')
    begun = services.second_annotations.begin(
        transcript_id, starts_from=starts_from, annotator=_author(body)
    )
    return json_answer({"pair": second_annotation_view(begun)})


def _compare(services: Services, transcript_id: str) -> Response:
    return json_answer(comparison_view(services.second_annotations.compare(transcript_id)))


def _begin_adjudication(services: Services, transcript_id: str, body: Body) -> Response:
    pair = services.second_annotations.begin_adjudication(transcript_id, author=_author(body))
    return json_answer({"pair": second_annotation_view(pair)})


def _adopt(services: Services, transcript_id: str, body: Body) -> Response:
    side, base = _SIDES.get(str(body.get("side"))), body.get("base")
    client_edit_id = body.get("client_edit_id")
    if side is None:
        raise BadRequestError('side is "first" or "second".')
    if type(base) is not int or not 0 <= base <= LARGEST_NUMBER:
        raise BadRequestError("The base of an edit is a revision: a whole number, 0 or more.")
    if not isinstance(client_edit_id, str):
        raise BadRequestError("An adoption needs a client_edit_id.")
    decision = Adoption(side, _ids(body, "source_ids"), _ids(body, "utterance_ids"))
    author = EditAuthor(_author(body), client_edit_id)
    services.second_annotations.adopt(transcript_id, decision, base_revision=base, author=author)
    return json_answer({})


def _author(body: Body) -> str:
    author = body.get("author", "")
    if not isinstance(author, str):
        raise BadRequestError("The author is a name.")
    return author


def _ids(body: Body, field: str) -> list[str]:
    ids = body.get(field)
    if not (isinstance(ids, list) and all(isinstance(each, str) for each in ids)):
        raise BadRequestError(f"An adoption needs {field}, a list of ids.")
    return ids
