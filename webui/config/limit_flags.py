"""Command-line flags and environment variables that set the limits."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, fields

from webui.config.limits import DEMO_LIMITS, Limits


@dataclass(frozen=True, slots=True)
class _Flag:
    name: str
    variable: str
    kind: type[int] | type[float]
    help: str
    is_of_visitors: bool = False


_FLAGS = {
    "recording_hours": _Flag(
        "--max-hours", "SPEAKER_STUDIO_MAX_HOURS", float, "hours of one recording"
    ),
    "file_mb": _Flag("--max-file-mb", "SPEAKER_STUDIO_MAX_FILE_MB", int, "size of one file in MB"),
    "queue": _Flag(
        "--max-queue",
        "SPEAKER_STUDIO_MAX_QUEUE",
        int,
        "running and queued transcriptions",
    ),
    "visitor_queue": _Flag(
        "--visitor-queue",
        "SPEAKER_STUDIO_VISITOR_QUEUE",
        int,
        "number of unfinished transcriptions of one visitor",
        is_of_visitors=True,
    ),
    "visitor_hours": _Flag(
        "--visitor-hours",
        "SPEAKER_STUDIO_VISITOR_HOURS",
        float,
        "hours of audio per day of one visitor",
        is_of_visitors=True,
    ),
    "address_queue": _Flag(
        "--address-queue",
        "SPEAKER_STUDIO_ADDRESS_QUEUE",
        int,
        "number of unfinished transcriptions per network address",
        is_of_visitors=True,
    ),
    "address_hours": _Flag(
        "--address-hours",
        "SPEAKER_STUDIO_ADDRESS_HOURS",
        float,
        "hours of audio per day per network address",
        is_of_visitors=True,
    ),
    "address_live": _Flag(
        "--address-live",
        "SPEAKER_STUDIO_ADDRESS_LIVE",
        int,
        "number of live recordings at a time per network address",
        is_of_visitors=True,
    ),
    "upload_hours": _Flag(
        "--upload-hours",
        "SPEAKER_STUDIO_UPLOAD_HOURS",
        float,
        "hours that an upload is kept before it is started",
    ),
    "live_minutes": _Flag(
        "--live-minutes", "SPEAKER_STUDIO_LIVE_MINUTES", float, "minutes of one live recording"
    ),
}
assert set(_FLAGS) == {field.name for field in fields(Limits)}


def add_limit_flags(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    """Add a command-line flag for each field of Limits, with defaults from the environment."""
    for field, flag in _FLAGS.items():
        usual, demo = getattr(Limits(), field), getattr(DEMO_LIMITS, field)
        defaults = f"{demo:g} in demo mode"
        if not flag.is_of_visitors:
            defaults = f"{usual:g}, {defaults}"
        parser.add_argument(
            flag.name,
            dest=field,
            type=flag.kind,
            default=environment.get(flag.variable) or None,
            metavar="N",
            help=f"maximum {flag.help} (also {flag.variable}; default {defaults})",
        )


def limits_from(chosen: argparse.Namespace, *, demo_mode: bool) -> Limits:
    """Return the limits chosen by command-line flags, completed with the defaults.

    Raises:
        ValueError: naming what is out of range.
    """
    usual = DEMO_LIMITS if demo_mode else Limits()
    given = {field: getattr(chosen, field) for field in _FLAGS}
    values = {
        field: getattr(usual, field) if value is None else value for field, value in given.items()
    }
    return Limits(**values)
