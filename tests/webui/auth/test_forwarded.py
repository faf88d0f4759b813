"""Tests that only the nearest proxy's forwarded headers are trusted."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from tests.conditions import run_in_new_loop
from webui.auth.client_address import ForwardedHeaders, client_address

SENT = {
    "X-Forwarded-For": "198.51.100.9, 203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Real-IP": "198.51.100.9",
    "Forwarded": "for=198.51.100.9",
    "X-Other": "kept",
}


def seen_by_the_app(**options: bool) -> dict[str, object]:
    def answer(request: Request) -> JSONResponse:
        assert request.client is not None
        return JSONResponse(
            {
                "client": request.client.host,
                "scheme": request.url.scheme,
                "headers": sorted(set(request.headers) & {each.lower() for each in SENT}),
            }
        )

    app = Starlette(
        routes=[Route("/", answer)], middleware=[Middleware(ForwardedHeaders, **options)]
    )
    seen: dict[str, object] = TestClient(app).get("/", headers=SENT).json()
    return seen


def test_without_a_proxy_forwarded_headers_do_not_reach_the_app() -> None:
    seen = seen_by_the_app(behind_proxy=False)

    assert seen == {"client": "testclient", "scheme": "http", "headers": ["x-other"]}


def test_behind_a_proxy_the_client_is_the_forwarded_address() -> None:
    seen = seen_by_the_app(behind_proxy=True)

    assert (seen["client"], seen["scheme"]) == ("203.0.113.7", "https")


@pytest.mark.parametrize(
    ("hops", "has_inner_proxies", "address"),
    [
        (["203.0.113.7"], False, "203.0.113.7"),
        (["203.0.113.7", "192.168.1.5"], False, "192.168.1.5"),  # a client in the own network
        (["8.8.4.4", "8.8.8.8", "10.16.3.80"], True, "8.8.8.8"),
        (["8.8.8.8", "10.16.3.80", "127.0.0.1"], True, "8.8.8.8"),
        (["10.16.3.80"], True, None),
        (["8.8.8.8:51234"], False, "8.8.8.8"),
        (["[2001:db8::7]:51234"], False, "2001:db8::7"),
        (["2001:DB8:0::7"], False, "2001:db8::7"),
        (["8.8.8.8", "unknown"], False, None),
        (["8.8.8.8", "unknown", "10.16.3.80"], True, None),
        ([], False, None),
    ],
)
def test_the_rightmost_forwarded_address_is_used(
    hops: list[str], has_inner_proxies: bool, address: str | None
) -> None:
    assert client_address(hops, has_inner_proxies=has_inner_proxies) == address


async def statuses_of(addresses: list[str], *, max_requests: int) -> list[int]:
    """Return the statuses of requests that begin in this order and all end later."""
    may_end = asyncio.Event()
    statuses = []

    async def app(scope: Scope, _: Receive, send: Send) -> None:
        await may_end.wait()
        await Response()(scope, _, send)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    limited = ForwardedHeaders(app, behind_proxy=True, max_requests=max_requests)

    async def ask(address: str) -> None:
        headers = [(b"x-forwarded-for", address.encode())] if address else []
        await limited({"type": "http", "method": "GET", "headers": headers}, receive, send)

    asked = [asyncio.create_task(ask(each)) for each in addresses]
    await asyncio.sleep(0)
    may_end.set()
    await asyncio.gather(*asked)
    await ask(addresses[0])
    return statuses


def test_requests_of_a_forwarded_address_above_the_limit_are_refused() -> None:
    addresses = ["203.0.113.7", "203.0.113.7", "203.0.113.7", "203.0.113.8"]

    statuses = run_in_new_loop(statuses_of(addresses, max_requests=2))

    assert statuses == [503, 200, 200, 200, 200]


def test_addresses_of_one_household_are_counted_together() -> None:
    addresses = ["2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:2::1"]

    assert run_in_new_loop(statuses_of(addresses, max_requests=1)) == [503, 200, 200, 200]


def test_requests_without_a_forwarded_address_are_not_counted() -> None:
    assert run_in_new_loop(statuses_of(["", "", ""], max_requests=1)) == [200, 200, 200, 200]
