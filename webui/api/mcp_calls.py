"""Implementation of the MCP tools, called with arguments that match the tools' JSON schemas."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar  # Any: arguments and answers are JSON
from uuid import uuid4

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from webui.api.mcp_schemas import (
    CancelArguments,
    EditArguments,
    ExportArguments,
    ToolArguments,
    TranscribeArguments,
    TranscriptArguments,
)
from webui.api.public_api import POLL_S, ProgramCalls, TranscriptionArguments
from webui.api.waiting_calls import TooManyCallsError, WaitingCalls
from webui.routes.handler import BadRequestError
from webui.services.access import Visitor
from webui.services.container import Services
from webui.services.runs.run_progress import RunProgress
from webui.services.runs.transcription import Ticket

UNNAMED = "recording"  # title of a recording sent without one
Json = dict[str, Any]
ArgumentsT = TypeVar("ArgumentsT", bound=ToolArguments)
Progress = Callable[[float, str], Awaitable[None]]
"""`progress(fraction, stage)` sends the progress of a transcription to the client."""


class McpCalls:
    """Implementations of the MCP tools, as one method per tool with the tool's name."""

    def __init__(self, services: Services) -> None:
        self._calls = ProgramCalls(services)
        self._waiting = WaitingCalls()
        self._at_once: dict[str, Callable[[Visitor, Json], Json]] = {
            "cancel_transcription": self._cancel,
            "list_recordings": self._list,
            "get_transcript": self._transcript,
            "apply_edit": self._edit,
            "export_transcript": self._export,
        }

    async def call(
        self, name: str, arguments: Json, *, visitor: Visitor, on_progress: Progress
    ) -> Json:
        """Call the MCP tool with this name and return its result.

        Raises:
            BadRequestError: if there is no such tool or no file, or too many calls wait.
            StorageError, PipelineError: raised by the service.
        """
        if name == "transcribe":
            asked = _read(TranscribeArguments, arguments)
            try:
                with self._waiting.counted(visitor):
                    return await self._transcribe(visitor, asked, on_progress)
            except TooManyCallsError as error:
                raise BadRequestError(str(error)) from error
        answer = self._at_once.get(name)
        if answer is None:
            raise BadRequestError("There is no such tool.")
        return await run_in_threadpool(answer, visitor, arguments)

    async def _transcribe(
        self, visitor: Visitor, arguments: TranscribeArguments, on_progress: Progress
    ) -> Json:
        until = time.monotonic() + arguments.wait_seconds
        ticket = await run_in_threadpool(self._start, visitor, arguments)
        run = await run_in_threadpool(self._calls.progress, ticket)
        reported = -1.0
        while not run.status.is_final and time.monotonic() < until:
            if run.fraction > reported:  # the protocol requires increasing numbers
                reported = run.fraction
                await on_progress(reported, _stage_of(run))
            await asyncio.sleep(POLL_S)
            run = await run_in_threadpool(self._calls.progress, ticket)
        return await run_in_threadpool(self._calls.outcome, run)

    def _start(self, visitor: Visitor, arguments: TranscribeArguments) -> Ticket:
        if (arguments.content is None) == (arguments.upload is None):
            raise BadRequestError("Send the recording as content or as upload.")
        if arguments.content is not None:
            content = _decoded(arguments.content)
            return self._calls.start_content(
                visitor, content, _transcription_arguments(arguments, UNNAMED)
            )
        path = self._calls.sent_file(arguments.upload)
        if path is None:
            raise BadRequestError("upload is what /gradio_api/upload answered for the file.")
        return self._calls.start(visitor, path, _transcription_arguments(arguments, path.stem))

    def _cancel(self, visitor: Visitor, arguments: Json) -> Json:
        return self._calls.cancel(visitor, _read(CancelArguments, arguments).run_id)

    def _list(self, visitor: Visitor, _: Json) -> Json:
        return {"recordings": self._calls.list_recordings(visitor)}

    def _transcript(self, visitor: Visitor, arguments: Json) -> Json:
        return self._calls.transcript(visitor, _read(TranscriptArguments, arguments).recording_id)

    def _edit(self, visitor: Visitor, arguments: Json) -> Json:
        asked = _read(EditArguments, arguments)
        sent = {
            **asked.edit,
            "client_edit_id": asked.client_edit_id or uuid4().hex,
            "base": asked.base,
            "author": asked.author,
        }
        return self._calls.apply_edit(visitor, asked.transcript_id, sent)

    def _export(self, visitor: Visitor, arguments: Json) -> Json:
        asked = _read(ExportArguments, arguments)
        file = self._calls.export(
            visitor,
            asked.recording_id,
            asked.format_name,
            version=asked.version.value,
            verified_only=asked.verified_only,
            script=asked.script.value,
        )
        reported = {"name": file.name, "media_type": file.media_type}
        try:
            return {**reported, "text": file.content.decode("utf-8")}
        except UnicodeDecodeError:
            return {**reported, "content": base64.b64encode(file.content).decode()}


def _read(model: type[ArgumentsT], arguments: Json) -> ArgumentsT:
    """Validate the arguments of a tool and return them as its model.

    Raises:
        BadRequestError: if they do not match the tool's input schema.
    """
    try:
        return model.model_validate(arguments)
    except ValidationError as error:
        raise BadRequestError("The arguments do not match the tool's input schema.") from error


def _transcription_arguments(arguments: TranscribeArguments, name: str) -> TranscriptionArguments:
    return TranscriptionArguments(
        arguments.title or name,
        arguments.language,
        arguments.speakers,
        arguments.hotwords,
        arguments.audio_track,
    )


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except ValueError as error:
        raise BadRequestError("The content is not in base 64.") from error


def _stage_of(run: RunProgress) -> str:
    """Return a progress message with the run's stage, and the run's id for cancelling it."""
    state = run.status.value if run.stage is None else run.stage.value
    return f"run {run.run_id}: {state}"
