"""Conversion of ids, times and lists to and from column values; normalization of titles."""

from __future__ import annotations

import json
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import datetime, timezone

from pipeline.core.provenance import ModelUse
from pipeline.core.transcript import Token

MAX_TITLE_CHARACTERS = 200  # the page shows about sixty
# Control characters, surrogates (invalid in UTF-8), line and paragraph separators.
_UNSAFE_CATEGORIES = ("Cc", "Cs", "Zl", "Zp")
# Bidirectional controls: with them "gpj.exe" is displayed as "exe.jpg".
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def new_id() -> str:
    """Return 32 random hexadecimal digits."""
    return uuid.uuid4().hex


def now_text() -> str:
    """Return the current time as ISO 8601 in UTC, which sorts as text."""
    return datetime.now(timezone.utc).isoformat(timespec="microseconds")


def read_time(text: str) -> datetime:
    """Return the time from a column value."""
    return datetime.fromisoformat(text)


def read_optional_time(text: str | None) -> datetime | None:
    """Return the time from a column value; None for NULL."""
    return None if text is None else read_time(text)


def write_tokens(tokens: Iterable[Token]) -> str:
    """Return tokens as a JSON list of [start_ms, end_ms, text, confidence].

    A token that a language model changed has its text without the model as a fifth value.
    """
    rows = [_token_row(token) for token in tokens]
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False)


def read_tokens(text: str) -> tuple[Token, ...]:
    """Read tokens from the output of `write_tokens`."""
    return tuple(
        Token(start_ms, end_ms, text, confidence, text_without_lm=next(iter(alone), None))
        for start_ms, end_ms, text, confidence, *alone in json.loads(text)
    )


def _token_row(token: Token) -> list[object]:
    row = (int(token.start_ms), int(token.end_ms), token.text, _optional_float(token.confidence))
    return [*row] if token.text_without_lm is None else [*row, token.text_without_lm]


def write_models(models: Iterable[ModelUse]) -> str:
    """Return models as a JSON list of objects."""
    return _dump(
        [
            {"role": model.role, "model_id": model.model_id, "sha256": model.sha256}
            for model in models
        ]
    )


def read_models(text: str) -> tuple[ModelUse, ...]:
    """Read models from the output of `write_models`."""
    return tuple(ModelUse(**model) for model in json.loads(text))


def write_pairs(pairs: Iterable[tuple[str, object]]) -> str:
    """Return (name, value) pairs as a JSON object in the given order."""
    return _dump(dict(pairs))


def read_options(text: str) -> tuple[tuple[str, str], ...]:
    """Read (option, value) pairs from the output of `write_pairs`."""
    return tuple(json.loads(text).items())


def read_seconds(text: str) -> tuple[tuple[str, float], ...]:
    """Read (pipeline stage, seconds) pairs from the output of `write_pairs`."""
    return tuple(json.loads(text).items())


def _optional_float(number: float | None) -> float | None:
    return None if number is None else float(number)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def clean_title(text: str, *, otherwise: str) -> str:
    """Return a title on one line, at most 200 characters long; `otherwise` if it is blank."""
    cleaned = "".join(" " if _is_unsafe(character) else character for character in text)
    return " ".join(cleaned.split())[:MAX_TITLE_CHARACTERS].strip() or otherwise


def _is_unsafe(character: str) -> bool:
    return character in _BIDI_CONTROLS or unicodedata.category(character) in _UNSAFE_CATEGORIES
