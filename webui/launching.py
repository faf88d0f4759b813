"""Start of the app, which opens the workspace and serves the page."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any  # keyword arguments of FastAPI

import gradio as gr
from fastapi import FastAPI
from gradio.routes import file_upload_statuses
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount

from pipeline.audio.probe import probe_in_subprocess
from pipeline.core.errors import OptionError
from pipeline.engines.choice import make_engine
from storage.db.workspace import LANGUAGE_FOLDER
from webui.api.open_calls import CancelRequests, OpenCalls
from webui.auth.access_tokens import AccessTokens
from webui.auth.client_address import ForwardedHeaders
from webui.auth.demo_visitors import DemoVisitors
from webui.auth.ended_sessions import EndedSessions
from webui.auth.login import LoginRequired
from webui.auth.sessions import Sessions
from webui.auth.signing import Signer, session_key
from webui.config.hosting import TEMPORARY_FILES, uploads_folder
from webui.config.limits import BYTES_PER_MB
from webui.config.listening import listening_host, taken_port
from webui.config.settings import Settings
from webui.live.routes import MAX_POST_BYTES
from webui.live.worker_recognition import WorkerStarter
from webui.monitoring.endpoints import PlainEndpoints, health_endpoints, metrics_endpoints
from webui.openai.errors import OpenAiErrors
from webui.openai.routes import TRANSCRIPTIONS_PATH, build_openai_routes
from webui.openai.transcription_request import MAX_TEXT_BYTES
from webui.page.interface import create_interface, create_theme, page_words
from webui.page.session_states import limit_session_states
from webui.protection.body_limits import BodyLimits, RouteLimit
from webui.protection.gradio_calls import MAX_CALL_BYTES, GradioCalls, GradioFunction
from webui.protection.gradio_queue import limit_queue
from webui.protection.gradio_routes import ClosedRoutes, gradio_error_handlers
from webui.protection.host_allow_list import AllowedHosts, HostAllowList
from webui.protection.origin_policy import OriginPolicy
from webui.protection.request_heads import RequestHeads
from webui.protection.security_headers import SecurityHeaders
from webui.protection.upload_progress import limit_upload_progress
from webui.routes.access_tokens import build_token_routes
from webui.routes.fair_threads import FairPages
from webui.routes.handler import MAX_BODY_BYTES
from webui.routes.pages import build_routes
from webui.routes.runs.imports import MAX_BODY_BYTES as MAX_IMPORT_BODY
from webui.routes.runs.uploads import build_upload_route
from webui.server import PageServer, ServerStartError
from webui.services.container import Services, open_services
from webui.services.demo.demo_conversation import add_demo, check_workspace_of_visitors
from webui.services.demo.demo_sweeper import DemoSweeper
from webui.services.models import ModelsService
from webui.static.preload import ScriptPreload

if TYPE_CHECKING:
    from webui.api.mcp_server import McpServer

logger = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Open the workspace and run the app until it is stopped.

    Raises:
        StorageError: if the workspace cannot be opened.
        ModelUnavailableError: if a given model folder does not contain its model.
        OptionError: if MCP is requested and its packages are not installed, or the engine cannot
            be used.
    """
    if settings.serves_mcp:
        _check_mcp()
    models = ModelsService(settings.models, settings.recognizer)
    models.check()
    language = settings.workspace / LANGUAGE_FOLDER
    folders = replace(settings.models.folders, language_models=language)
    locations = replace(settings.models, folders=folders)
    services = open_services(
        settings.workspace,
        make_engine(settings.engine, settings.engine.runner(locations, settings.num_threads)),
        models,
        limits=settings.limits,
        probe=probe_in_subprocess,
        uploads=uploads_folder(settings.workspace, os.environ),
        start_recognition=WorkerStarter(settings.models),
    )
    try:
        if settings.demo:
            _prepare_demo(services, settings)
        accounts = settings.accounts
        tokens = None if accounts is None else AccessTokens(settings.workspace, accounts)
        with _visitor_middleware(services, settings, tokens) as visitor_middleware:
            serve(services, settings, visitor_middleware, tokens)
    finally:
        services.close()


