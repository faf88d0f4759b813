"""Format independent of trainers, with all fields of each utterance as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipeline.metrics import cer
from storage.db.records import Edit
from storage.training.formats.text_file import AudioAddress, RowsBySplit, TextFile, json_line
from storage.training.rows import TrainingRow

_RATE_DIGITS = 6


def neutral_files(rows: RowsBySplit, address: AudioAddress) -> Iterator[TextFile]:
    """Yield one file with the rows of all splits."""
    lines = (_line(row, address) for of_split in rows.values() for row in of_split)
    yield TextFile("rows.jsonl", lines)


def _line(row: TrainingRow, address: AudioAddress) -> str:
    utterance, source, machine = row.utterance, row.utterance.source, row.machine_text
    return json_line(
        {
            "key": row.key,
            "split": row.split.value,
            "audio": address(row),
            "recording": source.recording_id,
            "title": source.title,
            "recording_sha256": source.audio_sha256,
            "transcript": source.transcript_id,
            "utterance": utterance.utterance_id,
            "start_ms": utterance.start_ms,
            "end_ms": utterance.end_ms,
            "language": source.language,
            "speaker_id": utterance.speaker.speaker_id,
            "speaker_name": utterance.speaker.name,
            "speaker_label": utterance.speaker.label,
            "text": row.text,
            "corrected_text": utterance.text,
            "heard_text": None if machine is None else machine.text,
            "cer": None
            if machine is None
            else round(cer(utterance.text, machine.text), _RATE_DIGITS),
            "confidence": None
            if machine is None or machine.confidence is None
            else round(machine.confidence, _RATE_DIGITS),
            "status": utterance.status.value,
            "is_edited": utterance.is_edited,
            "reviewed_by": utterance.reviewed_by,
            "corrected_by": None if row.correction is None else _edit(row.correction),
            "edit_id": utterance.last_edit.edit_id,
            "edits": [_edit(each) for each in row.edits],
            "models": [
                {"role": each.role, "id": each.model_id, "sha256": each.sha256}
                for each in source.models
            ],
            "software_version": source.software_version,
            "tokens": json.loads(row.tokens_json),
        }
    )


def _edit(edit: Edit) -> dict[str, object]:
    return {
        "edit_id": edit.edit_id,
        "kind": edit.kind,
        "author": edit.author,
        "created_at": edit.created_at.isoformat(),
    }
