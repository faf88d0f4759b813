"""Settings of an utterance in FunASR's WebSocket protocol, as named in messages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any  # messages are JSON

from pipeline.audio.resample import check_sample_rate
from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.errors import AudioError, OptionError
from pipeline.core.options import check_hotwords

PCM = "pcm"
MAX_NAME_CHARACTERS = 256
_LANGUAGES = ("zh", "en", "yue", "ja", "ko")  # of `svs_lang`; its other values leave it open
_BETWEEN_HOTWORDS = re.compile(r"[\s,，]+")


class MessageError(ValueError):
    """Error for an invalid message, with a sentence for its sender."""


class Mode(str, Enum):
    """The kind of results that a client requests: interim, final or both."""

    OFFLINE = "offline"  # one text at the end
    ONLINE = "online"  # interim text alone
    TWO_PASS = "2pass"  # interim text, and a final text for each segment


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """Settings that apply until a message changes them.

    Attributes:
        mode: kind of results to send.
        wav_name: name that all answers repeat.
        wav_format: "pcm" for raw samples; any other for an audio file, in the mode "offline" alone.
        sample_rate_hz: rate of raw samples.
        hotwords: words to favour.
        language: ISO 639-1 code, None to detect it.
    """

    mode: Mode = Mode.TWO_PASS
    wav_name: str = ""
    wav_format: str = PCM
    sample_rate_hz: int = SAMPLE_RATE_HZ
    hotwords: tuple[str, ...] = ()
    language: str | None = None

    def __post_init__(self) -> None:
        if self.wav_format != PCM and self.mode is not Mode.OFFLINE:
            raise MessageError(
                f"The wav_format {self.wav_format!r} needs the mode 'offline'; send raw PCM in "
                f"the mode {self.mode.value!r}."
            )


def read_message(text: str) -> dict[str, Any]:
    """Parse a text message; return its fields.

    Raises:
        MessageError: the text is not a JSON object.
    """
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MessageError("A text message must be JSON.") from error
    if not isinstance(message, dict):
        raise MessageError("A text message must be a JSON object.")
    return message


def updated(settings: StreamSettings, message: Mapping[str, Any]) -> StreamSettings:
    """Return the settings updated by the fields of a message; unknown fields are ignored.

    Raises:
        MessageError: a value is invalid.
    """
    changes: dict[str, Any] = {
        field: read(message[name])
        for name, (field, read) in _READERS.items()
        if message.get(name) is not None
    }
    return replace(settings, **changes)


def _mode(value: object) -> Mode:
    try:
        return Mode(value)
    except ValueError as error:
        raise MessageError("mode must be offline, online or 2pass.") from error


def _name(value: object) -> str:
    return str(value)[:MAX_NAME_CHARACTERS]


def _format(value: object) -> str:
    return str(value)[:MAX_NAME_CHARACTERS].lower()


def _rate(value: object) -> int:
    try:
        rate = int(str(value))
        check_sample_rate(rate)
    except (ValueError, AudioError) as error:
        raise MessageError("audio_fs must be a sample rate such as 8000 or 16000.") from error
    return rate


def _hotwords(value: object) -> tuple[str, ...]:
    """Parse hotwords: a JSON object of weights, or words separated by spaces or commas.

    Raises:
        MessageError: there are too many hotwords, or one is invalid.
    """
    words = _weighted(value) or [each for each in _BETWEEN_HOTWORDS.split(str(value)) if each]
    try:
        return check_hotwords(tuple(dict.fromkeys(words)))
    except OptionError as error:
        raise MessageError(str(error)) from error


def _weighted(value: object) -> list[str]:
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return []
    return [each for each in found if each.strip()] if isinstance(found, dict) else []


def _language(value: object) -> str | None:
    return str(value) if value in _LANGUAGES else None


_READERS = {
    "mode": ("mode", _mode),
    "wav_name": ("wav_name", _name),
    "wav_format": ("wav_format", _format),
    "audio_fs": ("sample_rate_hz", _rate),
    "hotwords": ("hotwords", _hotwords),
    "svs_lang": ("language", _language),
}
