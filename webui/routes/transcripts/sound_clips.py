"""HTTP routes that send the sound of sentences or of a speaker."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from webui.routes.handler import DATA_HEADERS, BadRequestError, checked_handler, refusal
from webui.services.container import Services
from webui.services.exports.sound_clips import SoundFile, SoundForm

MAX_SENTENCES = 1_000  # per download; their ids are part of the address
_FORMS = frozenset(each.value for each in SoundForm)


def build_sound_routes(services: Services) -> list[BaseRoute]:
    """Return the routes of sound below `/studio/transcripts`."""
    one = "/studio/transcripts/{transcript_id}"
    return [
        Route(
            f"{one}/sound/{{form}}",
            checked_handler(partial(_of_sentences, services), takes_ids=True),
        ),
        Route(
            f"{one}/speakers/{{speaker_id}}/sound/{{form}}",
            checked_handler(partial(_of_speaker, services)),
        ),
    ]


def _of_sentences(services: Services, transcript_id: str, form: str, ids: list[str]) -> Response:
    if form not in _FORMS:
        return refusal(404, "not_found")
    if not 0 < len(ids) <= MAX_SENTENCES:
        raise BadRequestError(f"Choose 1 to {MAX_SENTENCES} sentences.")
    return _answer(services.sound_clips.of_sentences(transcript_id, ids, SoundForm(form)))


def _of_speaker(services: Services, transcript_id: str, speaker_id: str, form: str) -> Response:
    if form not in _FORMS:
        return refusal(404, "not_found")
    return _answer(services.sound_clips.of_speaker(transcript_id, speaker_id, SoundForm(form)))


def _answer(file: SoundFile) -> Response:
    headers = {
        **DATA_HEADERS,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
    }
    if file.num_bytes is not None:
        headers["Content-Length"] = str(file.num_bytes)
    return StreamingResponse(file.blocks, media_type=file.media_type, headers=headers)
