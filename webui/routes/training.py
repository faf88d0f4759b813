"""HTTP routes of the training data page; they accept options and ids, never paths."""

from __future__ import annotations

from functools import partial

from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from storage.db.errors import TrainingOptionError
from storage.training.options import TrainingOptions
from webui.routes.handler import DATA_HEADERS, BadRequestError, Body, checked_handler, json_answer
from webui.services.container import Services
from webui.services.training.training_request import training_options
from webui.views.training import choices_view, export_view, preview_view

FILE_NAME = "training-data.zip"


def build_training_routes(services: Services) -> list[BaseRoute]:
    """Return the routes below `/studio/training` that export training data."""
    return [
        Route("/studio/training", checked_handler(partial(_choices, services))),
        Route(
            "/studio/training/preview",
            checked_handler(partial(_preview, services), changes=True, takes_body=True),
            methods=["POST"],
        ),
        Route(
            "/studio/training/exports",
            checked_handler(partial(_start, services), changes=True, takes_body=True),
            methods=["POST"],
        ),
        Route(
            "/studio/training/exports/{export_id}", checked_handler(partial(_progress, services))
        ),
        Route(
            "/studio/training/exports/{export_id}/cancel",
            checked_handler(partial(_cancel, services), changes=True),
            methods=["POST"],
        ),
        Route(
            "/studio/training/exports/{export_id}/file", checked_handler(partial(_file, services))
        ),
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
