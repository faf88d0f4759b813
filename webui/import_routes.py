"""HTTP routes that take transcript files of other programs."""

from __future__ import annotations

import base64
from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from pipeline.formats.importing import MAX_IMPORT_BYTES
from webui.guarded_route import BadRequestError, Body, guarded, json_answer
from webui.services.container import Services
from webui.services.imports import ImportOutcome, OfferedFile

_MAX_BODY_BYTES = MAX_IMPORT_BYTES * 4 // 3 + 10_000  # in base 64, with the names around it
_NOBODY = ""  # the author of edits where nobody has said who they are


def build_import_routes(services: Services) -> list[BaseRoute]:
    """The routes: a file onto a recording, and onto one of its transcripts."""
    return [
        Route(
            "/studio/recordings/{recording_id}/imports",
            guarded(
                partial(_as_transcript, services),
                changes=True,
                takes_body=True,
                max_body_bytes=_MAX_BODY_BYTES,
            ),
            methods=["POST"],
        ),
        Route(
            "/studio/transcripts/{transcript_id}/imports",
            guarded(
                partial(_as_corrections, services),
                changes=True,
                takes_body=True,
                max_body_bytes=_MAX_BODY_BYTES,
            ),
            methods=["POST"],
        ),
    ]


def _as_transcript(services: Services, recording_id: str, body: Body) -> Response:
    return json_answer(_view(services.imports.as_transcript(recording_id, _offered(body))))


def _as_corrections(services: Services, transcript_id: str, body: Body) -> Response:
    return json_answer(_view(services.imports.as_corrections(transcript_id, _offered(body))))


def _offered(body: Body) -> OfferedFile:
    name, content, client_edit_id = (body.get(key) for key in ("name", "content", "client_edit_id"))
    author = body.get("author", _NOBODY)
    if not (
        isinstance(name, str)
        and isinstance(content, str)
        and isinstance(client_edit_id, str)
        and isinstance(author, str)
    ):
        raise BadRequestError("An import needs name, content in base 64, and client_edit_id.")
    try:
        decoded = base64.b64decode(content, validate=True)
    except ValueError as error:
        raise BadRequestError("The content is not in base 64.") from error
    return OfferedFile(name, decoded, author, client_edit_id)


def _view(outcome: ImportOutcome) -> dict[str, object]:
    return {
        "transcript_id": outcome.transcript_id,
        "has_changed": outcome.has_changed,
        "counts": {kind.value: count for kind, count in outcome.report.counts},
        "problems": [
            {"kind": each.kind.value, "line": each.line, "found": each.found}
            for each in outcome.report.problems
        ],
    }
