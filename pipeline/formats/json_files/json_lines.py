"""JSON Lines format (.jsonl) of the whole document, with one sentence or turn per line."""

from __future__ import annotations

from pipeline.core.errors import FormatError
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.json_files.json_fields import Record, read_record
from pipeline.formats.json_files.json_transcript import (
    document_fields,
    document_of_fields,
    json_text,
)
from pipeline.text.lines import text_lines

_LISTS = {"sentences": "sentence", "turns": "turn"}
_TRANSCRIPT = "transcript"


def write_json_lines(document: TranscriptDocument) -> str:
    """Format the whole document as JSON Lines.

    `type` is the type of a line: the first is the "transcript" with the common fields, followed
    by each "sentence" and each "turn".
    """
    fields = document_fields(document)
    lines: list[object] = [
        {"type": _TRANSCRIPT, **{key: fields[key] for key in fields if key not in _LISTS}}
    ]
    for key, kind in _LISTS.items():
        items = fields[key]
        assert isinstance(items, list)
        lines += [{"type": kind, **item} for item in items]
    return "".join(f"{json_text(line)}\n" for line in lines)


def read_json_lines(text: str) -> TranscriptDocument:
    """Parse a document written by `write_json_lines`.

    Raises:
        FormatError: a line is not JSON or of unknown type, or a field is missing or invalid; the
            message names the field.
    """
    records = [read_record(line) for line in text_lines(text) if line.strip()]
    by_kind: dict[str, list[object]] = {kind: [] for kind in (_TRANSCRIPT, *_LISTS.values())}
    for number, record in enumerate(records, start=1):
        kind = record.text("type")
        if kind not in by_kind or (kind == _TRANSCRIPT and number > 1):
            raise FormatError(f"Object {number} of the JSON lines has the type {kind[:40]!r}")
        by_kind[kind].append(record.values)
    head = dict(records[0].values) if by_kind[_TRANSCRIPT] else {}
    lists = {key: by_kind[kind] for key, kind in _LISTS.items()}
    return document_of_fields(Record("", {**head, **lists}))
