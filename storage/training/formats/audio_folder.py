"""Hugging Face audiofolder format, with a metadata.jsonl beside the clips of each split.

`datasets.load_dataset("audiofolder", data_dir=".../clips")` takes the splits from the folder
names and the audio from `file_name`, which is relative to the folder of the metadata.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from storage.training.formats.text_file import AudioAddress, RowsBySplit, TextFile, json_line
from storage.training.rows import TrainingRow


def audio_folder_files(
    rows: RowsBySplit,
    address: AudioAddress,  # noqa: ARG001 - paths are relative to the metadata
) -> Iterator[TextFile]:
    """Yield the metadata.jsonl of each split."""
    for split, of_split in rows.items():
        yield TextFile(f"clips/{split.value}/metadata.jsonl", (_line(row) for row in of_split))


def _line(row: TrainingRow) -> str:
    return json_line(
        {
            "file_name": PurePosixPath(row.clip_name).name,
            "text": row.text,
            "speaker_id": row.utterance.speaker.speaker_id,
            "duration_ms": row.utterance.duration_ms,
            "language": row.utterance.source.language,
        }
    )
