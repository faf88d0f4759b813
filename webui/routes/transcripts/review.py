"""HTTP routes with which the page reads and edits a transcript."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from pipeline.core.errors import OptionError
from pipeline.core.options import SpeakerCount
from webui.protection.json_text import LARGEST_NUMBER
from webui.routes.handler import (
    BadRequestError,
    Body,
    checked_handler,
    file_answer,
    json_answer,
    read_visitor,
    refusal,
    whole_number,
)
from webui.services.access import Visitor
from webui.services.container import Services
from webui.services.review.review import EditCommand
from webui.services.review.voice_chart import VoiceChartRequest
from webui.texts.catalogue import LANGUAGES
from webui.views.review import (
    changes_view,
    map_view,
    proposal_view,
    review_view,
    speaker_proposals_view,
    tokens_view,
)

_NOBODY = ""  # author of edits without a name
_DOUBT_DIGITS = 2


def build_review_routes(services: Services) -> list[BaseRoute]:
    """Return the routes that open, read and edit transcripts."""
    one = "/studio/transcripts/{transcript_id}"
    return [
        Route(
            f"{one}/edits",
            checked_handler(
                partial(_edit, services), changes=True, takes_body=True, reads=read_visitor
            ),
            methods=["POST"],
        ),
        Route(f"{one}/changes/{{revision}}", checked_handler(partial(_changes, services))),
        Route(
            "/studio/recordings/{recording_id}/review",
            checked_handler(partial(_open_preferred, services)),
        ),
        Route(one, checked_handler(partial(_open, services))),
        Route(f"{one}/tokens", checked_handler(partial(_tokens, services), takes_ids=True)),
        Route(f"{one}/doubts", checked_handler(partial(_doubts, services))),
        Route(f"{one}/candidates", checked_handler(partial(_candidates, services))),
        Route(
            f"{one}/candidates/{{utterance_id}}/{{span}}",
            checked_handler(partial(_candidates_of_word, services)),
        ),
        Route(f"{one}/map", checked_handler(partial(_map, services))),
        Route(f"{one}/map/chart/{{language}}", checked_handler(partial(_chart, services))),
        Route(f"{one}/regrouping/{{count}}", checked_handler(partial(_regrouping, services))),
        Route(f"{one}/speaker-proposals", checked_handler(partial(_proposals, services))),
        Route(
            f"{one}/speaker-proposals/decline",
            checked_handler(partial(_decline, services), changes=True, takes_body=True),
            methods=["POST"],
        ),
    ]


def _open_preferred(services: Services, recording_id: str) -> Response:
    return json_answer(review_view(services.review.open_preferred(recording_id)))


def _open(services: Services, transcript_id: str) -> Response:
    return json_answer(review_view(services.review.open(transcript_id)))


def _changes(services: Services, transcript_id: str, revision: str) -> Response:
    number = whole_number(revision)
    if number is None:
        raise BadRequestError("A revision is a whole number, 0 or more.")
    return json_answer(changes_view(services.review.changes(transcript_id, number)))


def _tokens(services: Services, transcript_id: str, ids: list[str]) -> Response:
    return json_answer({"tokens": tokens_view(services.review.tokens(transcript_id, ids))})


def _doubts(services: Services, transcript_id: str) -> Response:
    doubts = services.voices.doubts(transcript_id)
    rounded = {
        utterance_id: [None if each is None else round(each, _DOUBT_DIGITS) for each in pair]
        for utterance_id, pair in doubts.items()
    }
    return json_answer({"doubts": rounded})


def _candidates(services: Services, transcript_id: str) -> Response:
    stored = services.word_candidates.stored(transcript_id)
    return json_answer(
        {
            "candidates": [
                [each.start_ms, each.end_ms, each.text, each.candidates] for each in stored
            ]
        }
    )


def _candidates_of_word(
    services: Services, transcript_id: str, utterance_id: str, span: str
) -> Response:
    start, stop = map(whole_number, span.split("-", 1) if "-" in span else ("", ""))
    if start is None or stop is None:
        raise BadRequestError("The span of a word is START-STOP, two whole numbers.")
    place = services.word_candidates.of_word(transcript_id, utterance_id, start, stop)
    if place is None:
        return json_answer({"span": [start, stop], "candidates": []})
    return json_answer({"span": [place.start, place.stop], "candidates": place.candidates})


def _map(services: Services, transcript_id: str) -> Response:
    return json_answer(map_view(services.voices.points(transcript_id)))


def _chart(services: Services, transcript_id: str, language: str) -> Response:
    if language not in LANGUAGES:
        return refusal(404, "not_found")
    voices = services.voices.points(transcript_id)
    request = VoiceChartRequest(
        transcript_id,
        language,
        windows=tuple((each.start_ms, each.end_ms) for each in voices.windows),
        points=tuple((float(x), float(y)) for x, y in voices.points),
    )
    return file_answer(services.reports.voice_chart(request))


def _regrouping(services: Services, transcript_id: str, count: str) -> Response:
    try:
        num_speakers = SpeakerCount.parse(count)
    except OptionError as error:
        raise BadRequestError(str(error)) from error
    return json_answer(proposal_view(services.regrouping.propose(transcript_id, num_speakers)))


def _proposals(services: Services, transcript_id: str) -> Response:
    return json_answer(speaker_proposals_view(services.speaker_proposals.propose(transcript_id)))


def _decline(services: Services, transcript_id: str, body: Body) -> Response:
    ids, speaker_id = body.get("utterance_ids"), body.get("speaker_id")
    author = body.get("author", _NOBODY)
    if not (isinstance(ids, list) and all(isinstance(each, str) for each in ids)):
        raise BadRequestError("A rejected proposal needs utterance_ids, a list of ids.")
    if not (isinstance(speaker_id, str) and isinstance(author, str)):
        raise BadRequestError("A rejected proposal needs a speaker_id.")
    services.speaker_proposals.decline(transcript_id, ids, speaker_id, person=author)
    return json_answer({})


def _edit(services: Services, transcript_id: str, body: Body, visitor: Visitor) -> Response:
    asked = asked_edit(body)
    services.text_quota.check(visitor)
    with services.metrics.edit_seconds.time():
        changes = services.review.apply(transcript_id, asked)
    services.text_quota.note(
        visitor, lambda: services.review.num_characters(transcript_id, changes.revision)
    )
    return json_answer(changes_view(changes))


def asked_edit(body: Body) -> EditCommand:
    """Return the edit command in a JSON object.

    Raises:
        BadRequestError: if a field that every edit has is missing or of the wrong type.
        EditRefusedError: if the author's name is too long.
    """
    client_edit_id, base = body.get("client_edit_id"), body.get("base")
    author = body.get("author", _NOBODY)
    if not (isinstance(client_edit_id, str) and isinstance(author, str)):
        raise BadRequestError("An edit needs client_edit_id, base and kind.")
    if type(base) is not int or not 0 <= base <= LARGEST_NUMBER:
        raise BadRequestError("The base of an edit is a revision: a whole number, 0 or more.")
    return EditCommand(author, client_edit_id, base, body)
