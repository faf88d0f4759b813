"""HTTP routes of OpenAI's transcription API: `/v1/audio/transcriptions` and `/v1/models`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gradio.route_utils import GradioUploadFile
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from pipeline.core.errors import PipelineError
from storage.db.errors import StorageError
from webui.api.public_api import (
    POLL_S,
    ProgramCalls,
    TranscriptionArguments,
    refusal_sentence,
)
from webui.auth.visitor import visitor_of
from webui.openai.answers import answer_of
from webui.openai.errors import error_response
from webui.openai.event_stream import EventStream
from webui.openai.finished_runs import FailedRunError, RunReader
from webui.openai.model_names import UnknownModelError, model_entry, models_list
from webui.openai.transcription_request import (
    MAX_FIELDS,
    FieldError,
    TranscriptionRequest,
    read_request,
)
from webui.routes.handler import DATA_HEADERS
from webui.routes.uploads import UPLOAD_ERRORS, received_form, stored_upload, upload_refusal
from webui.services.container import Services
from webui.services.runs.limits import LimitReachedError, UnreadableUploadError
from webui.services.runs.transcription import Ticket

TRANSCRIPTIONS_PATH = "/v1/audio/transcriptions"
MAX_WAITING_CALLS = 30  # as of the Gradio endpoint
FIRST_POLL_S = 0.05  # short recordings are done soon
_STREAM_HEADERS = {**DATA_HEADERS, "X-Accel-Buffering": "no"}  # nginx would collect the events
_PERMANENT_LIMITS = {"limit.file": 413, "limit.length": 413}
_NO_FILE = "Send the recording as the file of the form's field `file`."


def build_openai_routes(services: Services) -> list[BaseRoute]:
    """Return the routes of OpenAI's API."""
    endpoint = _Transcriptions(services)
    models = _Models(services)
    return [
        Route(TRANSCRIPTIONS_PATH, endpoint.answer, methods=["POST"]),
        Route("/v1/models", models.list, methods=["GET"]),
        Route("/v1/models/{name:path}", models.get, methods=["GET"]),
    ]


class _Models:
    """Answers about the usable models."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def list(self, _: Request) -> Response:
        return JSONResponse(models_list(await self._recognizers()))

    async def get(self, request: Request) -> Response:
        try:
            entry = model_entry(request.path_params["name"], await self._recognizers())
        except UnknownModelError as error:
            return error_response(404, "model_not_found", str(error), param="model")
        return JSONResponse(entry)

    async def _recognizers(self) -> tuple[str, ...]:
        return await run_in_threadpool(self._services.models.installed_recognizers)


class _Transcriptions:
    """Answers to transcription requests, which wait until their runs have ended."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._calls = ProgramCalls(services)
        self._runs = RunReader(services)
        self._num_waiting = 0

    async def answer(self, request: Request) -> Response:
        """Transcribe the recording in a request and return its transcript.

        The work goes on if the caller disconnects: its transcript is on the page, and a caller
        that sends the same request again gets the same run.
        """
        try:
            asked, path = await self._received(request)
        except FieldError as error:
            return error_response(error.status, error.code, str(error), param=error.param)
        except UPLOAD_ERRORS as error:
            return upload_refusal(self._services, request, error)
        if self._num_waiting >= MAX_WAITING_CALLS:
            self._services.uploads.discard(path)
            message = "Too many calls wait for transcripts. Try again in a minute."
            return error_response(429, "rate_limit_exceeded", message)
        try:
            ticket = await run_in_threadpool(self._start, request, path, asked)
        except (PipelineError, StorageError) as error:
            self._services.uploads.discard(path)
            return _refused(error, request)
        if asked.is_streamed:
            return self._streamed(ticket, asked)
        async with self._waiting():
            return await self._whole(ticket, asked)

    async def _received(self, request: Request) -> tuple[TranscriptionRequest, Path]:
        """Receive the form of a request; return its options and the stored file.

        Raises:
            FieldError: if a field is missing or invalid.
            Exception: one of UPLOAD_ERRORS.
        """
        recognizers = await run_in_threadpool(self._services.models.installed_recognizers)
        async with received_form(self._services, request, max_fields=MAX_FIELDS) as form:
            file = form.get("file")
            if not isinstance(file, GradioUploadFile):
                raise FieldError("file", _NO_FILE, code="missing_required_parameter")
            asked = read_request(form, recognizers)
            return asked, stored_upload(self._services, request, file)

    def _start(self, request: Request, path: Path, asked: TranscriptionRequest) -> Ticket:
        arguments = TranscriptionArguments(
            title=path.stem,
            language=asked.language,
            speakers=asked.speakers,
            hotwords="\n".join(asked.hotwords),
            recognizer=asked.recognizer,
        )
        return self._calls.start(visitor_of(request.scope), path, arguments)

    async def _whole(self, ticket: Ticket, asked: TranscriptionRequest) -> Response:
        pause_s = FIRST_POLL_S
        while not await run_in_threadpool(self._runs.has_ended, ticket):
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, POLL_S)
        return await run_in_threadpool(self._answer_of, ticket, asked)

    def _answer_of(self, ticket: Ticket, asked: TranscriptionRequest) -> Response:
        try:
            return answer_of(self._runs.document(ticket), asked)
        except FailedRunError as error:
            return error.response()

    def _streamed(self, ticket: Ticket, asked: TranscriptionRequest) -> Response:
        async def events() -> AsyncIterator[str]:
            async with self._waiting():
                async for event in EventStream(self._services, ticket, asked).events():
                    yield event

        return StreamingResponse(events(), media_type="text/event-stream", headers=_STREAM_HEADERS)

    @asynccontextmanager
    async def _waiting(self) -> AsyncIterator[None]:
        self._num_waiting += 1
        try:
            yield
        finally:
            self._num_waiting -= 1


def _refused(error: PipelineError | StorageError, request: Request) -> Response:
    """Return the error response for a transcription that was not started."""
    message = refusal_sentence(error, request.headers)
    match error:
        case LimitReachedError() if error.key in _PERMANENT_LIMITS:
            return error_response(_PERMANENT_LIMITS[error.key], "too_large", message)
        case LimitReachedError():
            return error_response(429, "rate_limit_exceeded", message)
        case UnreadableUploadError():
            return error_response(400, "invalid_file", message, param="file")
        case PipelineError():
            return error_response(400, "invalid_value", message)
    return error_response(503, "storage", message)
