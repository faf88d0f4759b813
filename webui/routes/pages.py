"""HTTP routes of the web app, with those of recordings and assets."""

from __future__ import annotations

import re
from functools import partial
from typing import Any  # arguments of several types

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from pipeline.formats.chinese_script import ChineseScript
from storage.exports import TranscriptVersion
from webui.auth.visitor import visitor_of
from webui.live.routes import build_live_routes
from webui.routes.glossary import build_glossary_routes
from webui.routes.handler import DATA_HEADERS as _DATA_HEADERS
from webui.routes.handler import AccessScope, Body, file_answer
from webui.routes.handler import checked_handler as _route
from webui.routes.handler import json_answer as _json
from webui.routes.handler import refusal as _refusal
from webui.routes.known_voices import build_known_voice_routes
from webui.routes.library import build_library_routes
from webui.routes.models import build_models_routes
from webui.routes.runs.imports import build_import_routes
from webui.routes.runs.transcriptions import build_transcription_routes
from webui.routes.training import build_training_routes
from webui.routes.transcripts.comparison import build_comparison_routes
from webui.routes.transcripts.history import build_history_routes
from webui.routes.transcripts.report import build_report_routes
from webui.routes.transcripts.review import build_review_routes
from webui.routes.transcripts.second_annotations import build_second_annotation_routes
from webui.routes.transcripts.sharing import build_people_routes
from webui.routes.transcripts.sound_clips import build_sound_routes
from webui.routes.work import build_work_routes
from webui.services.access import Visitor
from webui.services.container import Services
from webui.services.exports.transcript_export import ExportRequest
from webui.static.assets import SERVED_MODULES, WEB_ASSETS, assets_version, served_module
from webui.static.style_sheets import SERVED_SHEETS, served_sheet
from webui.texts.catalogue import LANGUAGES, texts_for
from webui.views.recordings import list_view, transcript_view, visit_view

_FOREVER = "public, max-age=31536000, immutable"  # an asset's address contains its version

_VERSIONS = frozenset(each.value for each in TranscriptVersion)
_EXTENTS = frozenset({"whole", "verified"})
_TILE = re.compile(r"[0-9]{1,6}", re.ASCII)  # number of a tile of the spectrogram
_SCRIPTS = frozenset(each.value for each in ChineseScript)


def build_routes(services: Services) -> list[BaseRoute]:
    """Return all HTTP routes of the app, to be added to Gradio's own."""
    return [
        *build_review_routes(services),  # the most frequent requests: routes are tried in turn
        Mount(f"/studio/assets/{assets_version()}", _VersionedAssets(directory=WEB_ASSETS)),
        Route("/favicon.ico", _favicon),
        Route("/studio/visit", _route(partial(_visit, services), concerns=AccessScope.THE_VISITOR)),
        Route("/studio/texts/{language}.json", _route(_texts, concerns=AccessScope.EVERYBODY)),
        Route(
            "/studio/recordings",
            _route(
                partial(_list_recordings, services), concerns=AccessScope.THE_VISITOR, reads=_since
            ),
        ),
        Route("/studio/recordings/{recording_id}", _route(partial(_transcript, services))),
        Route(
            "/studio/recordings/{recording_id}",
            _route(partial(_delete_recording, services), changes=True),
            methods=["DELETE"],
        ),
        Route("/studio/recordings/{recording_id}/audio", _route(partial(_audio, services))),
        Route("/studio/recordings/{recording_id}/peaks", _route(partial(_peaks, services))),
        Route(
            "/studio/recordings/{recording_id}/spectrogram/{tile}",
            _route(partial(_spectrogram, services)),
        ),
        Route(
            "/studio/recordings/{recording_id}/export/{format_name}",
            _route(partial(_export, services), reads=_script),
        ),
        Route(
            "/studio/recordings/{recording_id}/export/{format_name}/{version}/{extent}",
            _route(partial(_export, services), reads=_script),
        ),
        Route(
            "/studio/recordings/{recording_id}/export/{format_name}/{version}/{extent}/{language}",
            _route(partial(_export, services), reads=_script),
        ),
        Route(
            "/studio/transcripts/{transcript_id}/export/{format_name}/{version}/{extent}/{language}",
            _route(partial(_export_transcript, services), reads=_script),
        ),
        Route(
            "/studio/runs/{run_id}/cancel",
            _route(partial(_cancel, services), changes=True, takes_body=True),
            methods=["POST"],
        ),
        Route(
            "/studio/runs/{run_id}/again",
            _route(partial(_run_again, services), changes=True, reads=_person),
            methods=["POST"],
        ),
        *build_library_routes(services),
        *build_live_routes(services.live),
        *build_glossary_routes(services),
        *build_known_voice_routes(services),
        *build_second_annotation_routes(services),
        *build_models_routes(services),
        *build_comparison_routes(services),
        *build_history_routes(services),
        *build_import_routes(services),
        *build_people_routes(services),
        *build_report_routes(services),
        *build_sound_routes(services),
        *build_training_routes(services),
        *build_transcription_routes(services),
        *build_work_routes(services),
    ]


