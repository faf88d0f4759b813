"""Limits of request bodies that are kept in memory."""

from __future__ import annotations

import json
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
