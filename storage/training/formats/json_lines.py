"""Formats with a JSON object per utterance: neutral and Hugging Face audiofolder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from pipeline.metrics import cer
from storage.db.records import Edit
from storage.training.formats.text_file import AudioAddress, RowsBySplit, TextFile, json_line
from storage.training.selection.rows import TrainingRow

_RATE_DIGITS = 6


def neutral_files(rows: RowsBySplit, address: AudioAddress) -> Iterator[TextFile]:
    """Yield one file with all fields of the rows of all splits, for no trainer in particular."""
    lines = (_neutral_line(row, address) for of_split in rows.values() for row in of_split)
    yield TextFile("rows.jsonl", lines)


def _neutral_line(row: TrainingRow, address: AudioAddress) -> str:
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


def audio_folder_files(
    rows: RowsBySplit,
    address: AudioAddress,  # noqa: ARG001 - paths are relative to the metadata
) -> Iterator[TextFile]:
    """Yield the metadata.jsonl of each split for the Hugging Face audiofolder format.

    `datasets.load_dataset("audiofolder", data_dir=".../clips")` takes the splits from the folder
    names and the audio from `file_name`, which is relative to the folder of the metadata.
    """
    for split, of_split in rows.items():
        yield TextFile(
            f"clips/{split.value}/metadata.jsonl", (_audio_folder_line(row) for row in of_split)
        )


def _audio_folder_line(row: TrainingRow) -> str:
    return json_line(
        {
            "file_name": PurePosixPath(row.clip_name).name,
            "text": row.text,
            "speaker_id": row.utterance.speaker.speaker_id,
            "duration_ms": row.utterance.duration_ms,
            "language": row.utterance.source.language,
        }
    )
