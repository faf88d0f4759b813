"""FunASR lists for fine-tuning, train.jsonl and val.jsonl.

Lengths are computed as in funasr/datasets/audio_datasets/scp2jsonl.py (`parse_context_length`):
`source_len` in whole frames of 10 ms, `target_len` in words if the text has a blank, else in
characters. The reader (index_ds.py) drops rows beyond its limits by these numbers, and opens
`source` relative to the trainer's working directory.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.audio.samples import SAMPLE_RATE_HZ
from storage.training.formats.text_file import AudioAddress, RowsBySplit, TextFile, json_line
from storage.training.options import Split
from storage.training.rows import TrainingRow

SAMPLES_PER_FRAME = SAMPLE_RATE_HZ // 100
_NAMES = {Split.TRAIN: "train", Split.VALIDATION: "val", Split.TEST: "test"}


def funasr_files(rows: RowsBySplit, address: AudioAddress) -> Iterator[TextFile]:
    """Yield the JSON lines file of each split."""
    for split, of_split in rows.items():
        lines = (_line(row, address) for row in of_split)
        yield TextFile(f"funasr/{_NAMES[split]}.jsonl", lines)


def _line(row: TrainingRow, address: AudioAddress) -> str:
    words = row.text.split()
    return json_line(
        {
            "key": row.key,
            "source": address(row),
            "source_len": row.num_samples // SAMPLES_PER_FRAME,
            "target": row.text,
            "target_len": len(words) if len(words) > 1 else len(row.text),
        }
    )
