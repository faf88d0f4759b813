"""JSON lines (.jsonl): a sentence a line, with all of the document around it."""

from __future__ import annotations

from pipeline.core.errors import FormatError
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.json_files.json_fields import Record, read_record
from pipeline.formats.json_files.json_transcript import (
    document_fields,
    document_of_fields,
    json_text,
)
from pipeline.formats.plain_line import text_lines

_LISTS = {"sentences": "sentence", "turns": "turn"}
_TRANSCRIPT = "transcript"


def write_json_lines(document: TranscriptDocument) -> str:
    """Write everything that the JSON format holds.

    `type` says what a line is: the first is the "transcript" with what holds for all of it, then
    come each "sentence" and each "turn".
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
    """Read a document back.

    Raises:
        FormatError: where a line is not JSON or of no known type, or a field is missing or
            impossible; it names the field.
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
