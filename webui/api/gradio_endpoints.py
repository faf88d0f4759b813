"""Named and documented Gradio API endpoints for programs, with the page's access rules."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar  # the answers are JSON

import gradio as gr
from gradio.context import LocalContext
from gradio.events import api as gradio_api
from starlette.concurrency import run_in_threadpool

from pipeline.formats.chinese_script import ChineseScript
from storage.exports import TranscriptVersion
from webui.api.open_calls import OpenCall, OpenCalls
from webui.api.public_api import (
    POLL_S,
    REFUSALS,
    ProgramCalls,
    TranscriptionArguments,
    refusal_sentence,
    run_view,
)
from webui.api.waiting_calls import MAX_CALLS, TooManyCallsError, WaitingCalls
from webui.auth.visitor import visitor_of
from webui.services.access import Visitor
from webui.services.container import Services
from webui.services.runs.transcription import Ticket

Answer = TypeVar("Answer")


def build_api(services: Services, calls: OpenCalls) -> None:
    """Add the public API endpoints to the Gradio page that is being built.

    Args:
        services: services of the app.
        calls: registers each transcription that a program waits for.
    """
    api = _Api(services, calls)
    gradio_api(api.transcribe, api_name="transcribe", concurrency_limit=MAX_CALLS)
    for endpoint in (
        api.cancel_transcription,
        api.list_recordings,
        api.get_transcript,
        api.apply_edit,
        api.export_transcript,
    ):
        gradio_api(endpoint, api_name=endpoint.__name__, concurrency_limit=None)


class _Api:
    """Functions of the API endpoints, whose docstrings are the public API documentation."""

    def __init__(self, services: Services, open_calls: OpenCalls) -> None:
        self._calls = ProgramCalls(services)
        self._open_calls = open_calls
        self._waiting = WaitingCalls()

    async def transcribe(
        self,
        audio: dict[str, Any],
        request: gr.Request,
        title: str = "",
        language: str = "",
        speakers: str = "auto",
        hotwords: str = "",
        audio_track: str = "auto",
    ) -> AsyncIterator[dict[str, Any]]:
        """Transcribe a recording; cancelling the call stops the work, disconnecting does not.

        audio is a file (handle_file), language a code such as zh or empty, speakers auto, N or A-B,
        hotwords one on each line, audio_track auto, mix or a number from 1 (of a file with several
        audio tracks). Yields repeatedly recording_id, run_id, state, stage,
        fraction, ahead (runs before it) and seconds_left (null, or until it ends; until it begins
        while it is queued); the last answer also has the transcript where the state is done, or
        message.
        """
        path = self._calls.sent_file(audio.get("path") if isinstance(audio, dict) else None)
        if path is None:
            raise gr.Error(
                "Send a file along: audio=handle_file(...). An upload can be started once.",
                print_exception=False,
            )
        arguments = TranscriptionArguments(
            title or path.stem, language, speakers, hotwords, audio_track
        )
        event_id = LocalContext.event_id.get(None)
        with (
            _counted(self._waiting, request),
            self._open_calls.opened(request.session_hash, event_id) as call,
        ):
            ticket = await _call_in_thread(
                request, self._start, call, _visitor(request), path, arguments
            )
            run = await _call_in_thread(request, self._calls.progress, ticket)
            while not run.status.is_final:
                yield run_view(run)
                await asyncio.sleep(POLL_S)
                run = await _call_in_thread(request, self._calls.progress, ticket)
        yield await _call_in_thread(request, self._calls.outcome, run)

    def _start(
        self, call: OpenCall, visitor: Visitor, path: Path, arguments: TranscriptionArguments
    ) -> Ticket:
        ticket = self._calls.start(visitor, path, arguments)
        call.note_run(ticket.run_id)
        return ticket

    def cancel_transcription(self, run_id: str, request: gr.Request) -> dict[str, Any]:
        """Cancel the transcription with this run_id; do nothing if it has ended."""
        return _call(request, self._calls.cancel, _visitor(request), run_id)

    def list_recordings(self, request: gr.Request) -> list[dict[str, Any]]:
        """Return all recordings that the caller may see, the newest first."""
        return _call(request, self._calls.list_recordings, _visitor(request))

    def get_transcript(self, recording_id: str, request: gr.Request) -> dict[str, Any]:
        """Return a recording's transcript with speakers, utterances, ids and its revision."""
        return _call(request, self._calls.transcript, _visitor(request), recording_id)

    def apply_edit(
        self,
        transcript_id: str,
        base: int,
        client_edit_id: str,
        edit: dict[str, Any],
        request: gr.Request,
        author: str = "",
    ) -> dict[str, Any]:
        """Apply one edit to a transcript, only once for each client_edit_id.

        base is the caller's revision of the transcript. edit has a kind, such as correct_text with
        utterance_id and text, verify with utterance_ids, rename_speaker with speaker_id and name,
        undo, redo. Returns the changes since base. Where login is required, author is the
        user name.
        """
        sent = {**edit, "client_edit_id": client_edit_id, "base": base, "author": author}
        return _call(request, self._calls.apply_edit, _visitor(request), transcript_id, sent)

    def export_transcript(
        self,
        recording_id: str,
        format_name: str,
        request: gr.Request,
        version: str = TranscriptVersion.REVIEWED.value,
        verified_only: bool = False,
        script: str = ChineseScript.KEEP.value,
    ) -> dict[str, Any]:
        """Return a transcript as a file with its name, media_type and Base64 content.

        format_name is srt, vtt, json, rttm, textgrid and so on; version is reviewed or machine;
        script, the Chinese characters of the file, is keep, simplified or traditional.
        """
        export = partial(
            self._calls.export, version=version, verified_only=verified_only, script=script
        )
        file = _call(request, export, _visitor(request), recording_id, format_name)
        return {
            "name": file.name,
            "media_type": file.media_type,
            "content": base64.b64encode(file.content).decode(),
        }


@contextmanager
def _counted(waiting: WaitingCalls, request: gr.Request) -> Iterator[None]:
    """Count a call until the end of the block; raise gr.Error above a limit."""
    try:
        with waiting.counted(_visitor(request)):
            yield
    except TooManyCallsError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _visitor(request: gr.Request) -> Visitor:
    return visitor_of(event_scope(request))


def _call(request: gr.Request, function: Callable[..., Answer], *arguments: object) -> Answer:
    """Call a function and return its result; raise gr.Error for an exception in REFUSALS."""
    try:
        return function(*arguments)
    except REFUSALS as error:
        message = refusal_sentence(error, request.headers)
        raise gr.Error(message, print_exception=False) from error


async def _call_in_thread(
    request: gr.Request, function: Callable[..., Answer], *arguments: object
) -> Answer:
    return await run_in_threadpool(_call, request, function, *arguments)


def event_scope(request: gr.Request) -> Mapping[str, Any]:
    """Return the ASGI scope of the request that started an event.

    Raises:
        LookupError: if Gradio does not provide it; the visitor is then unknown.
    """
    if request.request is None:
        raise LookupError("The event came without its request.")
    scope: Mapping[str, Any] = request.request.scope
    return scope
