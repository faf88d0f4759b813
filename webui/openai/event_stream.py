"""Server-sent events of a transcription, with its text as soon as it is recognised."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any  # the events are JSON

from starlette.concurrency import run_in_threadpool

from pipeline.core.transcript import Sentence
from pipeline.formats.document import TranscriptDocument
from pipeline.text.lines import plain_line
from pipeline.text.scripts import has_blank_between_sentences
from storage.db.records import Utterance
from webui.api.public_api import POLL_S
from webui.openai.answers import diarized_segments, text_of
from webui.openai.finished_runs import FailedRunError, RunReader
from webui.openai.transcription_request import ResponseFormat, TranscriptionRequest
from webui.services.container import Services
from webui.services.runs.transcription import Ticket

KEEP_ALIVE_S = 15.0  # proxies close connections without data after a minute or so
_KEEP_ALIVE = ": the transcription is in progress\n\n"


class EventStream:
    """Events of one transcription: a delta per sentence, then its speakers and whole text."""

    def __init__(self, services: Services, ticket: Ticket, request: TranscriptionRequest) -> None:
        self._services = services
        self._ticket = ticket
        self._request = request
        self._runs = RunReader(services)
        self._text = _SentText()
        self._transcript_id: str | None = None
        self._revision = 0

    async def events(self) -> AsyncIterator[str]:
        """Yield the events until the transcription has ended, and comments during long waits."""
        last_s = time.monotonic()
        while not await run_in_threadpool(self._runs.has_ended, self._ticket):
            events = await run_in_threadpool(self._new_deltas)
            if not events and time.monotonic() - last_s >= KEEP_ALIVE_S:
                events = [_KEEP_ALIVE]
            for event in events:
                yield event
                last_s = time.monotonic()
            await asyncio.sleep(POLL_S)
        for event in await run_in_threadpool(self._last_events):
            yield event

    def _new_deltas(self) -> list[str]:
        """Return the events of the sentences recognised since the last call."""
        if self._transcript_id is None:
            ticket = self._ticket
            self._transcript_id = self._services.recordings.find_transcript_of(
                ticket.recording_id, ticket.run_id
            )
        if self._transcript_id is None:
            return []
        changes = self._services.review.changes(self._transcript_id, self._revision)
        self._revision = changes.revision
        return list(map(_event, self._text.deltas(changes.utterances)))

    def _last_events(self) -> list[str]:
        try:
            document = self._runs.document(self._ticket)
        except FailedRunError as error:
            return [_event(error.body())]
        return list(map(_event, self._closing(document)))

    def _closing(self, document: TranscriptDocument) -> Iterator[dict[str, Any]]:
        yield from self._text.deltas(document.transcript.sentences)
        if self._request.response_format is ResponseFormat.DIARIZED_JSON:
            yield from diarized_segments(document)
        yield {"type": "transcript.text.done", "text": text_of(document)}


class _SentText:
    """Text sent so far, with the time of its end."""

    def __init__(self) -> None:
        self._end_ms = 0
        self._text = ""

    def deltas(self, found: Sequence[Sentence | Utterance]) -> Iterator[dict[str, Any]]:
        """Yield the events of the sentences after those sent."""
        for each in sorted(found, key=lambda each: each.start_ms):
            text = plain_line(each.text)
            if not text or each.start_ms < self._end_ms:
                continue
            delta = " " * has_blank_between_sentences(self._text, text) + text
            self._end_ms = each.end_ms
            self._text += delta
            yield {"type": "transcript.text.delta", "delta": delta}


def _event(content: dict[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"
