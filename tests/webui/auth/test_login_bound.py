"""Responses in progress end with the login of their request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from tests.conditions import LONGEST_WAIT_S, run_in_new_loop
from tests.webui.login_clients import HASHES, log_in, sessions_of
from webui.auth.access_tokens import AccessTokens
from webui.auth.login import COOKIE, LoginRequired
from webui.config.accounts import Accounts
from webui.routes.access_tokens import build_token_routes
from webui.services.container import Services

EventsOf = Callable[[], AsyncIterator[str]]


async def endless() -> AsyncIterator[str]:
    yield "data: first\n\n"
    await asyncio.sleep(10 * LONGEST_WAIT_S)


async def pieces() -> AsyncIterator[str]:
    while True:
        yield "piece"
        await asyncio.sleep(0.01)


def events(_: Request) -> Response:
    return StreamingResponse(endless(), media_type="text/event-stream")


def download(_: Request) -> Response:
    return StreamingResponse(pieces(), media_type="application/zip")


async def long_poll(request: Request) -> Response:
    while not await request.is_disconnected():
        await asyncio.sleep(0.01)
    return PlainTextResponse("nobody waits")


@pytest.fixture
def client(services: Services, tmp_path: Path) -> TestClient:
    """A logged-in client of an app with an event stream, a download and a long wait."""
    accounts = Accounts(HASHES)
    tokens = AccessTokens(tmp_path, accounts)
    routes = [Route("/events", events), Route("/download", download), Route("/wait", long_poll)]
    inner = Starlette(routes=[*routes, *build_token_routes(tokens)])
    sessions = sessions_of(accounts, tmp_path)
    client = TestClient(LoginRequired(inner, services.access, accounts, sessions, tokens))
    log_in(client)
    return client


def by_session(client: TestClient) -> tuple[bytes, bytes]:
    return b"cookie", f"{COOKIE}={client.cookies[COOKIE]}".encode()


def by_token(client: TestClient) -> tuple[bytes, bytes]:
    secret = client.post("/studio/tokens", json={"name": "program"}).json()["secret"]
    return b"authorization", f"Bearer {secret}".encode()


def end_session(client: TestClient) -> None:
    client.post("/logout", follow_redirects=False)


def end_token(client: TestClient) -> None:
    (token,) = client.get("/studio/tokens").json()["tokens"]
    assert client.request("DELETE", f"/studio/tokens/{token['id']}", json={}).is_success


LOGINS = [(by_session, end_session), (by_token, end_token)]
by_each_login = pytest.mark.parametrize(("log_in_by", "end_login"), LOGINS)


def sent_until_the_end(
    client: TestClient, path: str, login: tuple[bytes, bytes], end_login: Callable[[], None]
) -> list[Message]:
    """Return what a request is answered whose login ends after its first message or wait."""

    async def ask() -> list[Message]:
        sent: list[Message] = []
        requests = iter([{"type": "http.request", "body": b"", "more_body": False}])
        waits = asyncio.Event()

        async def receive() -> Message:
            request = next(requests, None)
            if request is not None:
                return request
            waits.set()
            return await asyncio.Future()  # the client stays connected

        async def send(message: Message) -> None:
            sent.append(message)
            waits.set()

        scope = {
            **{"type": "http", "method": "GET", "path": path, "raw_path": path.encode()},
            **{"query_string": b"", "headers": [login], "client": ("127.0.0.1", 1)},
        }
        answering = asyncio.create_task(client.app(scope, receive, send))
        await waits.wait()
        await asyncio.to_thread(end_login)
        await asyncio.wait_for(answering, LONGEST_WAIT_S)
        return sent

    return run_in_new_loop(ask())


@by_each_login
def test_an_event_stream_ends_with_its_login(client, log_in_by, end_login) -> None:
    login = log_in_by(client)

    sent = sent_until_the_end(client, "/events", login, lambda: end_login(client))

    assert [each.get("body") for each in sent[1:]] == [b"data: first\n\n", b""]
    assert sent[-1]["more_body"] is False


@by_each_login
def test_a_download_is_cut_off_at_the_end_of_its_login(client, log_in_by, end_login) -> None:
    login = log_in_by(client)

    sent = sent_until_the_end(client, "/download", login, lambda: end_login(client))

    assert sent[-1].get("more_body", True)  # the server then closes the connection


@by_each_login
def test_a_long_wait_ends_with_its_login_and_is_refused(client, log_in_by, end_login) -> None:
    login = log_in_by(client)

    sent = sent_until_the_end(client, "/wait", login, lambda: end_login(client))

    assert [each.get("status") for each in sent] == [401, None]