class _VersionedAssets(StaticFiles):
    """Static files under versioned URLs, which browsers may cache permanently."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path in SERVED_MODULES:  # bundled with its imports: one request instead of sixty
            response = Response(served_module(path), media_type="text/javascript")
        elif path in SERVED_SHEETS:
            response = Response(served_sheet(path), media_type="text/css")
        else:
            response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _FOREVER
        return response


def _favicon(request: Request) -> Response:  # noqa: ARG001 - what a route gives
    return FileResponse(WEB_ASSETS / "icons" / "favicon.ico", media_type="image/x-icon")


def _texts(language: str) -> Response:
    if language not in LANGUAGES:
        return _refusal(404, "not_found")
    return _json(dict(texts_for(language)))


def _visit(services: Services, visitor: Visitor) -> Response:
    return _json(visit_view(visitor, services.limits))


def _since(request: Request) -> dict[str, Any]:
    """Return the version in the query string, as a keyword argument."""
    return {"since": request.query_params.get("since", "")}


def _list_recordings(services: Services, since: str, visitor: Visitor) -> Response:
    changes = services.recordings.changes(since, owner=visitor.owner)
    return _json(list_view(changes, visitor))


def _transcript(services: Services, recording_id: str) -> Response:
    return _json(transcript_view(services.recordings.open(recording_id)))


def _delete_recording(services: Services, recording_id: str) -> Response:
    services.recordings.delete(recording_id)
    services.training.forget_recording(recording_id)
    return _json({})


def _audio(services: Services, recording_id: str) -> Response:
    path = services.recordings.audio_path(recording_id)
    return FileResponse(path, media_type="audio/flac", headers=_DATA_HEADERS)


def _peaks(services: Services, recording_id: str) -> Response:
    peaks = services.recordings.peaks(recording_id)
    return Response(peaks, media_type="application/octet-stream", headers=_DATA_HEADERS)


def _script(request: Request) -> dict[str, Any]:
    """Return the Chinese script requested in the query string, as a keyword argument."""
    return {"script": request.query_params.get("script", ChineseScript.KEEP.value)}


def _spectrogram(services: Services, recording_id: str, tile: str) -> Response:
    if _TILE.fullmatch(tile) is None:
        return _refusal(404, "not_found")
    levels = services.recordings.spectrogram(recording_id, int(tile))
    return Response(levels, media_type="application/octet-stream", headers=_DATA_HEADERS)


def _export(
    services: Services,
    recording_id: str,
    format_name: str,
    version: str = TranscriptVersion.REVIEWED.value,
    extent: str = "whole",
    language: str = "",
    *,
    script: str,
) -> Response:
    if version not in _VERSIONS or extent not in _EXTENTS or script not in _SCRIPTS:
        return _refusal(404, "not_found")
    return file_answer(
        services.recordings.export(
            recording_id,
            format_name,
            version=TranscriptVersion(version),
            verified_only=extent == "verified",
            language=language,
            script=ChineseScript(script),
            with_sound=True,
        )
    )


def _export_transcript(
    services: Services,
    transcript_id: str,
    format_name: str,
    version: str,
    extent: str,
    language: str,
    script: str,
) -> Response:
    if version not in _VERSIONS or extent not in _EXTENTS or script not in _SCRIPTS:
        return _refusal(404, "not_found")
    request = ExportRequest(
        transcript_id,
        format_name,
        TranscriptVersion(version),
        extent == "verified",
        language,
        ChineseScript(script),
    )
    return file_answer(services.recordings.export_transcript(request, with_sound=True))


def _cancel(services: Services, run_id: str, body: Body) -> Response:
    services.transcription.cancel(run_id, discards=body.get("discard") is True)
    return _json({})


def _person(request: Request) -> dict[str, Any]:
    """Return the name of the visitor who sends a request, as a keyword argument."""
    return {"person": visitor_of(request.scope).person}


def _run_again(services: Services, run_id: str, person: str) -> Response:
    ticket = services.transcription.run_again(run_id, person=person)
    return _json({"recording_id": ticket.recording_id, "run_id": ticket.run_id})
