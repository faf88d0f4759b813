"""HTTP routes of the training data page; they accept options and ids, never paths."""

from __future__ import annotations

from functools import partial

from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from storage.db.errors import TrainingOptionError
from storage.training.export_options import TrainingOptions
from webui.routes.handler import (
    DATA_HEADERS,
    AccessScope,
    BadRequestError,
    Body,
    checked_handler,
    json_answer,
)
from webui.services.container import Services
from webui.services.training.training_request import training_options
from webui.views.training import choices_view, export_view, preview_view

FILE_NAME = "training-data.zip"


def build_training_routes(services: Services) -> list[BaseRoute]:
    """Return the routes below `/studio/training` that export training data."""
    handler = partial(checked_handler, concerns=AccessScope.THE_WORKSPACE)
    return [
        Route("/studio/training", handler(partial(_choices, services))),
        Route(
            "/studio/training/preview",
            handler(partial(_preview, services), changes=True, takes_body=True),
            methods=["POST"],
        ),
        Route(
            "/studio/training/exports",
            handler(partial(_start, services), changes=True, takes_body=True),
            methods=["POST"],
        ),
        Route("/studio/training/exports/{export_id}", handler(partial(_progress, services))),
        Route(
            "/studio/training/exports/{export_id}/cancel",
            handler(partial(_cancel, services), changes=True),
            methods=["POST"],
        ),
        Route("/studio/training/exports/{export_id}/file", handler(partial(_file, services))),
    ]


def _choices(services: Services) -> Response:
    return json_answer(choices_view(services.training.choices(), services.training.newest()))


def _preview(services: Services, body: Body) -> Response:
    try:
        plan = services.training.preview(_options(body))
    except TrainingOptionError as error:
        raise BadRequestError(str(error)) from error
    return json_answer(preview_view(plan))


def _start(services: Services, body: Body) -> Response:
    return json_answer({"id": services.training.start(_options(body))})


def _progress(services: Services, export_id: str) -> Response:
    return json_answer(export_view(services.training.progress(export_id)))


def _cancel(services: Services, export_id: str) -> Response:
    services.training.cancel(export_id)
    return json_answer({})


def _file(services: Services, export_id: str) -> Response:
    return FileResponse(
        services.training.file(export_id),
        media_type="application/zip",
        filename=FILE_NAME,
        headers=DATA_HEADERS,
    )


def _options(body: Body) -> TrainingOptions:
    try:
        return training_options(body)
    except TrainingOptionError as error:
        raise BadRequestError(str(error)) from error
