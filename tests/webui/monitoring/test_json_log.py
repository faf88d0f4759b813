"""Tests of log entries in JSON."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest

from app import read_settings
from webui.monitoring.json_log import JsonFormatter
from webui.protection.log_limits import MAX_PIECE, LimitedLog


def logged(text: str, *, error: Exception | None = None) -> list[dict[str, Any]]:
    """Return the entries of a log to which one was written as the app does it."""
    target = io.StringIO()
    handler = logging.StreamHandler(LimitedLog(target, max_line=MAX_PIECE))
    handler.setFormatter(JsonFormatter())
    logger = logging.Logger("webui.test")
    logger.addHandler(handler)
    level = logging.INFO if error is None else logging.ERROR
    logger.log(level, "%s", text, exc_info=error)
    return [json.loads(line) for line in target.getvalue().splitlines()]


def test_an_entry_is_one_object_on_one_line() -> None:
    (entry,) = logged("第一行\n第二行")

    assert entry.pop("time").endswith("+00:00")
    assert entry == {"level": "INFO", "logger": "webui.test", "message": "第一行\n第二行"}


@pytest.mark.parametrize("letter", ["a", "\x00", "\\", "字"])
def test_long_messages_and_tracebacks_are_shortened_to_a_valid_line(letter: str) -> None:
    (entry,) = logged(letter * 100_000, error=ValueError(letter * 100_000 + "the cause"))

    assert len(entry["message"]) == 1_000
    assert entry["exception"].endswith("the cause")
    assert entry["level"] == "ERROR"


def test_the_format_is_a_flag_or_a_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read_settings([]).log_format == "text"
    assert read_settings(["--log-format", "json"]).log_format == "json"
    monkeypatch.setenv("SPEAKER_STUDIO_LOG_FORMAT", "json")
    assert read_settings([]).log_format == "json"
    monkeypatch.setenv("SPEAKER_STUDIO_LOG_FORMAT", "xml")
    with pytest.raises(SystemExit):
        read_settings([])
    assert "must be one of text, json" in capsys.readouterr().err
