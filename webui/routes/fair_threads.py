"""Worker threads for requests, of which the requests of one visitor take a part at a time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webui.auth.client_address import address_group
from webui.auth.visitor import visitor_of

# Of the 40 threads that the server has. Some requests wait in their thread for a child process.
MAX_THREADS = 20  # of a person who logs in, or of an address
MAX_THREADS_OF_DEMO_ADDRESS = 6  # fewer than the places where long reads wait for each other
_PAGES = re.compile(r"/|/config/?|/gradio_api/(?:info/?|openapi\.json)")

Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Turns:
    """Semaphore of one visitor, and the number of requests that use it."""

    free: asyncio.Semaphore
    num_users: int = 0


class FairThreads:
    """Runner of functions in threads, which lets requests of a visitor wait for earlier ones.

    A visitor with many requests could otherwise take all threads, and others would wait until all
    of those requests are answered.
    """

    def __init__(self) -> None:
        self._turns: dict[str, _Turns] = {}

    async def run(self, work: Callable[[], Answer], scope: Scope) -> Answer:
        """Call a function in a thread for a request and return its result.

        Args:
            work: the function.
            scope: ASGI scope of the request.
        """
        async with self.turn(scope):
            return await run_in_threadpool(work)

    @asynccontextmanager
    async def turn(self, scope: Scope) -> AsyncIterator[None]:
        """Wait until a request may use a thread, which it leaves to others after the block."""
        visitor = visitor_of(scope)
        key = visitor.name or visitor.address or _address(scope)
        if key not in self._turns:
            most = MAX_THREADS_OF_DEMO_ADDRESS if visitor.is_limited else MAX_THREADS
            self._turns[key] = _Turns(asyncio.Semaphore(most))
        turns = self._turns[key]
        turns.num_users += 1
        try:
            async with turns.free:
                yield
        finally:
            turns.num_users -= 1
            if not turns.num_users:
                del self._turns[key]


class FairPages:
    """ASGI middleware that builds few of Gradio's pages and descriptions for a visitor at a time.

    Each takes some hundredths of a second of the processor.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._threads = FairThreads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, one for a page once earlier ones of the visitor are answered."""
        if scope["type"] != "http" or not _PAGES.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        async with AsyncExitStack() as turn:
            await turn.enter_async_context(self._threads.turn(scope))

            async def send_after_turn(message: Message) -> None:
                await turn.aclose()  # the page is built; clients read as slowly as they like
                await send(message)

            await self._app(scope, receive, send_after_turn)


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return address_group(client[0]) if client else ""
