"""JSON messages between a browser and the server during a live recording."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any  # values of JSON

from pipeline.live.events import FinalText, Lag, LiveSentence, PassingText, SpeakerChanges
from webui.protection.json_text import JsonTextError, parse_json

VERSION = 1
MAX_UNACKED_S = 30  # of audio that a browser may send before an answer
_MAX_NUMBER = 1 << 53  # the largest that every browser can represent

Message = dict[str, Any]


class CloseCode(IntEnum):
    """Code with which the server closes a WebSocket."""

    DONE = 1000
    BAD_MESSAGE = 4000
    LOGGED_OUT = 4001
    REFUSED = 4003
    FULL = 4008
    TAKEN_OVER = 4009
    UNKNOWN_SESSION = 4010


class MessageError(ValueError):
    """Error for a message that does not have the expected form."""


@dataclass(frozen=True, slots=True)
class LiveChoices:
    """Options that a person has chosen for a live recording; empty values for the defaults.

    Attributes:
        language: ISO 639-1 code.
        recognizer: name of the recogniser.
        hotwords: one per line.
        num_speakers: "auto", "N" or "A-B".
        title: title of the recording.
    """

    language: str = ""
    recognizer: str = ""
    hotwords: str = ""
    num_speakers: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Hello:
    """First message of a connection, for a new session or to continue one.

    Attributes:
        session: id of the session to continue; None for a new one.
        token: secret of that session.
        last_rev: number of the last change that the browser has received.
        choices: for a new session.
    """

    session: str | None = None
    token: str = ""
    last_rev: int = 0
    choices: LiveChoices = field(default_factory=LiveChoices)


@dataclass(frozen=True, slots=True)
class Stop:
    """Message that ends the recording at this number of samples."""

    samples: int


@dataclass(frozen=True, slots=True)
class Ping:
    """Message that requests a `pong` with the same number."""

    n: int


def read_message(text: str | bytes) -> Hello | Stop | Ping:
    """Parse a message of a browser.

    Raises:
        MessageError: if it is not one.
    """
    try:
        content = parse_json(text.encode() if isinstance(text, str) else text)
    except (JsonTextError, UnicodeEncodeError) as error:
        raise MessageError("a message is a JSON object") from error
    if not isinstance(content, dict):
        raise MessageError("a message is a JSON object")
    match content.get("type"):
        case "hello":
            return read_hello(content)
        case "stop":
            return Stop(_number(content, "samples"))
        case "ping":
            return Ping(_number(content, "n"))
    raise MessageError("the type of a message is hello, stop or ping")


def read_hello(content: Message) -> Hello:
    """Parse the content of a hello message.

    Raises:
        MessageError: if it does not have the expected form.
    """
    if content.get("v") != VERSION:
        raise MessageError(f"the version of the messages is {VERSION}")
    options = content.get("options")
    if options is None:
        options = {}
    if not isinstance(options, dict):
        raise MessageError("'options' is an object")
    return Hello(
        session=_text(content, "session") or None,
        token=_text(content, "token"),
        last_rev=0 if content.get("last_rev") is None else _number(content, "last_rev"),
        choices=LiveChoices(
            **{name: _text(options, name) for name in LiveChoices.__dataclass_fields__}
        ),
    )


def _text(content: Message, name: str) -> str:
    value = content.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "\n".join(value)
    if not isinstance(value, str):
        raise MessageError(f"{name!r} is a text")
    return value


def _number(content: Message, name: str) -> int:
    value = content.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_NUMBER:
        raise MessageError(f"{name!r} is a whole number of 0 or more")
    return value


def encoded(message: Message) -> str:
    """Return a message as compact JSON."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def ack(next_sample: int, durable_sample: int) -> Message:
    """Return the message with the numbers of received and of durable samples."""
    return {"type": "ack", "next_sample": next_sample, "durable_sample": durable_sample}


def nack(next_sample: int) -> Message:
    """Return the message that requests the samples from `next_sample` on."""
    return {"type": "nack", "next_sample": next_sample}


def pong(number: int) -> Message:
    """Return the answer to a ping."""
    return {"type": "pong", "n": number}


def failure(code: str, message: str, *, is_fatal: bool) -> Message:
    """Return the message that reports an error.

    Args:
        code: name of the error, for the page's own text.
        message: a sentence for people.
        is_fatal: whether the session or the request for one has ended.
    """
    return {"type": "error", "code": code, "message": message, "is_fatal": is_fatal}


def settled(transcript_id: str) -> Message:
    """Return the message that announces the final transcript."""
    return {"type": "settled", "transcript_id": transcript_id}


def partial(rev: int, event: PassingText) -> Message:
    """Return the message with an interim text; `rev` is that of the last change before it."""
    return {
        "type": "partial",
        "rev": rev,
        "segment": event.segment,
        "start_ms": event.start_ms,
        "text": event.text,
        "firm": event.num_firm,
        "speaker": event.speaker,
        "heard_ms": event.heard_ms,
    }


def final(rev: int, event: FinalText) -> Message:
    """Return the message with the final text of a segment."""
    return {
        "type": "final",
        "rev": rev,
        "segment": event.segment,
        "sentences": [_sentence(each) for each in event.sentences],
    }


def speakers(rev: int, event: SpeakerChanges) -> Message:
    """Return the message with changed speakers of sentences."""
    changes = [{"id": sentence_id, "speaker": speaker} for sentence_id, speaker in event.changes]
    return {"type": "speakers", "rev": rev, "changes": changes}


def lag(event: Lag) -> Message:
    """Return the message with the recognition's delay."""
    return {"type": "lag", "behind_ms": event.behind_ms, "partials": event.passing}


def _sentence(sentence: LiveSentence) -> Message:
    return {
        "id": sentence.id,
        "start_ms": sentence.start_ms,
        "end_ms": sentence.end_ms,
        "text": sentence.text,
        "speaker": sentence.speaker,
    }
