"""Opens the workspace, then puts the page on a port."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any  # what FastAPI takes by name

import gradio as gr
from starlette.middleware import Middleware

from pipeline.audio_probe import ask_probe
from pipeline.engines.process import ProcessEngine
from pipeline.engines.runner_settings import RunnerSettings
from pipeline.errors import OptionError
from webui.demo_visitors import DemoVisitors
from webui.early_scripts import EarlyScripts
from webui.ended_sessions import EndedSessions
from webui.forwarded import ForwardedHeaders
from webui.i18n import page_words
from webui.interface import create_interface, create_theme, page_css
from webui.limits import BYTES_PER_MB
from webui.listening import taken_port
from webui.login import LoginRequired
from webui.routes import build_routes
from webui.services.container import Services, open_services
from webui.services.demo import add_demo, check_workspace_of_visitors
from webui.services.demo_sweeper import DemoSweeper
from webui.services.models import ModelsService
from webui.sessions import Sessions
from webui.settings import Settings
from webui.signing import Signer, session_key

if TYPE_CHECKING:
    from webui.mcp_server import McpServer

logger = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Run the app until it is stopped.

    Raises:
        StorageError: if the workspace cannot be opened.
        ModelUnavailableError: if a folder that was given does not hold its model.
        OptionError: if MCP is to be served and what that needs is not installed.
    """
    if settings.serves_mcp:
        _check_mcp()
    models = ModelsService(settings.models, settings.recognizer)
    models.check()
    load_runner = RunnerSettings(settings.models, settings.num_threads)
    services = open_services(
        settings.workspace,
        ProcessEngine(load_runner),
        models,
        limits=settings.limits,
        probe=ask_probe,
    )
    try:
        if settings.demo:
            _prepare_demo(services, settings)
        with _doorkeeping(services, settings) as doorkeepers:
            serve(services, settings, doorkeepers)
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
        import webui.mcp_server  # noqa: F401, PLC0415 - who does not ask for it need not have it
    except ImportError as error:
        raise OptionError(
            f"--mcp needs a package more ({error}). "
            "Run: python -m pip install -r requirements-mcp.txt"
        ) from error


def _forwarding(settings: Settings) -> Middleware:
    return Middleware(
        ForwardedHeaders,
        behind_proxy=settings.behind_proxy,
        has_inner_proxies=settings.visitors.is_embedded,
    )


def _mcp_server(services: Services) -> McpServer:
    from webui.mcp_server import build_mcp_server  # noqa: PLC0415 - as in _check_mcp

    return build_mcp_server(services)


@contextmanager
def _doorkeeping(services: Services, settings: Settings) -> Iterator[list[Middleware]]:
    """What tells people apart while the app runs."""
    if settings.accounts is not None:
        ended = EndedSessions(settings.workspace)
        sessions = Sessions(settings.accounts, session_key(settings.workspace), ended)
        yield [Middleware(LoginRequired, services.access, settings.accounts, sessions)]
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


def serve(services: Services, settings: Settings, doorkeepers: list[Middleware]) -> None:
    """Put the page on its port until the program is stopped."""
    page: gr.Blocks = create_interface(services)
    mcp = _mcp_server(services) if settings.serves_mcp else None
    parts = _app_parts(services, [_forwarding(settings), *doorkeepers], mcp)
    address = _launch(page, settings, parts)
    print(f"Speaker Studio is at {address}", flush=True)
    if mcp is not None:
        print(f"MCP clients find it at {address.rstrip('/')}{mcp.route.path}", flush=True)
    if settings.kernel_cache is not None:
        services.voices.warm_up(settings.kernel_cache)
    page.block_thread()


def _launch(page: gr.Blocks, settings: Settings, app_parts: dict[str, Any]) -> str:
    """Start the server and return its address."""
    try:
        _, address, _ = page.launch(
            server_name=settings.host,
            server_port=settings.port,
            theme=create_theme(),
            css=page_css(),
            i18n=page_words(),
            footer_links=[],
            quiet=True,
            prevent_thread_lock=True,
            run_history=False,  # on by default; it would keep visitors' inputs in their browsers
            mcp_server=False,  # Gradio's own has no logins
            max_file_size=settings.limits.file_mb * BYTES_PER_MB,
            app_kwargs=app_parts,
        )
    except OSError as error:  # Gradio's for a port that was taken since the start's own check
        raise taken_port(settings.port) from error
    return str(address)


def _app_parts(
    services: Services, doorkeepers: list[Middleware], mcp: McpServer | None
) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "routes": build_routes(services),
        "middleware": [*doorkeepers, Middleware(EarlyScripts)],
    }
    if mcp is None:
        return parts
    return {**parts, "routes": [*parts["routes"], mcp.route], "lifespan": mcp.lifespan}
