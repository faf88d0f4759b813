"""HTTP routes of OpenAI's transcription API: `/v1/audio/transcriptions` and `/v1/models`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

from gradio.route_utils import GradioUploadFile
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from pipeline.core.errors import PipelineError
from storage.db.errors import StorageError
from webui.api.public_api import (
    POLL_S,
    ProgramCalls,
    TranscriptionArguments,
    refusal_sentence,
)
from webui.api.waiting_calls import TooManyCallsError, WaitingCalls
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
from webui.routes.runs.uploads import UPLOAD_ERRORS, received_form, stored_upload, upload_refusal
from webui.services.container import Services
from webui.services.runs.limits import LimitReachedError, UnreadableUploadError
from webui.services.runs.transcription import Ticket

TRANSCRIPTIONS_PATH = "/v1/audio/transcriptions"
FIRST_POLL_S = 0.05  # short recordings are done soon
_STREAM_HEADERS = {**DATA_HEADERS, "X-Accel-Buffering": "no"}  # nginx would collect the events
_PERMANENT_LIMITS = {"limit.file": 413, "limit.length": 413}
_CLIENT_CLOSED = 499  # as nginx logs it; nobody receives it
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
    """Handlers of the routes that list and describe models."""

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
    """Handlers of transcription requests, which wait until their runs have ended."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._calls = ProgramCalls(services)
        self._runs = RunReader(services)
        self._waiting = WaitingCalls()

    async def answer(self, request: Request) -> Response:
        """Transcribe the recording in a request and return its transcript.

        The transcription continues if the caller disconnects: its result is shown on the page,
        and the same request sent again gets the same run.
        """
        try:
            asked, path = await self._received(request)
        except FieldError as error:
            return error_response(error.status, error.code, str(error), param=error.param)
        except UPLOAD_ERRORS as error:
            return upload_refusal(self._services, request, error)
        try:
            with ExitStack() as waiting:
                waiting.enter_context(self._waiting.counted(visitor_of(request.scope)))
                ticket = await run_in_threadpool(self._start, request, path, asked)
                if asked.is_streamed:
                    return _CountedStream(self._events(ticket, asked), waiting.pop_all())
                return await self._whole(request, ticket, asked)
        except TooManyCallsError as error:
            self._services.uploads.discard(path)
            return error_response(429, "rate_limit_exceeded", str(error))
        except (PipelineError, StorageError) as error:
            self._services.uploads.discard(path)
            return _refused(error, request)

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

    async def _whole(
        self, request: Request, ticket: Ticket, asked: TranscriptionRequest
    ) -> Response:
        pause_s = FIRST_POLL_S
        while not await run_in_threadpool(self._runs.has_ended, ticket):
            if await request.is_disconnected():
                return Response(status_code=_CLIENT_CLOSED)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, POLL_S)
        return await run_in_threadpool(self._answer_of, ticket, asked)

    def _answer_of(self, ticket: Ticket, asked: TranscriptionRequest) -> Response:
        try:
            return answer_of(self._runs.document(ticket), asked)
        except FailedRunError as error:
            return error.response()

    def _events(self, ticket: Ticket, asked: TranscriptionRequest) -> AsyncIterator[str]:
        return EventStream(self._services, ticket, asked).events()


class _CountedStream(StreamingResponse):
    """Stream of events, which counts as a waiting call until it has ended."""

    def __init__(self, events: AsyncIterator[str], counted: ExitStack) -> None:
        super().__init__(events, media_type="text/event-stream", headers=_STREAM_HEADERS)
        self._counted = counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._counted:
            await super().__call__(scope, receive, send)


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
