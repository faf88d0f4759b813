"""Names of models in requests, and the list of models that `GET /v1/models` answers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any  # the dictionaries are JSON

from pipeline.models.recognizer_choice import RECOGNIZERS

DEFAULT_MODEL = "speaker-studio"  # the recogniser that the app chooses
# Programs written for OpenAI's service send its names, some of them fixed in their code.
_OPENAI_PREFIXES = ("whisper-", "gpt-")
_LISTED_ALIASES = ("whisper-1", "gpt-4o-transcribe", "gpt-4o-transcribe-diarize")
_CREATED = 1_735_689_600  # a required field: 2025-01-01


class UnknownModelError(ValueError):
    """Error for a model name without an installed recogniser."""


def recognizer_of(model: str, recognizers: Collection[str]) -> str | None:
    """Return the recogniser of a model name; None for the app's own choice.

    Args:
        model: name in the request; OpenAI's names and an empty one stand for the app's choice.
        recognizers: names of the usable recognisers.

    Raises:
        UnknownModelError: if the name is unknown, or its recogniser is not installed.
    """
    if model in recognizers:
        return model
    is_openais = model.startswith(_OPENAI_PREFIXES) and model not in RECOGNIZERS
    if model in ("", DEFAULT_MODEL) or is_openais:
        return None
    known = ", ".join([DEFAULT_MODEL, *recognizers])
    raise UnknownModelError(f"There is no model of that name here; there are: {known}.")


def models_list(recognizers: Collection[str]) -> dict[str, Any]:
    """Return the JSON of all models: the app's choice, the recognisers and OpenAI's names."""
    names = (DEFAULT_MODEL, *recognizers, *_LISTED_ALIASES)
    return {"object": "list", "data": [_entry(each) for each in names]}


def model_entry(name: str, recognizers: Collection[str]) -> dict[str, Any]:
    """Return the JSON of the model with a name.

    Raises:
        UnknownModelError: if there is no such model.
    """
    recognizer_of(name, recognizers)
    return _entry(name)


def _entry(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": _CREATED, "owned_by": DEFAULT_MODEL}
