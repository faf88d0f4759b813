"""Endpoints for programs: named, documented, and under the same rules as the page."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar  # the answers are JSON

import gradio as gr
from gradio.events import api as gradio_api
from gradio.utils import get_upload_folder
from starlette.concurrency import run_in_threadpool

from pipeline.errors import PipelineError
from pipeline.options import PipelineOptions, SpeakerCount
from storage.errors import StorageError
from storage.exports import TranscriptVersion
from storage.records import RunStatus
from webui.gradio_requests import event_scope
from webui.guarded_route import BadRequestError
from webui.review_routes import asked_edit
from webui.review_views import changes_view, review_view
from webui.services.access import Visitor
from webui.services.container import Services
from webui.services.limits import LimitReachedError
from webui.services.run_progress import RunProgress
from webui.view_models import recording_row
from webui.visits import visitor_of

POLL_S = 0.5

Answer = TypeVar("Answer")


def build_api(services: Services) -> None:
    """Add the endpoints to the page that is being built; all else on it is private."""
    api = _Api(services)
    for endpoint in (
        api.transcribe,
        api.cancel_transcription,
        api.list_recordings,
        api.get_transcript,
        api.apply_edit,
        api.export_transcript,
    ):
        # Nobody waits for somebody else's transcription: the engine has a queue of its own.
        gradio_api(endpoint, api_name=endpoint.__name__, concurrency_limit=None)


class _Api:
    """The endpoints; their docstrings are what a program's author reads."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def transcribe(
        self,
        audio: dict[str, Any],
        request: gr.Request,
        title: str = "",
        language: str = "",
        speakers: str = "auto",
        hotwords: str = "",
    ) -> AsyncIterator[dict[str, Any]]:
        """Transcribe a recording; cancelling the call stops the work.

        audio is a file (handle_file), language a code such as zh or empty, speakers auto, N or A-B,
        hotwords one on each line. Answers again and again with recording_id, run_id, state, stage,
        fraction, ahead (runs before it) and seconds_left (null, or until it ends; until it begins
        while it is queued); the last answer also has the transcript where the state is done, or
        message.
        """
        visitor = _visitor(request)
        path = _uploaded(audio)
        chosen = (language, speakers, hotwords)
        start = partial(self._start, visitor, path, title or path.stem, chosen)
        ticket = await run_in_threadpool(_limited, start, path, _asks_for_chinese(request))
        run = await _told(self._services.transcription.progress, ticket.run_id)
        try:
            while not run.status.is_final:
                yield _run_view(run)
                await asyncio.sleep(POLL_S)
                run = await _told(self._services.transcription.progress, ticket.run_id)
        finally:
            if not run.status.is_final:  # the call was cancelled
                self._services.transcription.cancel(ticket.run_id)
        if run.status is RunStatus.DONE:
            opened = await _told(self._services.review.open_preferred, run.recording_id)
            yield {**_run_view(run), "transcript": review_view(opened)}
        else:
            yield {**_run_view(run), "message": run.error_message}

    def cancel_transcription(self, run_id: str, request: gr.Request) -> dict[str, Any]:
        """Stop a transcription by its run_id; nothing happens if it has ended."""
        _allow(self._services, _visitor(request), changes=True, run_id=run_id)
        _call(self._services.transcription.cancel, run_id)
        return {"run_id": run_id}

    def list_recordings(self, request: gr.Request) -> list[dict[str, Any]]:
        """All recordings that the caller may see, the newest first."""
        visitor = _visitor(request)
        listed = _call(partial(self._services.recordings.list, owner=visitor.owner))
        return [recording_row(each, visitor) for each in listed]

    def get_transcript(self, recording_id: str, request: gr.Request) -> dict[str, Any]:
        """A recording's transcript with speakers, utterances, ids and its revision."""
        _allow(self._services, _visitor(request), changes=False, recording_id=recording_id)
        return review_view(_call(self._services.review.open_preferred, recording_id))

    def apply_edit(
        self,
        transcript_id: str,
        base: int,
        client_edit_id: str,
        edit: dict[str, Any],
        request: gr.Request,
        author: str = "",
    ) -> dict[str, Any]:
        """Make one edit of a transcript; sent again under the same client_edit_id, it is made once.

        base is the revision that the caller has seen. edit has a kind, such as correct_text with
        utterance_id and text, verify with utterance_ids, rename_speaker with speaker_id and name,
        undo, redo. Answers with what has changed since base. Where people log in, author is the
        name of who has.
        """
        visitor = _visitor(request)
        _allow(self._services, visitor, changes=True, transcript_id=transcript_id)
        name = author if visitor.name is None else visitor.name
        sent = {**edit, "client_edit_id": client_edit_id, "base": base, "author": name}
        asked = _call(asked_edit, sent)
        return changes_view(_call(self._services.review.apply, transcript_id, asked))

    def export_transcript(
        self,
        recording_id: str,
        format_name: str,
        request: gr.Request,
        version: str = TranscriptVersion.REVIEWED.value,
        verified_only: bool = False,
    ) -> dict[str, Any]:
        """A transcript as a file: its name, media_type, and content in base 64.

        format_name is srt, vtt, json, rttm, textgrid and so on; version is reviewed or machine.
        """
        _allow(self._services, _visitor(request), changes=False, recording_id=recording_id)
        if version not in {each.value for each in TranscriptVersion}:
            raise gr.Error("version is reviewed or machine.")
        export = partial(
            self._services.recordings.export,
            version=TranscriptVersion(version),
            verified_only=verified_only,
        )
        file = _call(export, recording_id, format_name)
        return {
            "name": file.name,
            "media_type": file.media_type,
            "content": base64.b64encode(file.content).decode(),
        }

    def _start(self, visitor: Visitor, path: Path, title: str, chosen: tuple[str, str, str]) -> Any:
        language, speakers, hotwords = chosen
        options = PipelineOptions(
            speakers=SpeakerCount.parse(speakers),
            asr=self._services.models.asr_options(language or None, hotwords),
        )
        return self._services.transcription.start(
            path, title=title, options=options, owner=visitor.owner, takes_file=True
        )


