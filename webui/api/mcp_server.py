"""MCP server that offers the app's public API as tools."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any  # arguments and answers are JSON

from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.types import CallToolResult, TextContent, Tool
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pipeline.core.provenance import SOFTWARE_VERSION
from webui.api.mcp_calls import McpCalls, Progress
from webui.api.mcp_tools import INSTRUCTIONS, build_tools
from webui.api.public_api import REFUSALS, refusal_sentence
from webui.auth.visitor import visitor_of
from webui.config.limits import BYTES_PER_MB
from webui.routes.handler import MAX_BODY_BYTES, refusal
from webui.services.container import Services

MCP_PATH = "/studio/mcp"
# A call is held in memory, as text and as bytes; half an hour of MP3 fits, more is uploaded first.
MAX_SENT_MB = 16

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class McpServer:
    """ASGI route and lifespan that add the MCP server to the app.

    Attributes:
        route: the server's only route.
        lifespan: context to enter while the app runs.
        max_body_bytes: size limit of one request.
    """

    route: Route
    lifespan: Callable[[object], AbstractAsyncContextManager[None]]
    max_body_bytes: int


def build_mcp_server(services: Services) -> McpServer:
    """Build the stateless MCP server for an app's services.

    The server is stateless: each request is answered for its own visitor, as on the page, and no
    session id exists with which one caller could act as another.
    """
    server: Server[object, Request] = Server(
        "speaker-studio", version=SOFTWARE_VERSION, instructions=INSTRUCTIONS
    )
    _RequestHandlers(server, McpCalls(services)).open()
    sent_mb = min(MAX_SENT_MB, services.limits.file_mb)
    # Base 64, plus the size of any other request.
    max_body_bytes = sent_mb * BYTES_PER_MB * 4 // 3 + MAX_BODY_BYTES
    manager = StreamableHTTPSessionManager(
        server, stateless=True, max_request_body_size=max_body_bytes
    )
    route = Route(MCP_PATH, _WebPageFilter(manager), methods=["POST"])
    return McpServer(route, lambda _: manager.run(), max_body_bytes)


class _WebPageFilter:
    """ASGI middleware that refuses requests sent by web pages in a browser.

    Browsers send an Origin header with every POST, and our page sends none here. So neither
    another site nor DNS rebinding reaches the tools through a visitor's browser.
    """

    def __init__(self, manager: StreamableHTTPSessionManager) -> None:
        self._manager = manager

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "origin" in Request(scope).headers:
            answer = refusal(403, "foreign_origin", message="MCP is not for web pages.")
            await answer(scope, receive, send)
            return
        await self._manager.handle_request(scope, receive, send)


class _RequestHandlers:
    """Handlers of the MCP requests that list and call tools."""

    def __init__(self, server: Server[object, Request], calls: McpCalls) -> None:
        self._server = server
        self._calls = calls

    def open(self) -> None:
        """Register the handlers that list and call tools."""
        self._server.list_tools()(self._list)  # type: ignore[no-untyped-call]  # so in mcp
        self._server.call_tool()(self._answer)

    async def _list(self) -> list[Tool]:
        return build_tools()

    async def _answer(self, name: str, arguments: dict[str, Any]) -> CallToolResult:
        """Call a tool and return its result, or an error result with a message.

        Raises:
            LookupError: if the call has no request; the visitor is then unknown.
        """
        request = self._server.request_context.request
        if request is None:
            raise LookupError("The call came without its request.")
        try:
            answer = await self._calls.call(
                name,
                arguments,
                visitor=visitor_of(request.scope),
                on_progress=self._progress_reporter(),
            )
        except REFUSALS as error:
            return _refused(refusal_sentence(error, request.headers))
        except Exception:
            logger.exception("a tool call failed")
            return _refused("The server could not answer. Check its log.")
        return CallToolResult(content=[_as_text(answer)], structuredContent=answer)

    def _progress_reporter(self) -> Progress:
        """Return a function that reports progress to a caller that has requested it."""
        context = self._server.request_context
        token = None if context.meta is None else context.meta.progressToken

        async def on_progress(fraction: float, message: str) -> None:
            if token is not None:
                await context.session.send_progress_notification(
                    token, fraction, 1.0, message, related_request_id=str(context.request_id)
                )

        return on_progress


def _refused(sentence: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=sentence)], isError=True)


def _as_text(answer: dict[str, Any]) -> TextContent:
    return TextContent(type="text", text=json.dumps(answer, ensure_ascii=False))
