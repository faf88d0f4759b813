"""Kaldi data directories, one for each split, and the speaker lists of 3D-Speaker.

Every clip is a recording of its own, so `segments` covers each from its start to its end. All
files are sorted by bytes, as Kaldi's tools require; ids begin with the speaker id, which has a
fixed length, so that sorting by utterance also sorts by speaker.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.audio.samples import SAMPLE_RATE_HZ
from storage.training.formats.text_file import AudioAddress, RowsBySplit, TextFile
from storage.training.selection.rows import TrainingRow


def kaldi_files(rows: RowsBySplit, address: AudioAddress) -> Iterator[TextFile]:
    """Yield wav.scp, segments, text, utt2spk and spk2utt of each split."""
    for split, of_split in rows.items():
        folder = f"kaldi/{split.value}"
        yield TextFile(f"{folder}/segments", (_segment(row) for row in of_split))
        yield TextFile(f"{folder}/text", (f"{row.key} {row.text}" for row in of_split))
        yield from speaker_files(folder, of_split, address)


def speaker_files(
    folder: str, rows: Sequence[TrainingRow], address: AudioAddress
) -> Iterator[TextFile]:
    """Yield wav.scp, utt2spk and spk2utt of rows that are sorted by key."""
    yield TextFile(f"{folder}/wav.scp", (f"{row.key} {address(row)}" for row in rows))
    yield TextFile(
        f"{folder}/utt2spk", (f"{row.key} {row.utterance.speaker.speaker_id}" for row in rows)
    )
    spoken: dict[str, list[str]] = {}
    for row in rows:
        spoken.setdefault(row.utterance.speaker.speaker_id, []).append(row.key)
    yield TextFile(
        f"{folder}/spk2utt", (" ".join([speaker, *keys]) for speaker, keys in spoken.items())
    )


def _segment(row: TrainingRow) -> str:
    return f"{row.key} {row.key} 0.000 {row.num_samples / SAMPLE_RATE_HZ:.3f}"


def speaker_data_files(rows: RowsBySplit, address: AudioAddress) -> Iterator[TextFile]:
    """Yield wav.scp, utt2spk and spk2utt of the clips with known speakers for each split.

    3D-Speaker's egs/*/local/prepare_data_csv.py reads two fields per line from wav.scp and utt2spk,
    loads 16 kHz mono files and cuts them itself. The speaker id of a name is the same in all splits
    and exports.
    """
    for split, of_split in rows.items():
        known = [row for row in of_split if row.utterance.speaker.is_known]
        if known:
            yield from speaker_files(f"3d-speaker/{split.value}", known, address)
