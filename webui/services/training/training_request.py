"""Validation of the options of a training data export, sent as JSON."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from storage.db.errors import TrainingOptionError
from storage.training.export_options import (
    CaseRule,
    DigitRule,
    GroupBy,
    PunctuationRule,
    SplitPlan,
    TextRules,
    TrainingFilters,
    TrainingOptions,
)

MAX_NAMES = 1_000
_LARGEST_NUMBER = 2**53  # largest integer that JavaScript represents exactly
_MS_PER_S = 1_000
_FILTERS, _SPLIT, _TEXT = TrainingFilters(), SplitPlan(), TextRules()

Body = dict[str, Any]  # JSON: every value is checked here


def _without_repetitions(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


_Names = Annotated[
    tuple[str, ...], Field(max_length=MAX_NAMES), AfterValidator(_without_repetitions)
]
_Number = Annotated[float, Field(ge=-_LARGEST_NUMBER, le=_LARGEST_NUMBER)]
_Seed = Annotated[int, Field(ge=-_LARGEST_NUMBER, le=_LARGEST_NUMBER)]
_Day = date | Literal[""] | None  # a date field of the page without a date is ""


class _ExportRequest(BaseModel):
    """Fields of the JSON body; null stands for the default where it is allowed."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False)

    formats: _Names = ()
    verified_only: bool = _FILTERS.verified_only
    changed_only: bool = _FILTERS.changed_only
    without_heard: bool = _FILTERS.without_heard
    min_seconds: _Number | None = None
    max_seconds: _Number | None = None
    speakers: _Names = ()
    tags: _Names = ()
    edited_from: _Day = None
    edited_until: _Day = None
    min_confidence: _Number | None = None
    max_confidence: _Number | None = None
    group_by: GroupBy = _SPLIT.group_by
    validation: _Number | None = None
    test: _Number | None = None
    seed: _Seed | None = None
    punctuation: PunctuationRule = _TEXT.punctuation
    digits: DigitRule = _TEXT.digits
    case: CaseRule = _TEXT.case


def training_options(body: Body) -> TrainingOptions:
    """Validate the export options of a JSON body; missing ones have their defaults.

    Raises:
        TrainingOptionError: if a value has the wrong type or is out of range.
    """
    try:
        asked = _ExportRequest.model_validate_json(json.dumps(body))
    except ValidationError as error:
        raise TrainingOptionError(_sentence(error)) from error
    return TrainingOptions(
        formats=asked.formats,
        filters=TrainingFilters(
            verified_only=asked.verified_only,
            changed_only=asked.changed_only,
            without_heard=asked.without_heard,
            min_duration_ms=_milliseconds(asked.min_seconds, _FILTERS.min_duration_ms),
            max_duration_ms=_milliseconds(asked.max_seconds, _FILTERS.max_duration_ms),
            speakers=asked.speakers,
            tags=asked.tags,
            edited_from=asked.edited_from or None,
            edited_until=asked.edited_until or None,
            min_confidence=asked.min_confidence,
            max_confidence=asked.max_confidence,
        ),
        split=SplitPlan(
            group_by=asked.group_by,
            validation_share=_SPLIT.validation_share
            if asked.validation is None
            else asked.validation,
            test_share=_SPLIT.test_share if asked.test is None else asked.test,
            seed=asked.seed or 0,
        ),
        text=TextRules(punctuation=asked.punctuation, digits=asked.digits, case=asked.case),
    )


def _milliseconds(seconds: float | None, default: int) -> int:
    return default if seconds is None else round(seconds * _MS_PER_S)


def _sentence(error: ValidationError) -> str:
    """Return a message with the name and the allowed values of the first wrong option."""
    first = error.errors(include_url=False, include_input=False)[0]
    name = first["loc"][0] if first["loc"] else "body"
    return f"{name!r}: {first['msg']}."
