"""A real MCP client, for tests that call one tool after another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import anyio
import httpx
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, Tool

from tests.conditions import run_in_new_loop
from webui.api.mcp_server import MCP_PATH

CALL_SECONDS = 120
Told = list[tuple[float, float | None, str | None]]


class McpCaller:
    """One caller with their cookies; each call is a connection of its own."""

    def __init__(self, url: str, cookies: dict[str, str] | None = None) -> None:
        self.url = url
        self.cookies = cookies or {}

    def tools(self) -> list[Tool]:
        async def ask(session: ClientSession) -> list[Tool]:
            return (await session.list_tools()).tools

        return self._in_session(ask)

    def call(self, name: str, **arguments: Any) -> dict[str, Any]:
        """What a tool answers."""
        result = self.result(name, **arguments)
        assert not result.isError, result.content
        assert result.structuredContent is not None
        return result.structuredContent

    def refusal(self, name: str, **arguments: Any) -> str:
        """Why a tool does not do it."""
        result = self.result(name, **arguments)
        assert result.isError, result.structuredContent
        return result.content[0].text

    def result(self, name: str, **arguments: Any) -> CallToolResult:
        return self._in_session(lambda session: session.call_tool(name, arguments))

    def call_and_watch(
        self, name: str, watch: Callable[[str], None], **arguments: Any
    ) -> tuple[dict[str, Any], Told]:
        """What a tool answers, and what it has told before; `watch` sees each message at once."""
        told: Told = []

        async def note(fraction: float, total: float | None, message: str | None) -> None:
            told.append((fraction, total, message))
            await anyio.to_thread.run_sync(watch, message or "")

        result = self._in_session(
            lambda session: session.call_tool(name, arguments, progress_callback=note)
        )
        assert not result.isError, result.content
        assert result.structuredContent is not None
        return result.structuredContent, told

    def _in_session(self, ask: Callable[[ClientSession], Awaitable[Any]]) -> Any:
        async def talk() -> Any:
            async with AsyncExitStack() as stack:
                client = httpx.AsyncClient(cookies=self.cookies, timeout=CALL_SECONDS)
                await stack.enter_async_context(client)
                opened = streamable_http_client(f"{self.url}{MCP_PATH}", http_client=client)
                reading, writing, _ = await stack.enter_async_context(opened)
                session = ClientSession(reading, writing, timedelta(seconds=CALL_SECONDS))
                await stack.enter_async_context(session)
                await session.initialize()
                return await ask(session)

        return run_in_new_loop(talk())
