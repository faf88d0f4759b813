"""The requests of one visitor leave threads to all others."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, cast

import pytest
from starlette.types import Message, Send

from tests.conditions import run_in_new_loop
from webui.auth.visitor import Scope, Visit, note_visit
from webui.routes.fair_threads import (
    MAX_THREADS,
    MAX_THREADS_OF_DEMO_ADDRESS,
    FairPages,
    FairThreads,
)
from webui.services.access import AccessService, Visitor

NUM_REQUESTS = 100
WAIT_S = 30


class HeldWork:
    """Function that counts its running calls and ends them when the test allows it."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.num_running = 0
        self.most_running = 0
        self._lock = threading.Lock()

    def __call__(self) -> None:
        with self._lock:
            self.num_running += 1
            self.most_running = max(self.most_running, self.num_running)
        assert self.may_end.wait(WAIT_S)
        with self._lock:
            self.num_running -= 1


def scope_of(visitor: Visitor, path: str = "/") -> Scope:
    """Return the scope of a visitor's request, as the middleware of visitors leaves it."""
    scope: Scope = {"type": "http", "path": path, "client": ("198.51.100.7", 5_000)}
    note_visit(scope, Visit(visitor, cast(AccessService, None)))
    return scope


@pytest.mark.parametrize(
    ("greedy", "other", "most"),
    [
        (Visitor("a", address="192.0.2.1"), Visitor("b", address="192.0.2.2"), "demo"),
        (Visitor(name="ann"), Visitor(name="bob"), "others"),
        (Visitor(), Visitor(name="bob"), "others"),
    ],
)
def test_another_visitor_is_answered_beside_many_requests_of_one(
    greedy: Visitor, other: Visitor, most: str
) -> None:
    threads, held = FairThreads(), HeldWork()

    async def answer() -> str:
        flood = [
            asyncio.ensure_future(threads.run(held, scope_of(greedy))) for _ in range(NUM_REQUESTS)
        ]
        answered = await asyncio.wait_for(threads.run(lambda: "yes", scope_of(other)), WAIT_S)
        held.may_end.set()
        await asyncio.gather(*flood)
        return answered

    assert run_in_new_loop(answer()) == "yes"
    allowed = {"demo": MAX_THREADS_OF_DEMO_ADDRESS, "others": MAX_THREADS}
    assert held.most_running <= allowed[most]
    assert threads._turns == {}


def test_new_cookies_buy_an_address_no_more_threads() -> None:
    threads, held = FairThreads(), HeldWork()
    visitors = [Visitor(f"{each}", address="192.0.2.1") for each in range(NUM_REQUESTS)]

    async def ask() -> None:
        flood = [asyncio.ensure_future(threads.run(held, scope_of(each))) for each in visitors]
        await threads.run(lambda: None, scope_of(Visitor(name="bob")))
        held.may_end.set()
        await asyncio.gather(*flood)

    run_in_new_loop(ask())

    assert held.most_running <= MAX_THREADS_OF_DEMO_ADDRESS


def test_a_request_that_is_given_up_leaves_its_turn_to_the_next() -> None:
    threads, held = FairThreads(), HeldWork()
    visitor = Visitor("a", address="192.0.2.1")

    async def ask() -> str:
        running = [
            asyncio.ensure_future(threads.run(held, scope_of(visitor)))
            for _ in range(MAX_THREADS_OF_DEMO_ADDRESS)
        ]
        given_up = asyncio.ensure_future(threads.run(held, scope_of(visitor)))
        await asyncio.sleep(0)
        given_up.cancel()
        held.may_end.set()
        await asyncio.gather(*running)
        return await asyncio.wait_for(threads.run(lambda: "yes", scope_of(visitor)), WAIT_S)

    assert run_in_new_loop(ask()) == "yes"


@pytest.mark.parametrize(("path", "is_limited"), [("/", True), ("/config", True), ("/a", False)])
def test_few_pages_are_built_for_a_visitor_at_a_time(path: str, is_limited: bool) -> None:
    num_built = 0

    async def build(*_: Any) -> None:
        nonlocal num_built
        num_built += 1
        await asyncio.Event().wait()

    async def ask() -> None:
        pages = FairPages(build)
        visitor = Visitor("a", address="192.0.2.1")
        flood = [
            asyncio.ensure_future(pages(scope_of(visitor, path), cast(Any, None), cast(Any, None)))
            for _ in range(NUM_REQUESTS)
        ]
        await asyncio.wait(flood, timeout=0.01)
        for each in flood:
            each.cancel()
        await asyncio.wait(flood)

    run_in_new_loop(ask())

    assert num_built == (MAX_THREADS_OF_DEMO_ADDRESS if is_limited else NUM_REQUESTS)


def test_a_page_that_is_read_slowly_takes_no_turn() -> None:
    async def send_first(_: Any, __: Any, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)
        await asyncio.Event().wait()

    async def ask() -> None:
        pages = FairPages(send_first)
        scope = scope_of(Visitor("a", address="192.0.2.1"))
        flood = [
            asyncio.ensure_future(pages(scope, cast(Any, None), send)) for _ in range(NUM_REQUESTS)
        ]
        await asyncio.wait(flood, timeout=0.01)
        for each in flood:
            each.cancel()
        await asyncio.wait(flood)

    run_in_new_loop(ask())

    assert len(sent) == NUM_REQUESTS
