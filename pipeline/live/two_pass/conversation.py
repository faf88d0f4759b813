"""Connection of one client of FunASR's protocol: messages in, answers out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeVar

from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.errors import PipelineError
from pipeline.live.two_pass.answers import Answer, end_answer, error_answer, text_answer
from pipeline.live.two_pass.settings import (
    PCM,
    MessageError,
    Mode,
    StreamSettings,
    read_message,
    updated,
)
from pipeline.live.two_pass.utterance import Session, Utterance

LAST_ANSWER_S = 2.5  # FunASR's web page closes the connection 3 s after its end message
MAX_WAITING_MESSAGES = 64  # then the client has to wait
_PIECE_BYTES = 2 * SAMPLE_RATE_HZ  # so that other clients have their turn
_BYTES_PER_SAMPLE = 2
_MS_PER_S = 1_000

Result = TypeVar("Result")
WaitingTime = Callable[[], int]
"""A function that returns the duration of received, not yet recognised audio in ms."""
OpenSession = Callable[[StreamSettings, WaitingTime], Session]
Send = Callable[[Answer], Awaitable[None]]

_log = logging.getLogger(__name__)


class Conversation:
    """The utterances of one connection, processed in order.

    Messages are received in parallel with recognition, up to a limit.
    """

    def __init__(self, open_session: OpenSession, executor: Executor, send: Send) -> None:
        """Create the state of a new connection.

        Args:
            open_session: starts the recognition of an utterance.
            executor: runs the recognition, one piece of audio at a time.
            send: function that sends an answer to the client.
        """
        self._open_session = open_session
        self._executor = executor
        self._send = send
        self._settings = StreamSettings()
        self._utterance: Utterance | None = None
        self._failure: Answer | None = None  # of the utterance, the rest of which is ignored
        self._num_waiting_bytes = 0

    async def run(self, messages: AsyncIterator[str | bytes]) -> None:
        """Process all messages; return after the last answer."""
        waiting: asyncio.Queue[str | bytes | None] = asyncio.Queue(MAX_WAITING_MESSAGES)
        receiving = asyncio.ensure_future(self._receive(messages, waiting))
        try:
            while (message := await waiting.get()) is not None:
                await self._answer(message)
            await receiving  # raises what the connection has raised
        finally:
            receiving.cancel()
            self._close_utterance()

    async def _receive(
        self, messages: AsyncIterator[str | bytes], waiting: asyncio.Queue[str | bytes | None]
    ) -> None:
        """Put the messages in the queue, and None after the last one, even after an error."""
        try:
            async for message in messages:
                if isinstance(message, bytes):
                    self._num_waiting_bytes += len(message)
                await waiting.put(message)
        except asyncio.CancelledError:  # then nobody takes them from the queue
            raise
        except Exception:
            await waiting.put(None)
            raise
        await waiting.put(None)

    async def _answer(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            await self._hear(message)
            return
        try:
            await self._take(read_message(message))
        except MessageError as error:
            await self._send(error_answer(self._settings, "bad_message", str(error)))

    async def _take(self, message: dict[str, Any]) -> None:
        """Apply the settings of a text message; end the utterance if the message says so."""
        is_end = message.get("is_speaking") is False
        try:
            self._settings = updated(self._settings, message)
            if self._utterance is not None:
                self._utterance.change(self._settings)
            elif not is_end:
                self._failure = None
        except MessageError as error:
            await self._fail("bad_message", str(error))
        if is_end:
            await self._end(says_end=bool(message.get("is_end")))

    async def _hear(self, data: bytes) -> None:
        for first in range(0, len(data), _PIECE_BYTES):
            piece = data[first : first + _PIECE_BYTES]
            self._num_waiting_bytes -= len(piece)
            await self._recognize(partial(_feed, piece))

    async def _end(self, *, says_end: bool) -> None:
        settings = self._settings
        answers = await self._recognize(_finish, is_end=True)
        if not answers:
            await self._send({**text_answer(settings, ""), "is_final": True})
        if says_end:
            await self._send(end_answer(settings, self._failure))
        self._close_utterance()
        self._failure = None

    async def _recognize(
        self, work: Callable[[Utterance], list[Answer]], *, is_end: bool = False
    ) -> list[Answer]:
        """Run a step of the utterance, send its answers and return them.

        A first step creates the utterance. After a failure, the error is sent and nothing returned.
        """
        if self._failure is not None or (is_end and self._utterance is None):
            return []
        try:
            answers = await self._within_time(work, has_limit=is_end)
        except PipelineError as error:
            await self._fail("not_recognized", f"{str(error).rstrip('.')}.")
            return []
        await self._send_all(answers)
        return answers

    async def _within_time(
        self, work: Callable[[Utterance], list[Answer]], *, has_limit: bool
    ) -> list[Answer]:
        """Run a step; with a limit, return the interim text if the final text is late."""
        step = asyncio.ensure_future(self._in_thread(lambda: work(self._current())))
        utterance = self._utterance
        if not has_limit or utterance is None or utterance.settings.mode is Mode.OFFLINE:
            return await step
        try:
            return await asyncio.wait_for(asyncio.shield(step), LAST_ANSWER_S)
        except (TimeoutError, asyncio.TimeoutError):
            step.add_done_callback(_ignore_outcome)
            _log.warning("The last text of an utterance is late; its passing text is sent instead")
            return utterance.finish_with_passing()

    def _current(self) -> Utterance:
        if self._utterance is None:
            self._utterance = Utterance(
                self._settings, lambda settings: self._open_session(settings, self._waiting_ms)
            )
        return self._utterance

    def _waiting_ms(self) -> int:
        """Return the duration of received, not yet recognised audio in ms; 0 for files."""
        if self._settings.wav_format != PCM:
            return 0
        num_samples = self._num_waiting_bytes // _BYTES_PER_SAMPLE
        return num_samples * _MS_PER_S // self._settings.sample_rate_hz

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    async def _fail(self, code: str, message: str) -> None:
        self._failure = error_answer(self._settings, code, message)
        await self._send(self._failure)

    async def _send_all(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            await self._send(answer)

    def _close_utterance(self) -> None:
        if self._utterance is not None:
            self._utterance.close()
            self._utterance = None


def _feed(data: bytes, utterance: Utterance) -> list[Answer]:
    return utterance.feed(data)


def _finish(utterance: Utterance) -> list[Answer]:
    return utterance.finish()


def _ignore_outcome(step: asyncio.Future[list[Answer]]) -> None:
    if not step.cancelled() and step.exception() is not None:
        _log.warning("A late text could not be recognised: %s", step.exception())