def _visitor(request: gr.Request) -> Visitor:
    return visitor_of(event_scope(request))


def _allow(services: Services, visitor: Visitor, *, changes: bool, **ids: str) -> None:
    _call(partial(services.access.check, visitor, ids, changes=changes))


def _call(function: Callable[..., Answer], *arguments: object) -> Answer:
    """What a service answers; what it refuses, in its own words."""
    try:
        return function(*arguments)
    except (BadRequestError, PipelineError, StorageError) as error:
        raise gr.Error(str(error), print_exception=False) from error


async def _told(function: Callable[..., Answer], *arguments: object) -> Answer:
    return await run_in_threadpool(_call, function, *arguments)


def _uploaded(audio: dict[str, Any]) -> Path:
    """The file that was sent along; a path to anything else on this machine is refused."""
    named = audio.get("path") if isinstance(audio, dict) else None
    if isinstance(named, str):
        path = Path(named).resolve()
        if path.is_relative_to(Path(get_upload_folder()).resolve()) and path.is_file():
            return path
    raise gr.Error("Send a file along: audio=handle_file(...).", print_exception=False)


def _limited(start: Callable[[], Answer], path: Path, in_chinese: bool) -> Answer:
    """As `_call`; where a limit is reached, in the caller's language, and the file is removed."""
    try:
        return _call(start)
    except gr.Error as error:
        if isinstance(error.__cause__, LimitReachedError):
            path.unlink(missing_ok=True)
            told = error.__cause__.told("zh" if in_chinese else "en")
            raise gr.Error(told, print_exception=False) from error
        raise


def _asks_for_chinese(request: gr.Request) -> bool:
    return str(request.headers.get("accept-language", "")).lower().startswith("zh")


def _run_view(run: RunProgress) -> dict[str, Any]:
    return {
        "recording_id": run.recording_id,
        "run_id": run.run_id,
        "state": run.status.value,
        "stage": None if run.stage is None else run.stage.value,
        "fraction": round(run.fraction, 4),
        "ahead": run.queue_position,
        "seconds_left": None if run.seconds_left is None else round(run.seconds_left),
    }