def _prepare_demo(services: Services, settings: Settings) -> None:
    ticket = add_demo(services, settings.workspace)
    if ticket is None or not settings.wait_for_demo:
        return
    logger.info("transcribing the demo conversation")
    ended = services.transcription.wait(ticket.run_id)
    logger.info("the demo conversation is %s", ended.status.value)


def _check_mcp() -> None:
    try:
        import webui.api.mcp_server  # noqa: F401, PLC0415 - an optional dependency
    except ImportError as error:
        raise OptionError(
            f"--mcp needs another package ({error}). "
            "Run: python -m pip install -r requirements-mcp.txt"
        ) from error


def _mcp_server(services: Services) -> McpServer:
    from webui.api.mcp_server import build_mcp_server  # noqa: PLC0415 - as in _check_mcp

    return build_mcp_server(services)


@contextmanager
def _visitor_middleware(
    services: Services, settings: Settings, tokens: AccessTokens | None
) -> Iterator[list[Middleware]]:
    """Yield the middleware that identifies visitors; delete expired recordings in the block.

    Raises:
        PrivateRecordingsError: if a public demo would expose recordings of the workspace.
        StorageError: if the key of the sessions cannot be read or written.
    """
    if settings.accounts is not None and tokens is not None:
        ended = EndedSessions(settings.workspace)
        sessions = Sessions(settings.accounts, session_key(settings.workspace), ended)
        yield [Middleware(LoginRequired, services.access, settings.accounts, sessions, tokens)]
    elif settings.visitors.are_apart:
        check_workspace_of_visitors(services)
        signer = Signer(session_key(settings.workspace), "visitor")
        sweeper = DemoSweeper(services, timedelta(hours=settings.visitors.keep_hours))
        try:
            yield [Middleware(DemoVisitors, services.access, signer, settings.visitors)]
        finally:
            sweeper.close()
    else:
        yield []


def serve(
    services: Services,
    settings: Settings,
    visitor_middleware: list[Middleware],
    tokens: AccessTokens | None = None,
) -> None:
    """Serve the page until the program is stopped; raise OptionError if the port is taken.

    Args:
        services: services of the app.
        settings: settings of the app.
        visitor_middleware: middleware that identifies the visitor of a request.
        tokens: access tokens of people who log in; None without logins.
    """
    os.environ[TEMPORARY_FILES] = str(services.uploads.root)  # Gradio accepts files only from there
    calls = OpenCalls(services.transcription.cancel)
    page: gr.Blocks = create_interface(services, calls)
    mcp = _mcp_server(services) if settings.serves_mcp else None
    parts = _app_parts(services, page, visitor_middleware, calls, mcp)
    if tokens is not None:
        parts["routes"] += build_token_routes(tokens)
    protection = _protection(settings, _route_limits(settings, mcp), services)
    app = _served_app(page, settings, protection, parts)
    server = PageServer(
        app,
        listening_host(settings.host),
        settings.port,
        behind_proxy=settings.behind_proxy,
    )
    try:
        server.start()
    except ServerStartError as error:  # another program took the port after the early check
        raise taken_port(settings.port) from error
    print(f"Speaker Studio is at {server.address}", flush=True)
    if mcp is not None:
        print(f"MCP endpoint: {server.address.rstrip('/')}{mcp.route.path}", flush=True)
    if settings.kernel_cache is not None:
        services.voices.warm_up(settings.kernel_cache)
    server.wait(before_stop=partial(_end_heartbeats, app))


def _served_app(
    page: gr.Blocks, settings: Settings, protection: list[Middleware], app_parts: dict[str, Any]
) -> FastAPI:
    """Return a FastAPI app that contains the Gradio page, the routes and the middleware."""
    protected = FastAPI(openapi_url=None, middleware=protection)
    gr.mount_gradio_app(
        protected,
        page,
        path="/",
        root_path=os.environ.get("GRADIO_ROOT_PATH"),
        theme=create_theme(),
        i18n=page_words(),
        footer_links=[],
        show_error=False,
        ssr_mode=False,  # Gradio's Node server would run in front of ours
        enable_monitoring=False,
        run_history=False,  # on by default; it stores inputs in the browser
        mcp_server=False,  # Gradio's own MCP server ignores logins
        max_file_size=settings.limits.file_mb * BYTES_PER_MB,
        app_kwargs=app_parts,
    )
    limit_session_states(_gradio_app(protected), page)
    limit_queue(page)
    limit_upload_progress(file_upload_statuses)
    return protected


