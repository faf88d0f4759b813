"""HTTP routes that import transcript files of other programs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from pipeline.formats.importing import MAX_IMPORT_BYTES
from webui.routes.handler import (
    BadRequestError,
    FileBody,
    Sender,
    checked_handler,
    json_answer,
    read_visitor,
)
from webui.services.access import Visitor
from webui.services.container import Services
from webui.services.imports.import_work import ImportKind, ImportOrder, RequestFileError
from webui.services.imports.imports import ImportOutcome

MAX_BODY_BYTES = MAX_IMPORT_BYTES * 4 // 3 + 10_000  # base 64, plus the names
_BYTES_PER_CHARACTER = 4  # of Chinese text in base 64


def build_import_routes(services: Services) -> list[BaseRoute]:
    """Return the routes that import a file as a new transcript or as corrections."""
    body = FileBody(services.request_folder, MAX_BODY_BYTES)
    handler = partial(checked_handler, changes=True, file_body=body, reads=read_visitor)
    return [
        Route(
            "/studio/recordings/{recording_id}/imports",
            handler(partial(_as_transcript, services)),
            methods=["POST"],
        ),
        Route(
            "/studio/transcripts/{transcript_id}/imports",
            handler(partial(_as_corrections, services)),
            methods=["POST"],
        ),
    ]


def _as_transcript(
    services: Services, recording_id: str, body_file: Path, sender: Sender, visitor: Visitor
) -> Response:
    order = ImportOrder(ImportKind.TRANSCRIPT, recording_id, body_file, sender.name)
    return _done(services, order, sender, visitor)


def _as_corrections(
    services: Services, transcript_id: str, body_file: Path, sender: Sender, visitor: Visitor
) -> Response:
    order = ImportOrder(ImportKind.CORRECTIONS, transcript_id, body_file, sender.name)
    return _done(services, order, sender, visitor)


def _done(services: Services, order: ImportOrder, sender: Sender, visitor: Visitor) -> Response:
    services.text_quota.check(visitor)
    num_characters = order.request.stat().st_size // _BYTES_PER_CHARACTER
    try:
        outcome = services.imports.do(order, sender.key)
        services.text_quota.note(visitor, lambda: num_characters)
        return json_answer(_view(outcome))
    except RequestFileError as error:
        raise BadRequestError(str(error)) from error


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
