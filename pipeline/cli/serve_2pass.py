"""Command-line interface of the WebSocket server for FunASR's clients: `serve-2pass`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from pipeline.cli.flags import add_language_flag, add_profile_flag, add_thread_flag
from pipeline.core.errors import OptionError, PipelineError
from pipeline.core.options import Profile, RuntimeOptions
from pipeline.live.models import load_live_models
from pipeline.live.options import LiveOptions
from pipeline.live.two_pass.server import ServerSettings, SessionOpener, TwoPassServer
from pipeline.models.flags import (
    add_folder_flag,
    add_model_flags,
    add_recognizer_flag,
    model_locations,
)

NAME = "serve-2pass"
_DEFAULTS = ServerSettings()
_MAX_PORT = 65_535


def add_server_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],  # the class has no public name
    environment: Mapping[str, str],
) -> None:
    """Add the `serve-2pass` command and its flags to a parser."""
    parser = commands.add_parser(
        NAME, help="recognise speech that FunASR's 2pass clients send while it is spoken"
    )
    add = parser.add_argument
    add("--host", default=_DEFAULTS.host, help=f"address (default: {_DEFAULTS.host})")
    add("--port", type=int, default=_DEFAULTS.port, help=f"port (default: {_DEFAULTS.port})")
    add("--certfile", type=Path, metavar="FILE", help="PEM certificate, for wss")
    add("--keyfile", type=Path, metavar="FILE", help="PEM key of the certificate")
    add_profile_flag(parser)
    add_language_flag(parser)
    add(
        "--max-sessions",
        type=int,
        default=_DEFAULTS.max_sessions,
        metavar="N",
        help=f"connections at a time (default: {_DEFAULTS.max_sessions})",
    )
    add(
        "--allow-origin",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="web pages of this origin may connect, such as https://example.org; can be repeated",
    )
    add_thread_flag(parser)
    add_recognizer_flag(parser, environment)
    add_model_flags(parser, environment, cache_flag="--model-cache")
    add_folder_flag(parser, environment)


def serve_2pass(chosen: argparse.Namespace) -> int:
    """Serve until the program is stopped; return 1 if the server cannot start.

    Raises:
        OptionError: a flag has an invalid value.
    """
    settings = _settings(chosen)
    options = LiveOptions(
        language=chosen.language, recognizer=chosen.recognizer, profile=Profile(chosen.profile)
    )
    runtime = RuntimeOptions(num_threads=chosen.threads)
    try:
        models = load_live_models(model_locations(chosen), options, runtime=runtime)
        models.open_recognizer(options)  # refuses a language that it does not support
        server = TwoPassServer(SessionOpener(models, options), settings)
        asyncio.run(server.run(_report_start))
    except OptionError:
        raise
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        print(f"error: {place} is not available: {error.strerror}", file=sys.stderr)
    return 1


def _settings(chosen: argparse.Namespace) -> ServerSettings:
    if (chosen.certfile is None) != (chosen.keyfile is None):
        raise OptionError("--certfile and --keyfile need each other")
    if chosen.max_sessions < 1:
        raise OptionError(f"--max-sessions must be at least 1, got {chosen.max_sessions}")
    if not 0 <= chosen.port <= _MAX_PORT:
        raise OptionError(f"--port must be between 0 and {_MAX_PORT}, got {chosen.port}")
    return ServerSettings(
        host=chosen.host,
        port=chosen.port,
        certificate=None if chosen.certfile is None else (chosen.certfile, chosen.keyfile),
        max_sessions=chosen.max_sessions,
        allowed_origins=tuple(chosen.allow_origin),
    )


def _report_start(address: str) -> None:
    print(f"2pass server at {address}", flush=True)
