"""Parsing and validation of the fields of a transcription request."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from starlette.datastructures import FormData

from pipeline.core.options import MAX_HOTWORDS
from webui.openai.model_names import UnknownModelError, recognizer_of

MAX_FIELDS = 200  # keywords are one field each
MAX_TEXT_BYTES = 64 * 1024
_MAX_PROMPTED_CHARACTERS = 24  # of a hotword in a prompt; longer parts are sentences
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE | re.ASCII)
_BETWEEN_HOTWORDS = re.compile(r"[\n\r,;，、；。]")
_TRUE, _FALSE = ("true", "1"), ("false", "0", "")
_UNSUPPORTED = ("known_speaker_names", "known_speaker_references")


class ResponseFormat(str, Enum):
    """Format of the answer to a transcription request."""

    JSON = "json"
    TEXT = "text"
    SRT = "srt"
    VTT = "vtt"
    VERBOSE_JSON = "verbose_json"
    DIARIZED_JSON = "diarized_json"


class Granularity(str, Enum):
    """Units of a transcript for which `verbose_json` contains times."""

    WORD = "word"
    SEGMENT = "segment"


class FieldError(ValueError):
    """Error for a field with an invalid value.

    Attributes:
        param: name of the field.
        code: code of the error response.
        status: HTTP status of the error response.
    """

    def __init__(
        self, param: str, message: str, *, code: str = "invalid_value", status: int = 400
    ) -> None:
        super().__init__(message)
        self.param = param
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class TranscriptionRequest:
    """Options of a transcription request.

    Attributes:
        response_format: format of the answer.
        is_streamed: whether the answer is a stream of events.
        granularities: times in the answer of the format `verbose_json`.
        recognizer: name of the recogniser; None for the app's choice.
        language: ISO 639-1 code; empty to detect it.
        hotwords: words to favour.
        speakers: number of speakers as on the command line; an addition to OpenAI's fields.
    """

    response_format: ResponseFormat = ResponseFormat.JSON
    is_streamed: bool = False
    granularities: frozenset[Granularity] = frozenset({Granularity.SEGMENT})
    recognizer: str | None = None
    language: str = ""
    hotwords: tuple[str, ...] = ()
    speakers: str = "auto"


def read_request(form: FormData, recognizers: Collection[str]) -> TranscriptionRequest:
    """Return the options in a form's fields; unknown fields are ignored.

    Args:
        form: the received form.
        recognizers: names of the usable recognisers.

    Raises:
        FieldError: if a field has an invalid value.
    """
    for name in _UNSUPPORTED:
        if _all_texts(form, name):
            message = f"{name} is not supported; speakers are named A, B and so on."
            raise FieldError(name, message, code="unsupported_parameter")
    response_format = _response_format(_text(form, "response_format"))
    return TranscriptionRequest(
        response_format=response_format,
        is_streamed=_switch(form, "stream"),
        granularities=_granularities(form, response_format),
        recognizer=_recognizer(_text(form, "model"), recognizers),
        language=_language(form),
        hotwords=_hotwords(form),
        speakers=_text(form, "speakers") or "auto",
    )


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    if not isinstance(value, str):
        raise FieldError(name, f"{name} must be a text.")
    return value.strip()


def _all_texts(form: FormData, name: str) -> list[str]:
    """Return the values of all fields named `name[]` or `name`; raise FieldError for a file."""
    values = [*form.getlist(f"{name}[]"), *form.getlist(name)]
    if not all(isinstance(each, str) for each in values):
        raise FieldError(name, f"{name} must be texts.")
    return [str(each).strip() for each in values]


def _switch(form: FormData, name: str) -> bool:
    text = _text(form, name).lower()
    if text not in (*_TRUE, *_FALSE):
        raise FieldError(name, f"{name} must be true or false.")
    return text in _TRUE


def _response_format(text: str) -> ResponseFormat:
    try:
        return ResponseFormat(text or ResponseFormat.JSON.value)
    except ValueError as error:
        known = ", ".join(each.value for each in ResponseFormat)
        message = f"response_format must be one of: {known}."
        raise FieldError("response_format", message) from error


def _granularities(form: FormData, response_format: ResponseFormat) -> frozenset[Granularity]:
    name = "timestamp_granularities"
    texts = _all_texts(form, name)
    if not texts:
        return frozenset({Granularity.SEGMENT})
    if response_format is not ResponseFormat.VERBOSE_JSON:
        raise FieldError(name, f"{name} need the response_format verbose_json.")
    try:
        return frozenset(map(Granularity, texts))
    except ValueError as error:
        raise FieldError(name, f"{name} must be word, segment or both.") from error


def _recognizer(model: str, recognizers: Collection[str]) -> str | None:
    try:
        return recognizer_of(model, recognizers)
    except UnknownModelError as error:
        raise FieldError("model", str(error), code="model_not_found", status=404) from error


def _language(form: FormData) -> str:
    """Return the language code without region, "" to detect it; raise FieldError if invalid."""
    possible = _all_texts(form, "languages")
    text = _text(form, "language") or (possible[0] if len(possible) == 1 else "")
    if not text:
        return ""
    found = _LANGUAGE.fullmatch(text)
    if found is None:
        raise FieldError("language", "language must be an ISO 639-1 code, such as zh or en.")
    return found[1].lower()


def _hotwords(form: FormData) -> tuple[str, ...]:
    """Return the keywords, and the short parts of the prompt as far as there is room.

    A prompt may also be preceding text, whose sentences are not used as hotwords.
    """
    prompted = [" ".join(each.split()) for each in _BETWEEN_HOTWORDS.split(_text(form, "prompt"))]
    short = [each for each in prompted if each and len(each) <= _MAX_PROMPTED_CHARACTERS]
    keywords = [each for each in _all_texts(form, "keywords") if each]
    room = max(0, MAX_HOTWORDS - len(keywords))
    return tuple(dict.fromkeys([*keywords, *filter(str.isprintable, short[:room])]))
