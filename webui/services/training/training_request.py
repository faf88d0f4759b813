"""Validation of the options of a training data export, sent as JSON."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any, TypeVar

from storage.db.errors import TrainingOptionError
from storage.training.export_options import (
    SplitPlan,
    TextRules,
    TrainingFilters,
    TrainingOptions,
)

MAX_NAMES = 1_000
_LARGEST_NUMBER = 2**53  # largest integer that JavaScript represents exactly
_MS_PER_S = 1_000

Choice = TypeVar("Choice", bound=Enum)
Body = dict[str, Any]  # JSON: every value is checked here


def training_options(body: Body) -> TrainingOptions:
    """Validate the export options of a JSON body; missing ones have their defaults.

    Raises:
        TrainingOptionError: if a value has the wrong type or is out of range.
    """
    defaults, split, text = TrainingFilters(), SplitPlan(), TextRules()
    return TrainingOptions(
        formats=_names(body, "formats"),
        filters=TrainingFilters(
            verified_only=_flag(body, "verified_only", defaults.verified_only),
            changed_only=_flag(body, "changed_only", defaults.changed_only),
            min_duration_ms=_milliseconds(body, "min_seconds", defaults.min_duration_ms),
            max_duration_ms=_milliseconds(body, "max_seconds", defaults.max_duration_ms),
            speakers=_names(body, "speakers"),
            tags=_names(body, "tags"),
            edited_from=_day(body, "edited_from"),
            edited_until=_day(body, "edited_until"),
            min_confidence=_number(body, "min_confidence"),
            max_confidence=_number(body, "max_confidence"),
        ),
        split=SplitPlan(
            group_by=_choice(body, "group_by", split.group_by),
            validation_share=_share(body, "validation", split.validation_share),
            test_share=_share(body, "test", split.test_share),
            seed=_seed(body),
        ),
        text=TextRules(
            punctuation=_choice(body, "punctuation", text.punctuation),
            digits=_choice(body, "digits", text.digits),
            case=_choice(body, "case", text.case),
        ),
    )


def _flag(body: Body, name: str, default: bool) -> bool:
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise TrainingOptionError(f"{name!r} is true or false.")
    return value


def _names(body: Body, name: str) -> tuple[str, ...]:
    value = body.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TrainingOptionError(f"{name!r} is a list of names.")
    if len(value) > MAX_NAMES:
        raise TrainingOptionError(f"{name!r} holds more than {MAX_NAMES} names.")
    return tuple(dict.fromkeys(value))


def _number(body: Body, name: str) -> float | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TrainingOptionError(f"{name!r} is a number.")
    if not -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER:  # NaN is in no range
        raise TrainingOptionError(f"{name!r} is out of range.")
    return float(value)


def _share(body: Body, name: str, default: float) -> float:
    share = _number(body, name)
    return default if share is None else share


def _milliseconds(body: Body, name: str, default: int) -> int:
    seconds = _number(body, name)
    return default if seconds is None else round(seconds * _MS_PER_S)


def _seed(body: Body) -> int:
    seed = _number(body, "seed") or 0.0
    if seed != int(seed):
        raise TrainingOptionError("The seed is a whole number.")
    return int(seed)


def _day(body: Body, name: str) -> date | None:
    value = body.get(name)
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise TrainingOptionError(f"{name!r} is a day such as 2026-01-31.") from error


def _choice(body: Body, name: str, default: Choice) -> Choice:
    try:
        return type(default)(body.get(name, default.value))
    except ValueError as error:
        known = ", ".join(str(each.value) for each in type(default))
        raise TrainingOptionError(f"{name!r} is one of: {known}.") from error
