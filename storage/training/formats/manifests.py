"""Lists for WeNet, lhotse (icefall, k2) and NeMo."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.audio.samples import SAMPLE_RATE_HZ
from storage.training.formats.text_file import AudioAddress, RowsBySplit, TextFile, json_line
from storage.training.selection.rows import TrainingRow


def wenet_files(rows: RowsBySplit, address: AudioAddress) -> Iterator[TextFile]:
    """Yield WeNet's data.list of type raw for each split: key, wav and txt on each line."""
    for split, of_split in rows.items():
        lines = (
            json_line({"key": row.key, "wav": address(row), "txt": row.text}) for row in of_split
        )
        yield TextFile(f"wenet/{split.value}/data.list", lines)


def lhotse_files(rows: RowsBySplit, address: AudioAddress) -> Iterator[TextFile]:
    """Yield the manifests of recordings and supervisions of each split; a clip is a recording."""
    for split, of_split in rows.items():
        folder = f"lhotse/{split.value}"
        recordings = (json_line(_recording(row, address)) for row in of_split)
        supervisions = (json_line(_supervision(row)) for row in of_split)
        yield TextFile(f"{folder}/recordings.jsonl.gz", recordings, is_compressed=True)
        yield TextFile(f"{folder}/supervisions.jsonl.gz", supervisions, is_compressed=True)


def nemo_files(
    rows: RowsBySplit,
    address: AudioAddress,  # noqa: ARG001 - NeMo finds paths relative to the manifest
) -> Iterator[TextFile]:
    """Yield NeMo's manifest of each split, with paths relative to its folder."""
    for split, of_split in rows.items():
        lines = (json_line(_nemo_entry(row)) for row in of_split)
        yield TextFile(f"nemo/{split.value}.json", lines)


def _seconds(row: TrainingRow) -> float:
    return row.num_samples / SAMPLE_RATE_HZ


def _recording(row: TrainingRow, address: AudioAddress) -> dict[str, object]:
    return {
        "id": row.key,
        "sources": [{"type": "file", "channels": [0], "source": address(row)}],
        "sampling_rate": SAMPLE_RATE_HZ,
        "num_samples": row.num_samples,
        "duration": _seconds(row),
        "channel_ids": [0],
    }


def _supervision(row: TrainingRow) -> dict[str, object]:
    return {
        "id": row.key,
        "recording_id": row.key,
        "start": 0.0,
        "duration": _seconds(row),
        "channel": 0,
        "text": row.text,
        "language": row.utterance.source.language,
        "speaker": row.utterance.speaker.speaker_id,
    }


def _nemo_entry(row: TrainingRow) -> dict[str, object]:
    return {
        "audio_filepath": f"../{row.clip_name}",
        "duration": _seconds(row),
        "text": row.text,
        "lang": row.utterance.source.language,
        "speaker": row.utterance.speaker.speaker_id,
    }
