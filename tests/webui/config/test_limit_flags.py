"""Tests of limits from flags and environment."""

from __future__ import annotations

import argparse
from dataclasses import replace

import pytest

from webui.config.limit_flags import add_limit_flags, limits_from
from webui.config.limits import DEMO_LIMITS, Limits


def read(*flags: str, environment: dict[str, str] | None = None, demo_mode: bool = False) -> Limits:
    parser = argparse.ArgumentParser()
    add_limit_flags(parser, environment or {})
    return limits_from(parser.parse_args(flags), demo_mode=demo_mode)


def test_a_public_demo_has_lower_limits() -> None:
    assert (read(), read(demo_mode=True)) == (Limits(), DEMO_LIMITS)


def test_flags_precede_the_environment_and_both_precede_defaults() -> None:
    environment = {"SPEAKER_STUDIO_MAX_HOURS": "5", "SPEAKER_STUDIO_MAX_QUEUE": "7"}

    limits = read("--max-hours", "1.5", environment=environment, demo_mode=True)

    assert limits == replace(DEMO_LIMITS, recording_hours=1.5, queue=7)


def test_a_value_out_of_range_is_refused_as_a_limit() -> None:
    with pytest.raises(ValueError, match="above 0"):
        read("--max-file-mb", "0")
