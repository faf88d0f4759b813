"""Speaker data as 3D-Speaker trains on it: wav.scp and utt2spk.

Its egs/*/local/prepare_data_csv.py reads both as two words a line, loads 16 kHz mono files and
cuts them itself. Ids of speakers are the same in all splits and in every export: one for each
name that people gave. Clips whose speaker nobody knows are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from storage.training.formats.kaldi import speaker_files
from storage.training.formats.text_file import AudioAddress, RowsBySplit, TextFile


def speaker_data_files(rows: RowsBySplit, address: AudioAddress) -> Iterator[TextFile]:
    """The lists of each split in which somebody is known."""
    for split, of_split in rows.items():
        known = [row for row in of_split if row.utterance.speaker.is_known]
        if known:
            yield from speaker_files(f"3d-speaker/{split.value}", known, address)
