"""Command line that starts the web app with settings from flags and environment variables."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from getpass import getpass
from pathlib import Path

from pipeline.core.errors import OptionError, PipelineError
from pipeline.core.options import AsrOptions
from pipeline.engines.choice import EngineKind, add_engine_flags, engine_choice
from pipeline.models.flags import (
    add_folder_flag,
    add_model_flags,
    add_recognizer_flag,
    model_locations,
)
from pipeline.models.locations import default_kernel_cache
from pipeline.models.recognizer_choice import AvailableModels, choose_recognizer
from pipeline.runtime.process_control import INTERRUPTED, raise_at_first_stop
from storage.db.errors import StorageError
from storage.db.private_files import set_private_umask
from storage.db.workspace import default_workspace
from webui.config.accounts import hash_password, is_name, read_accounts
from webui.config.hosting import (
    DEMO_VARIABLE,
    HOURS_VARIABLE,
    LOG_FORMAT_VARIABLE,
    MCP_VARIABLE,
    METRICS_VARIABLE,
    PROXY_VARIABLE,
    default_host,
    is_behind_proxy,
    is_public_host,
    wants_demo_mode,
    wants_mcp,
    wants_metrics,
)
from webui.config.limit_flags import add_limit_flags, limits_from
from webui.config.listening import MAX_PORT, check_address
from webui.config.protection_flags import add_protection_flags, protection_from
from webui.config.settings import DEFAULT_KEEP_HOURS, Settings, VisitorSettings
from webui.monitoring.json_log import JsonFormatter
from webui.protection.log_limits import MAX_LINE, MAX_PIECE, LimitedLog

DEFAULT_PORT = 7860
KERNELS_VARIABLE = "NUMBA_CACHE_DIR"
JSON_LOG = "json"
LOG_FORMATS = ("text", JSON_LOG)
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def read_settings(arguments: Sequence[str]) -> Settings:
    """Parse the settings; flags override environment variables, which override the defaults."""
    parser = argparse.ArgumentParser(prog="app.py", description="Speaker Studio in the browser")
    add = parser.add_argument
    add(
        "--host",
        default=default_host(os.environ),
        help="address to listen on (default: this machine only)",
    )
    add(
        "--port",
        type=_port,
        default=os.environ.get("GRADIO_SERVER_PORT", str(DEFAULT_PORT)),
        help=f"TCP port to listen on (also GRADIO_SERVER_PORT; default {DEFAULT_PORT})",
    )
    add(
        "--workspace",
        type=Path,
        default=default_workspace(os.environ),
        help="folder of the database and the audio (also SPEAKER_STUDIO_WORKSPACE)",
    )
    add_model_flags(parser, os.environ, cache_flag="--model-cache")
    add_folder_flag(parser, os.environ)
    add_recognizer_flag(parser, os.environ)
    add("--threads", type=int, default=0, help="threads inside one graph (default: one per core)")
    add_engine_flags(parser, os.environ, usual=EngineKind.PROCESS)
    add("--no-warm-up", action="store_true", help="compile voice map code on first use")
    add("--no-demo", action="store_true", help="do not add the demo to a new workspace")
    add("--wait-for-demo", action="store_true", help="open the page once the demo is transcribed")
    add(
        "--demo-mode",
        action=argparse.BooleanOptionalAction,
        default=wants_demo_mode(os.environ),
        help=f"each visitor sees only their own recordings ({DEMO_VARIABLE}=1; default on "
        "Hugging Face Spaces and ModelScope Studio)",
    )
    add(
        "--demo-hours",
        type=_positive_number,
        default=os.environ.get(HOURS_VARIABLE, str(DEFAULT_KEEP_HOURS)),
        help=f"hours until a visitor's recordings are deleted (also {HOURS_VARIABLE}; default 24)",
    )
    add_limit_flags(parser, os.environ)
    add(
        "--auth",
        type=Path,
        default=os.environ.get("SPEAKER_STUDIO_AUTH") or None,
        metavar="FILE",
        help="file of people who may log in, one `name:hash` per line (also SPEAKER_STUDIO_AUTH)",
    )
    add(
        "--behind-proxy",
        action=argparse.BooleanOptionalAction,
        default=is_behind_proxy(os.environ),
        help="trust the X-Forwarded headers; only if all requests come through a reverse proxy "
        f"that sets them ({PROXY_VARIABLE}=1; default on Spaces and Studios)",
    )
    add_protection_flags(parser, os.environ)
    add(
        "--mcp",
        action=argparse.BooleanOptionalAction,
        default=wants_mcp(os.environ),
        help="also serve the endpoints as MCP tools, at /studio/mcp; needs "
        f"requirements-mcp.txt ({MCP_VARIABLE}=1)",
    )
    add(
        "--metrics",
        action=argparse.BooleanOptionalAction,
        default=wants_metrics(os.environ),
        help="show totals of the workspace at /metrics for Prometheus "
        f"({METRICS_VARIABLE}=1; default on unless people log in or visitors are apart)",
    )
    add(
        "--log-format",
        type=_log_format,
        default=os.environ.get(LOG_FORMAT_VARIABLE) or "text",
        metavar="|".join(LOG_FORMATS),
        help=f"json: each entry of the log is one JSON object on a line ({LOG_FORMAT_VARIABLE})",
    )
    add("--hash-password", metavar="NAME", help="ask for a password, print a line for --auth")
    chosen = parser.parse_args(arguments)
    if chosen.hash_password is not None:
        parser.exit(_print_account(chosen.hash_password))
    try:
        models = model_locations(chosen)
        accounts = None if chosen.auth is None else read_accounts(chosen.auth)
        choose_recognizer(AsrOptions(chosen.recognizer), AvailableModels())
        limits = limits_from(chosen, demo_mode=chosen.demo_mode)
        engine = engine_choice(chosen)
    except (OptionError, ValueError) as error:
        parser.error(str(error))
    return Settings(
        host=chosen.host,
        port=chosen.port,
        workspace=chosen.workspace,
        models=models,
        recognizer=chosen.recognizer,
        num_threads=chosen.threads,
        demo=not chosen.no_demo,
        wait_for_demo=chosen.wait_for_demo,
        visitors=VisitorSettings(chosen.demo_mode, chosen.demo_hours, is_public_host(os.environ)),
        accounts=accounts,
        limits=limits,
        protection=protection_from(chosen, os.environ),
        behind_proxy=chosen.behind_proxy,
        serves_metrics=_serves_metrics(chosen),
        serves_mcp=chosen.mcp,
        log_format=chosen.log_format,
        kernel_cache=None if chosen.no_warm_up else _kernel_cache(),
        engine=engine,
    )


def _serves_metrics(chosen: argparse.Namespace) -> bool:
    if chosen.metrics is not None:
        return bool(chosen.metrics)
    return chosen.auth is None and not chosen.demo_mode


def _kernel_cache() -> Path:
    return Path(os.environ.get(KERNELS_VARIABLE) or default_kernel_cache())


def _print_account(name: str) -> int:
    """Ask for a password twice and print the accounts file line with the name and the hash."""
    password = getpass(f"Password for {name}: ")
    if not is_name(name) or not password or getpass("Once more: ") != password:
        print("The name or password is invalid, or the passwords differ.", file=sys.stderr)
        return 1
    print(f"{name}:{hash_password(password)}")
    return 0


def _positive_number(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be a number above 0")
    return number


def _log_format(text: str) -> str:
    if text not in LOG_FORMATS:
        raise argparse.ArgumentTypeError(f"must be one of {', '.join(LOG_FORMATS)}")
    return text


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= MAX_PORT:
        raise argparse.ArgumentTypeError(f"must be a port number from 1 to {MAX_PORT}")
    return port


def main(arguments: Sequence[str]) -> int:
    """Run the web app until it is stopped.

    Returns:
        0 after a normal end, 1 if it could not start, 130 if it was stopped before it served.
    """
    settings = read_settings(arguments)
    set_private_umask()
    raise_at_first_stop()
    try:
        return _serve(settings)
    except KeyboardInterrupt:  # before the server was started
        return INTERRUPTED


def _serve(settings: Settings) -> int:
    try:
        check_address(settings.host, settings.port)  # before any slow work
    except OptionError as error:
        return _not_started(error)
    _start_log(settings.log_format)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # Gradio calls itself at start
    logging.getLogger("mcp").setLevel(logging.WARNING)  # it logs every request
    # Read by Gradio and its hub client at import: disables telemetry.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["FORWARDED_ALLOW_IPS"] = ""  # else uvicorn trusts local peers
    os.environ[KERNELS_VARIABLE] = str(_kernel_cache())  # read by the process of voice maps
    from webui.page.fast_gradio_import import import_gradio  # noqa: PLC0415 - after the environment is set

    import_gradio()
    from webui.launching import run  # noqa: PLC0415 - after Gradio

    try:
        run(settings)
    except (PipelineError, StorageError) as error:
        return _not_started(error)
    return 0


def _start_log(log_format: str) -> None:
    """Limit the output to stderr, to which Gradio prints too, and log to it in a format."""
    is_json = log_format == JSON_LOG
    sys.stderr = LimitedLog(sys.stderr, max_line=MAX_PIECE if is_json else MAX_LINE)
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if is_json else logging.Formatter(LOG_FORMAT))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _not_started(error: Exception) -> int:
    print(f"Speaker Studio could not start: {error}", file=sys.stderr)
    return 1


def run() -> int:
    """Run the web app with this process's arguments and return its exit code."""
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(run())
