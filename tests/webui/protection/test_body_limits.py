"""Limits of request bodies that are kept in memory."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Sequence
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from tests.conditions import run_in_new_loop
from webui.protection.body_limits import BodyLimits

MAX_BYTES = 4_000_000
CHUNK = b"[]," * 20_000


async def _read_all(scope: Scope, receive: Receive, send: Send) -> None:
    await Request(scope, receive).body()
    await PlainTextResponse("read")(scope, receive, send)


def answer_to(*bodies: Sequence[bytes]) -> list[tuple[int, str]]:
    """Send one request after the other, each in chunks; return the statuses and messages."""
    limits = BodyLimits(_read_all, routes=[], max_bytes=MAX_BYTES)
    return [run_in_new_loop(_answer(limits, chunks)) for chunks in bodies]


async def _answer(limits: BodyLimits, chunks: Sequence[bytes]) -> tuple[int, str]:
    left = list(chunks)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    await limits(scope, receive, send)
    return sent[0]["status"], sent[1]["body"].decode()


def test_a_body_with_more_values_than_ever_fit_is_too_large_rather_than_badly_timed() -> None:
    refused, next_one = answer_to([CHUNK] * 40, [CHUNK])

    assert refused[0] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert json.loads(refused[1]) == {
        "error": "too_large",
        "message": "The request holds too many values; send them in several requests.",
    }
    assert next_one == (HTTPStatus.OK, "read")


def test_a_refused_body_is_freed_at_once_without_a_garbage_collection() -> None:
    received: list[weakref.ref[object]] = []

    async def read_all(scope: Scope, receive: Receive, send: Send) -> None:
        received.append(weakref.ref(receive.__self__))  # type: ignore[attr-defined]
        await _read_all(scope, receive, send)

    limits = BodyLimits(read_all, routes=[], max_bytes=MAX_BYTES)
    gc.disable()
    try:
        status, _ = run_in_new_loop(_answer(limits, [CHUNK] * 100))
        is_freed = received[0]() is None
    finally:
        gc.enable()

    assert status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert is_freed
