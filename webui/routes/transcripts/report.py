"""HTTP routes of reports, for users with access to a recording and for holders of its link."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from storage.db.errors import NotFoundError
from webui.routes.handler import (
    AccessScope,
    checked_handler,
    file_answer,
    json_answer,
    refusal,
)
from webui.services.container import Services
from webui.texts.catalogue import LANGUAGES
from webui.texts.visitor_messages import page_language
from webui.views.report import PAGE_HEADERS, missing_report, own_report, shared_report

_SHARED_FORMATS = ("docx", "html")


def build_report_routes(services: Services) -> list[BaseRoute]:
    """Return the routes of reports."""
    own, shared = "/studio/recordings/{recording_id}/report", "/studio/shared/{token}/report"
    to_all = partial(checked_handler, concerns=AccessScope.EVERYBODY)
    return [
        Route(own, checked_handler(partial(_page, services), reads=_language)),
        Route(f"{own}/figures", checked_handler(partial(_figures, services))),
        Route(shared, to_all(partial(_shared_page, services), reads=_language)),
        Route(f"{shared}/figures", to_all(partial(_shared_figures, services))),
        Route(f"{shared}/{{format_name}}/{{language}}", to_all(partial(_shared_file, services))),
    ]


def _language(request: Request) -> dict[str, Any]:
    return {"language": page_language(request)}


def _page(services: Services, recording_id: str, language: str) -> Response:
    try:
        page = services.reports.page(recording_id, language)
    except NotFoundError:
        return _html(missing_report(language), status=404)
    return _html(own_report(page, recording_id))


def _shared_page(services: Services, token: str, language: str) -> Response:
    try:
        page = services.reports.page(services.people.shared_recording(token), language)
    except NotFoundError:
        return _html(missing_report(language), status=404)
    return _html(shared_report(page, token))


def _figures(services: Services, recording_id: str) -> Response:
    return json_answer(services.reports.figures(recording_id))


def _shared_figures(services: Services, token: str) -> Response:
    return json_answer(services.reports.figures(services.people.shared_recording(token)))


def _shared_file(services: Services, token: str, format_name: str, language: str) -> Response:
    if format_name not in _SHARED_FORMATS or language not in LANGUAGES:
        return refusal(404, "not_found")
    recording_id = services.people.shared_recording(token)
    return file_answer(services.recordings.export(recording_id, format_name, language=language))


def _html(page: str, *, status: int = 200) -> HTMLResponse:
    return HTMLResponse(page, status_code=status, headers=PAGE_HEADERS)