def _end_heartbeats(app: FastAPI) -> None:
    """End Gradio's heartbeat responses, which otherwise stay open until pages are closed."""
    _gradio_app(app).stop_event.set()


def _gradio_app(app: FastAPI) -> gr.routes.App:
    """Return the Gradio app that is mounted in a FastAPI app."""
    mounted = (each.app for each in app.routes if isinstance(each, Mount))
    return next(each for each in mounted if isinstance(each, gr.routes.App))


def _protection(
    settings: Settings, routes: list[RouteLimit], services: Services
) -> list[Middleware]:
    """Return the middleware that checks every request, the outermost first."""
    allowed = settings.protection
    metrics = metrics_endpoints(services.metrics) if settings.serves_metrics else {}
    hosts = AllowedHosts(listening_host(settings.host), allowed.hosts)
    return [
        Middleware(OpenAiErrors),
        Middleware(SecurityHeaders, embedders=allowed.embedders, origins=allowed.origins),
        Middleware(RequestHeads),
        Middleware(
            ForwardedHeaders,
            behind_proxy=settings.behind_proxy,
            has_inner_proxies=settings.visitors.is_embedded,
        ),
        Middleware(PlainEndpoints, health_endpoints(services.check_database)),
        Middleware(HostAllowList, hosts),
        Middleware(PlainEndpoints, metrics),
        Middleware(OriginPolicy, allowed.origins),
        # Without this header Gradio adds its own for every origin.
        Middleware(
            CORSMiddleware,
            allow_origins=allowed.origins,
            allow_methods=["*"],
            allow_headers=["*"],
            allow_credentials=True,
        ),
        Middleware(BodyLimits, routes=routes, max_bytes=MAX_BODY_BYTES),
    ]


def _route_limits(settings: Settings, mcp: McpServer | None) -> list[RouteLimit]:
    of_mcp = [] if mcp is None else [RouteLimit(re.compile(mcp.route.path), mcp.max_body_bytes)]
    max_file_bytes = settings.limits.file_mb * BYTES_PER_MB
    return [
        *of_mcp,
        RouteLimit.of_uploads("/gradio_api/upload", max_file_bytes),
        RouteLimit.of_uploads(TRANSCRIPTIONS_PATH, max_file_bytes, max_text_bytes=MAX_TEXT_BYTES),
        RouteLimit(re.compile("/gradio_api/.*"), MAX_CALL_BYTES),
        RouteLimit(re.compile("/studio/live/[^/]+/frames"), MAX_POST_BYTES),
        RouteLimit(
            re.compile("/studio/(recordings|transcripts)/[^/]+/imports"),
            MAX_IMPORT_BODY,
            is_kept=False,
        ),
    ]


def _has_session(page: gr.Blocks, session: str) -> bool:
    return session in page._queue.pending_messages_per_session


def _functions(page: gr.Blocks) -> list[GradioFunction]:
    return [
        GradioFunction(index, each.api_name or None, len(each.inputs))
        for index, each in page.fns.items()
    ]


def _app_parts(
    services: Services,
    page: gr.Blocks,
    visitor_middleware: list[Middleware],
    calls: OpenCalls,
    mcp: McpServer | None,
) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "routes": [
            build_upload_route(services),
            *build_openai_routes(services),
            *build_routes(services),
        ],
        "middleware": [
            *visitor_middleware,
            Middleware(ClosedRoutes),
            Middleware(FairPages),
            Middleware(
                GradioCalls,
                _functions(page),
                has_session=partial(_has_session, page),
                is_upload=services.uploads.is_reference,
            ),
            Middleware(CancelRequests, calls),
            Middleware(ScriptPreload),
        ],
        "exception_handlers": gradio_error_handlers(),
    }
    if mcp is None:
        return parts
    return {**parts, "routes": [*parts["routes"], mcp.route], "lifespan": mcp.lifespan}
