"""Ids, times and lists as they stand in rows."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from datetime import datetime, timezone

from pipeline.core.provenance import ModelUse
from pipeline.core.transcript import Token


def new_id() -> str:
    """32 random hexadecimal digits, which nobody can guess."""
    return uuid.uuid4().hex


def now_text() -> str:
    """The present moment as rows hold it: ISO 8601 in UTC, which sorts as text."""
    return datetime.now(timezone.utc).isoformat(timespec="microseconds")


def read_time(text: str) -> datetime:
    """The moment that a row holds."""
    return datetime.fromisoformat(text)


def read_optional_time(text: str | None) -> datetime | None:
    """The moment that a row holds, if it holds one."""
    return None if text is None else read_time(text)


def write_tokens(tokens: Iterable[Token]) -> str:
    """Tokens as a JSON list of [start_ms, end_ms, text, confidence]."""
    rows = [
        [int(token.start_ms), int(token.end_ms), token.text, _optional_float(token.confidence)]
        for token in tokens
    ]
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False)


def read_tokens(text: str) -> tuple[Token, ...]:
    """Tokens from what `write_tokens` gave."""
    return tuple(Token(*row) for row in json.loads(text))


def write_models(models: Iterable[ModelUse]) -> str:
    """Models as a JSON list of objects."""
    return _dump(
        [
            {"role": model.role, "model_id": model.model_id, "sha256": model.sha256}
            for model in models
        ]
    )


def read_models(text: str) -> tuple[ModelUse, ...]:
    """Models from what `write_models` gave."""
    return tuple(ModelUse(**model) for model in json.loads(text))


def write_pairs(pairs: Iterable[tuple[str, object]]) -> str:
    """Names with their values as a JSON object, in the order given."""
    return _dump(dict(pairs))


def read_options(text: str) -> tuple[tuple[str, str], ...]:
    """Options from what `write_pairs` gave."""
    return tuple(json.loads(text).items())


def read_seconds(text: str) -> tuple[tuple[str, float], ...]:
    """Seconds of each stage from what `write_pairs` gave."""
    return tuple(json.loads(text).items())


def _optional_float(number: float | None) -> float | None:
    return None if number is None else float(number)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
