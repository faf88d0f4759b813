"""JSON format of this program, which stores the whole document except its review state."""

from __future__ import annotations

import json
import re

from pipeline.core.errors import FormatError
from pipeline.core.provenance import ModelUse, Provenance
from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.json_files.json_fields import Record, read_record
from pipeline.text.lines import BYTE_ORDER_MARK

# Valid in JSON strings but unsafe elsewhere: lone surrogates have no UTF-8, C1 controls and line
# and paragraph separators end a line, and bidirectional controls reorder displayed text.
_BETTER_ESCAPED = re.compile("[\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def write_json(document: TranscriptDocument) -> str:
    """Format the whole document as indented JSON."""
    return json_text(document_fields(document), indent=1) + "\n"


def json_text(value: object, *, indent: int | None = None) -> str:
    """Format a value as JSON, with control and direction characters escaped."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    return _BETTER_ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def document_fields(document: TranscriptDocument) -> dict[str, object]:
    """Convert the document to a dictionary of JSON values."""
    transcript, provenance = document.transcript, document.provenance
    return {
        "title": document.title,
        "duration_ms": transcript.duration_ms,
        "language": transcript.language,
        "speakers": list(transcript.speakers),
        "speaker_names": dict(document.given_names),
        "sentences": [_sentence_fields(sentence) for sentence in transcript.sentences],
        "turns": [
            {"start_ms": turn.start_ms, "end_ms": turn.end_ms, "speaker": turn.speaker}
            for turn in transcript.turns
        ],
        "models": [
            {"role": model.role, "id": model.model_id, "sha256": model.sha256}
            for model in provenance.models
        ],
        "options": dict(provenance.options),
        "software_version": provenance.software_version,
    }


def read_json(text: str) -> TranscriptDocument:
    """Parse a document written by `write_json`.

    Raises:
        FormatError: the text is not JSON, or a field is missing or invalid; the message names it.
    """
    return document_of_fields(read_record(text.removeprefix(BYTE_ORDER_MARK)))


def document_of_fields(record: Record) -> TranscriptDocument:
    """Convert the fields of a JSON object to a document.

    Raises:
        FormatError: a field is missing or invalid; the message names it.
    """
    try:
        return TranscriptDocument(
            title=record.optional_text("title") or "",
            transcript=Transcript(
                duration_ms=record.whole_number("duration_ms"),
                language=record.text("language"),
                sentences=tuple(_sentence(each) for each in record.records("sentences")),
                turns=tuple(_turn(each) for each in record.records("turns")),
            ),
            provenance=Provenance(
                models=tuple(_model(each) for each in record.records("models")),
                options=record.texts("options"),
                software_version=record.optional_text("software_version") or "",
            ),
            given_names=record.texts("speaker_names"),
        )
    except FormatError:
        raise
    except ValueError as error:  # an invalid interval, confidence or order
        raise FormatError(f"The JSON holds an impossible transcript: {error}") from error


def _sentence_fields(sentence: Sentence) -> dict[str, object]:
    return {
        "start_ms": sentence.start_ms,
        "end_ms": sentence.end_ms,
        "speaker": sentence.speaker,
        "text": sentence.text,
        "tokens": [_token_fields(token) for token in sentence.tokens],
    }


def _token_fields(token: Token) -> dict[str, object]:
    return {
        "start_ms": token.start_ms,
        "end_ms": token.end_ms,
        "text": token.text,
        "confidence": token.confidence,
    }


def _sentence(record: Record) -> Sentence:
    return Sentence(
        record.whole_number("start_ms"),
        record.whole_number("end_ms"),
        text=record.text("text"),
        tokens=tuple(_token(each) for each in record.records("tokens")),
        speaker=record.optional_text("speaker"),
    )


def _token(record: Record) -> Token:
    return Token(
        record.whole_number("start_ms"),
        record.whole_number("end_ms"),
        text=record.text("text"),
        confidence=record.optional_number("confidence"),
    )


def _turn(record: Record) -> SpeakerTurn:
    return SpeakerTurn(
        record.whole_number("start_ms"), record.whole_number("end_ms"), record.text("speaker")
    )


def _model(record: Record) -> ModelUse:
    return ModelUse(record.text("role"), record.text("id"), record.text("sha256"))
