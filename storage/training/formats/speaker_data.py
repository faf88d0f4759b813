"""Speaker data lists for 3D-Speaker, wav.scp and utt2spk.

Its egs/*/local/prepare_data_csv.py reads two fields per line from both, loads 16 kHz mono files
and cuts them itself. The speaker id of a name is the same in all splits and exports. Clips without
a speaker are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from storage.training.formats.kaldi import speaker_files
from storage.training.formats.text_file import AudioAddress, RowsBySplit, TextFile


def speaker_data_files(rows: RowsBySplit, address: AudioAddress) -> Iterator[TextFile]:
    """Yield wav.scp, utt2spk and spk2utt of the clips with known speakers for each split."""
    for split, of_split in rows.items():
        known = [row for row in of_split if row.utterance.speaker.is_known]
        if known:
            yield from speaker_files(f"3d-speaker/{split.value}", known, address)
