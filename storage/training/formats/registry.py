"""Tables of the training data formats by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from storage.training.formats.funasr import funasr_files
from storage.training.formats.json_lines import audio_folder_files, neutral_files
from storage.training.formats.kaldi import kaldi_files, speaker_data_files
from storage.training.formats.manifests import lhotse_files, nemo_files, wenet_files
from storage.training.formats.shards import NAME as SHARDS
from storage.training.formats.text_file import FilesOf

LISTS: Mapping[str, FilesOf] = MappingProxyType(
    {
        "funasr": funasr_files,
        "kaldi": kaldi_files,
        "audiofolder": audio_folder_files,
        "3d-speaker": speaker_data_files,
        "wenet": wenet_files,
        "lhotse": lhotse_files,
        "nemo": nemo_files,
        "jsonl": neutral_files,
    }
)
"""Formats that consist of lists beside the clips."""

TRAINING_FORMATS = (*LISTS, SHARDS)
"""All formats. Shards contain the clips again, so they are written on request only."""
