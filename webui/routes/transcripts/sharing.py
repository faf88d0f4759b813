"""HTTP routes to claim a recording for review, and to share its transcript by a secret URL."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from storage.db.errors import NotFoundError
from webui.routes.handler import (
    DATA_HEADERS,
    AccessScope,
    Body,
    author_of,
    checked_handler,
    json_answer,
)
from webui.services.container import Services
from webui.services.review.review import OpenedReview
from webui.static.assets import assets_version

_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "font-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address grants access
    "X-Robots-Tag": "noindex",
    "Cache-Control": "private, no-cache",
}


def build_people_routes(services: Services) -> list[BaseRoute]:
    """Return the routes of claims and shares, of which `/studio/shared` needs only the token."""
    recording, shared = "/studio/recordings/{recording_id}", "/studio/shared/{token}"

    def changing(path: str, answer: Any, *, takes_body: bool = False) -> Route:
        handler = checked_handler(partial(answer, services), changes=True, takes_body=takes_body)
        return Route(f"{recording}/{path}", handler, methods=["POST"])

    def open_to_all(path: str, answer: Any) -> Route:
        return Route(
            shared + path,
            checked_handler(partial(answer, services), concerns=AccessScope.EVERYBODY),
        )

    return [
        changing("claim", _claim, takes_body=True),
        changing("release", _release),
        Route(f"{recording}/share", checked_handler(partial(_token, services)), methods=["GET"]),
        changing("share", _share, takes_body=True),
        changing("share/stop", _stop_sharing),
        open_to_all("", _page),
        open_to_all("/transcript", _transcript),
        open_to_all("/audio", _audio),
    ]


def _claim(services: Services, recording_id: str, body: Body) -> Response:
    services.people.claim(recording_id, author_of(body))
    return json_answer({})


def _release(services: Services, recording_id: str) -> Response:
    services.people.release(recording_id)
    return json_answer({})


def _token(services: Services, recording_id: str) -> Response:
    return json_answer({"token": services.people.token_of(recording_id)})


def _share(services: Services, recording_id: str, body: Body) -> Response:
    return json_answer({"token": services.people.share(recording_id, shared_by=author_of(body))})


def _stop_sharing(services: Services, recording_id: str) -> Response:
    services.people.stop_sharing(recording_id)
    return json_answer({})


def _page(services: Services, token: str) -> Response:
    """Return the HTML page of a shared transcript, which loads its content from `/transcript`."""
    try:
        services.people.shared_recording(token)
        status = 200
    except NotFoundError:  # the page shows the message
        status = 404
    assets = f"../assets/{assets_version()}"
    return HTMLResponse(
        f"""<!doctype html>
<html><head><meta charset="utf-8"><title>Speaker Studio</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" type="image/svg+xml" href="{assets}/icons/mark.svg">
<link rel="stylesheet" href="{assets}/studio.css"><link rel="stylesheet" href="{assets}/shared.css">
<script type="module" src="{assets}/shared.js"></script></head>
<body><main class="ss ss-shared" id="shared"></main></body></html>
""",
        status_code=status,
        headers=_PAGE_HEADERS,
    )


def _transcript(services: Services, token: str) -> Response:
    recording_id = services.people.shared_recording(token)
    return json_answer(_shared_view(services.review.open_preferred(recording_id)))


def _audio(services: Services, token: str) -> Response:
    path = services.recordings.audio_path(services.people.shared_recording(token))
    return FileResponse(path, media_type="audio/flac", headers=DATA_HEADERS)


def _shared_view(opened: OpenedReview) -> dict[str, Any]:
    """Return a shared transcript as JSON, without comments, history and author names."""
    speakers = opened.contents.speakers
    order = {each.speaker_id: position for position, each in enumerate(speakers)}
    return {
        "title": opened.recording.title,
        "duration_ms": opened.record.duration_ms,
        "speakers": [{"label": each.label, "name": each.display_name} for each in speakers],
        "sentences": [
            {
                "start_ms": each.start_ms,
                "end_ms": each.end_ms,
                "speaker": None if each.speaker_id is None else order[each.speaker_id],
                "text": each.text,
            }
            for each in opened.contents.utterances
        ],
    }
