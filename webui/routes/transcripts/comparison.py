"""HTTP route of the comparison of two transcripts."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from webui.routes.handler import checked_handler, json_answer
from webui.services.container import Services
from webui.views.comparison import comparison_view


def build_comparison_routes(services: Services) -> list[BaseRoute]:
    """Return the route that compares two transcripts of the same recording."""
    return [
        Route(
            "/studio/transcripts/{transcript_id}/comparison/{other_id}",
            checked_handler(partial(_compare, services)),
        )
    ]


def _compare(services: Services, transcript_id: str, other_id: str) -> Response:
    return json_answer(comparison_view(services.comparison.compare(transcript_id, other_id)))
