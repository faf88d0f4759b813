"""HTTP routes that inspect uploaded files and start their transcription."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from pipeline.audio.probe import AudioProbe
from pipeline.core.audio_track import AudioTrack
from pipeline.core.errors import OptionError
from pipeline.core.options import PipelineOptions, SpeakerCount
from storage.db.errors import StorageError
from webui.routes.handler import (
    AccessScope,
    BadRequestError,
    Body,
    checked_handler,
    json_answer,
    refusal,
)
from webui.routes.handler import logger as _log
from webui.services.access import Visitor
from webui.services.container import Services
from webui.services.models import check_language
from webui.services.runs.limits import LimitReachedError, UploadRefusedError
from webui.services.runs.uploads import UploadGoneError

MAX_KEPT = 100  # uploads of one request


def build_transcription_routes(services: Services) -> list[BaseRoute]:
    """Return the routes of uploaded files and of new transcriptions."""
    routes = {
        "/studio/uploads/look": _look,
        "/studio/uploads/keep": _keep,
        "/studio/uploads/discard": _discard,
        "/studio/prepare": _prepare,
        "/studio/transcriptions": _start,
    }
    return [
        Route(
            path,
            checked_handler(
                partial(answer, services),
                concerns=AccessScope.THE_VISITOR,
                changes=True,
                takes_body=True,
            ),
            methods=["POST"],
        )
        for path, answer in routes.items()
    ]


def _look(services: Services, body: Body, visitor: Visitor) -> Response:
    """Return an upload's length, number of audio tracks, known recording, or its problem."""
    path = _upload(services, body.get("path"))
    if path is None:
        return _gone()
    try:
        seen = services.transcription.look(path)
    except UploadRefusedError as error:
        return _seen(AudioProbe(), problem={"key": error.key, "values": error.values})
    known = services.transcription.find_known(path, owner=visitor.owner)
    return _seen(seen, None if known is None else {"id": known.recording_id, "title": known.title})


def _seen(
    seen: AudioProbe,
    known: dict[str, str] | None = None,
    *,
    problem: dict[str, object] | None = None,
) -> Response:
    return json_answer(
        {
            "length_ms": seen.length_ms,
            "num_tracks": seen.num_tracks,
            "known": known,
            "problem": problem,
        }
    )


def _keep(services: Services, body: Body, visitor: Visitor) -> Response:  # noqa: ARG001
    """Extend the expiry of an open page's uploads; raise BadRequestError without a list."""
    paths = body.get("paths")
    if not isinstance(paths, list) or len(paths) > MAX_KEPT:
        raise BadRequestError("The uploads to keep are a list of paths.")
    for path in (_upload(services, each) for each in paths):
        if path is not None:
            services.uploads.renew(path)
    return json_answer({})


def _discard(services: Services, body: Body, visitor: Visitor) -> Response:  # noqa: ARG001
    """Delete an upload that the person has removed from the page."""
    path = _upload(services, body.get("path"))
    if path is not None:
        services.uploads.discard(path)
    return json_answer({})


def _prepare(services: Services, body: Body, visitor: Visitor) -> Response:  # noqa: ARG001
    """Load the models for a transcription in the chosen language."""
    try:
        asr = services.models.asr_options(_text(body, "language") or None, "")
    except OptionError:  # reported when the person starts
        return json_answer({})
    services.transcription.prepare(PipelineOptions(asr=asr))
    return json_answer({})


def _start(services: Services, body: Body, visitor: Visitor) -> Response:
    """Start the transcription of an upload."""
    path = _upload(services, body.get("path"))
    if path is None:
        return _gone()
    options = _options(services, body)
    if isinstance(options, Response):
        return options
    try:
        with services.uploads.claimed(path) as claim:
            ticket = services.transcription.start(
                path,
                title=_text(body, "title") or path.stem,
                options=options,
                owner=visitor.owner,
                address=visitor.address,
                person=visitor.person,
            )
            if not ticket.is_new:  # the person can choose other options
                claim.keep()
    except UploadGoneError:
        return _gone()
    except LimitReachedError:
        raise
    except UploadRefusedError as error:
        return _refused(error)
    except StorageError:
        _log.exception("an upload could not be stored")
        return refusal(503, "storage", key="notice.not_started")
    return json_answer(
        {
            "recording_id": ticket.recording_id,
            "run_id": ticket.run_id,
            "is_new": ticket.is_new,
            "title": services.recordings.title(ticket.recording_id),
        }
    )


def _options(services: Services, body: Body) -> PipelineOptions | Response:
    """Return the chosen options, or the error response for an invalid one.

    Raises:
        BadRequestError: if an option has the wrong form.
    """
    try:
        speakers = SpeakerCount.parse(_text(body, "speakers") or "auto")
    except OptionError:
        return refusal(422, "refused", key="notice.speaker_range")
    language = _text(body, "language") or None
    try:
        check_language(language)
    except OptionError as error:
        raise BadRequestError(str(error)) from error
    try:
        asr = services.models.asr_options(language, _text(body, "hotwords"))
    except OptionError:
        return refusal(422, "refused", key="notice.hotwords")
    try:
        track = AudioTrack.parse(_text(body, "track") or "auto")
    except OptionError as error:
        raise BadRequestError(str(error)) from error
    return PipelineOptions(speakers=speakers, asr=asr, track=track)


def _upload(services: Services, reference: object) -> Path | None:
    if not isinstance(reference, str):
        raise BadRequestError("The path of an upload is a text.")
    return services.uploads.find(reference)


def _text(body: Body, name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise BadRequestError(f"{name!r} is a text.")
    return value


def _gone() -> Response:
    return refusal(410, "gone", key="notice.upload_gone")


def _refused(error: UploadRefusedError) -> Response:
    return refusal(422, "refused", message=str(error), key=error.key, values=error.values)
