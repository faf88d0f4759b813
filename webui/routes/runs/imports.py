"""HTTP routes that import transcript files of other programs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from pipeline.formats.importing import MAX_IMPORT_BYTES
from webui.routes.handler import BadRequestError, FileBody, Sender, checked_handler, json_answer
from webui.services.container import Services
from webui.services.imports.import_work import ImportKind, ImportOrder, RequestFileError
from webui.services.imports.imports import ImportOutcome

MAX_BODY_BYTES = MAX_IMPORT_BYTES * 4 // 3 + 10_000  # base 64, plus the names


def build_import_routes(services: Services) -> list[BaseRoute]:
    """Return the routes that import a file as a new transcript or as corrections."""
    body = FileBody(services.request_folder, MAX_BODY_BYTES)
    return [
        Route(
            "/studio/recordings/{recording_id}/imports",
            checked_handler(partial(_as_transcript, services), changes=True, file_body=body),
            methods=["POST"],
        ),
        Route(
            "/studio/transcripts/{transcript_id}/imports",
            checked_handler(partial(_as_corrections, services), changes=True, file_body=body),
            methods=["POST"],
        ),
    ]


def _as_transcript(
    services: Services, recording_id: str, body_file: Path, sender: Sender
) -> Response:
    order = ImportOrder(ImportKind.TRANSCRIPT, recording_id, body_file, sender.name)
    return _done(services, order, sender)


def _as_corrections(
    services: Services, transcript_id: str, body_file: Path, sender: Sender
) -> Response:
    order = ImportOrder(ImportKind.CORRECTIONS, transcript_id, body_file, sender.name)
    return _done(services, order, sender)


def _done(services: Services, order: ImportOrder, sender: Sender) -> Response:
    try:
        return json_answer(_view(services.imports.do(order, sender.key)))
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
