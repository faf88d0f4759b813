"""Manifest of an export, with the contents and options needed to reproduce it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum
from pathlib import Path

from pipeline.core.provenance import SOFTWARE_VERSION
from storage.training.export_options import Split, TrainingOptions
from storage.training.planning import ExportPlan

MANIFEST_NAME = "manifest.json"
FORMAT_NAME = "speaker-studio-training-data"
FORMAT_VERSION = 1
_MS_PER_HOUR = 3_600_000
_HOUR_DIGITS = 6
_MAX_HEAD_CHARACTERS = 1_000  # the format name is near the beginning


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of an export with its size and SHA-256."""

    name: str
    num_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SplitSize:
    """Number of rows, speakers and recordings of a split, and its duration."""

    num_rows: int
    num_speakers: int
    num_recordings: int
    duration_ms: int

    @property
    def hours(self) -> float:
        """Duration of the split in hours."""
        return self.duration_ms / _MS_PER_HOUR


def split_sizes(plan: ExportPlan) -> dict[Split, SplitSize]:
    """Return the size of each split of an export, empty splits included."""
    return {split: _size(plan, split) for split in Split}


def manifest_blocks(
    plan: ExportPlan, options: TrainingOptions, files: Sequence[WrittenFile]
) -> Iterator[bytes]:
    """Yield the manifest as JSON, sorted and without a timestamp, so that it is reproducible."""
    content = {
        "format": FORMAT_NAME,
        "format_version": FORMAT_VERSION,
        "software_version": SOFTWARE_VERSION,
        "options": _plain(asdict(options)),
        "splits": {
            split.value: {
                "rows": size.num_rows,
                "hours": round(size.hours, _HOUR_DIGITS),
                "speakers": size.num_speakers,
                "recordings": size.num_recordings,
            }
            for split, size in split_sizes(plan).items()
        },
        "left_out": {
            reason.value: count
            for reason, count in sorted(plan.left_out.items(), key=lambda each: each[0].value)
        },
        "transcripts": [
            {
                "recording": each.recording_id,
                "recording_sha256": each.audio_sha256,
                "transcript": each.transcript_id,
                "head_edit_id": each.head_edit_id,
            }
            for each in plan.sources
        ],
        "rows": [
            {
                "key": row.key,
                "split": row.split.value,
                "edit_id": row.utterance.last_edit.edit_id,
                "audio": row.clip_name,
            }
            for row in plan.rows
        ],
        "files": [
            {"name": each.name, "bytes": each.num_bytes, "sha256": each.sha256}
            for each in sorted(files, key=lambda each: each.name)
        ],
    }
    for chunk in json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(content):
        yield chunk.encode()
    yield b"\n"


def is_manifest(path: Path) -> bool:
    """Return whether a file is a training data manifest written by this program."""
    try:
        with path.open(encoding="utf-8") as file:
            head = file.read(_MAX_HEAD_CHARACTERS)
    except (OSError, UnicodeDecodeError):
        return False
    return head.startswith("{") and f'"format": "{FORMAT_NAME}"' in head


def _size(plan: ExportPlan, split: Split) -> SplitSize:
    rows = plan.of(split)
    return SplitSize(
        num_rows=len(rows),
        num_speakers=len({row.utterance.speaker.speaker_id for row in rows}),
        num_recordings=len({row.utterance.source.recording_id for row in rows}),
        duration_ms=sum(row.utterance.duration_ms for row in rows),
    )


def _plain(value: object) -> object:
    """Return a value converted to JSON types."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
