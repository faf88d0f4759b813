"""HTTP routes of the models page; they accept names, never paths or URLs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from webui.routes.handler import AccessScope, checked_handler, json_answer
from webui.services.container import Services
from webui.views.models import models_view


def build_models_routes(services: Services) -> list[BaseRoute]:
    """Return the routes below `/studio/models` that list, choose and download models."""
    changes: dict[str, Callable[..., Response]] = {
        "cancel": _cancel,
        "{model_id}/fetch": _fetch,
        "paraformer-from/{source}": _fetch_paraformer,
    }
    return [
        Route(
            "/studio/models",
            checked_handler(partial(_overview, services), concerns=AccessScope.THE_WORKSPACE),
        ),
        *(
            Route(
                f"/studio/models/{path}",
                checked_handler(
                    partial(answer, services), concerns=AccessScope.THE_WORKSPACE, changes=True
                ),
                methods=["POST"],
            )
            for path, answer in changes.items()
        ),
    ]


def _overview(services: Services) -> Response:
    return json_answer(models_view(services.models.overview()))


def _fetch(services: Services, model_id: str) -> Response:
    services.models.fetch(model_id)
    return json_answer({})


def _fetch_paraformer(services: Services, source: str) -> Response:
    services.models.fetch_paraformer(source)
    return json_answer({})


def _cancel(services: Services) -> Response:
    services.models.cancel()
    return json_answer({})
