"""HTTP routes of the work page."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from webui.routes.handler import (
    AccessScope,
    Body,
    author_of,
    checked_handler,
    json_answer,
    read_visitor,
)
from webui.services.access import Visitor
from webui.services.container import Services
from webui.views.second_annotations import annotator_pairs_view
from webui.views.work import work_view


def build_work_routes(services: Services) -> list[BaseRoute]:
    """Return the routes of the work overview, annotator pairs and next recording to review."""
    return [
        Route(
            "/studio/team",
            checked_handler(
                partial(_overview, services), concerns=AccessScope.THE_WORKSPACE, reads=read_visitor
            ),
        ),
        Route(
            "/studio/team/annotators",
            checked_handler(partial(_annotators, services), concerns=AccessScope.THE_WORKSPACE),
        ),
        Route(
            "/studio/team/next",
            checked_handler(
                partial(_claim_next, services),
                concerns=AccessScope.THE_WORKSPACE,
                changes=True,
                takes_body=True,
            ),
            methods=["POST"],
        ),
    ]


def _overview(services: Services, visitor: Visitor) -> Response:
    return json_answer(work_view(services.work.overview(), visitor))


def _annotators(services: Services) -> Response:
    return json_answer(annotator_pairs_view(services.second_annotations.annotator_pairs()))


def _claim_next(services: Services, body: Body) -> Response:
    return json_answer({"id": services.work.claim_next(author_of(body))})
