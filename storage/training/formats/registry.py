"""Table of the training data formats by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from storage.training.formats.json_lines import audio_folder_files, funasr_files, neutral_files
from storage.training.formats.kaldi import kaldi_files, speaker_data_files
from storage.training.formats.text_file import FilesOf

TRAINING_FORMATS: Mapping[str, FilesOf] = MappingProxyType(
    {
        "funasr": funasr_files,
        "kaldi": kaldi_files,
        "audiofolder": audio_folder_files,
        "3d-speaker": speaker_data_files,
        "jsonl": neutral_files,
    }
)
