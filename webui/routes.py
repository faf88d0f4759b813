"""HTTP routes of the page; every one checks what it is given."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from storage.errors import NotFoundError, StorageError
from webui.assets import WEB_ASSETS, assets_version
from webui.services.container import Services
from webui.texts import LANGUAGES, texts_for
from webui.view_models import recording_row, transcript_view

logger = logging.getLogger(__name__)

_SAFE_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
# What we serve here is data: nothing in it may run, be guessed at, or be kept by a proxy.
_DATA_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-cache",
}
_FOREVER = "public, max-age=31536000, immutable"  # the address of an asset names its version

Answer = Callable[..., Response]


def build_routes(services: Services) -> list[BaseRoute]:
    """The routes to hand to `launch(app_kwargs={"routes": ...})`."""
    return [
        Mount(f"/studio/assets/{assets_version()}", _VersionedAssets(directory=WEB_ASSETS)),
        Route("/studio/texts/{language}.json", _route(_texts)),
        Route("/studio/recordings", _route(partial(_list_recordings, services))),
        Route("/studio/recordings/{recording_id}", _route(partial(_transcript, services))),
        Route(
            "/studio/recordings/{recording_id}",
            _route(partial(_delete_recording, services), changes=True),
            methods=["DELETE"],
        ),
        Route("/studio/recordings/{recording_id}/audio", _route(partial(_audio, services))),
        Route("/studio/recordings/{recording_id}/peaks", _route(partial(_peaks, services))),
        Route(
            "/studio/recordings/{recording_id}/export/{format_name}",
            _route(partial(_export, services)),
        ),
        Route(
            "/studio/runs/{run_id}/cancel",
            _route(partial(_cancel, services), changes=True),
            methods=["POST"],
        ),
        Route(
            "/studio/runs/{run_id}/again",
            _route(partial(_run_again, services), changes=True),
            methods=["POST"],
        ),
    ]


class _VersionedAssets(StaticFiles):
    """Files whose address changes with their content, so that browsers need not ask again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _FOREVER
        return response


def _route(answer: Answer, *, changes: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """A handler that checks the address, works in a thread, and turns errors into codes."""

    async def handle(request: Request) -> Response:
        if not all(_SAFE_TOKEN.fullmatch(value) for value in request.path_params.values()):
            return _refusal(404, "not_found")
        if changes and not _comes_from_this_page(request):
            return _refusal(403, "foreign_origin")
        try:
            return await run_in_threadpool(answer, **request.path_params)
        except (NotFoundError, KeyError):
            return _refusal(404, "not_found")
        except StorageError:
            logger.exception("a request could not be answered")
            return _refusal(503, "storage")

    return handle


def _comes_from_this_page(request: Request) -> bool:
    """Whether a changing request was made by our own page, not by another site in this browser."""
    origin = request.headers.get("origin")
    is_json = request.headers.get("content-type", "").startswith("application/json")
    return is_json and (origin is None or urlsplit(origin).netloc == request.headers.get("host"))


def _refusal(status: int, code: str) -> Response:
    return JSONResponse({"error": code}, status_code=status, headers=_DATA_HEADERS)


def _json(content: object) -> Response:
    return JSONResponse(content, headers=_DATA_HEADERS)


def _texts(language: str) -> Response:
    if language not in LANGUAGES:
        return _refusal(404, "not_found")
    return _json(dict(texts_for(language)))


def _list_recordings(services: Services) -> Response:
    return _json({"recordings": [recording_row(each) for each in services.recordings.list()]})


def _transcript(services: Services, recording_id: str) -> Response:
    return _json(transcript_view(services.recordings.open(recording_id)))


def _delete_recording(services: Services, recording_id: str) -> Response:
    services.recordings.delete(recording_id)
    return _json({})


def _audio(services: Services, recording_id: str) -> Response:
    path = services.recordings.audio_path(recording_id)
    return FileResponse(path, media_type="audio/flac", headers=_DATA_HEADERS)


def _peaks(services: Services, recording_id: str) -> Response:
    peaks = services.recordings.peaks(recording_id)
    return Response(peaks, media_type="application/octet-stream", headers=_DATA_HEADERS)


def _export(services: Services, recording_id: str, format_name: str) -> Response:
    file = services.recordings.export(recording_id, format_name)
    disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {**_DATA_HEADERS, "Content-Disposition": disposition}
    return Response(file.content, media_type=file.media_type, headers=headers)


def _cancel(services: Services, run_id: str) -> Response:
    services.transcription.cancel(run_id)
    return _json({})


def _run_again(services: Services, run_id: str) -> Response:
    services.transcription.run_again(run_id)
    return _json({})
