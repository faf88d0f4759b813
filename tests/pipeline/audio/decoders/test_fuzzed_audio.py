"""Damaged files of every format end in sound or an error of ours, soon and in little memory."""

from __future__ import annotations

from pathlib import Path

import soundfile

from tests.pipeline.audio.decoders.fuzzed_audio import fuzz
from tests.pipeline.synthetic_recordings import as_16k, voice, write_media
from tests.pipeline.two_tracks import voice_track, write_tracks

SOUND_FILES = ("WAV", "WAVEX", "RF64", "W64", "AIFF", "CAF", "AU", "FLAC", "MP3", "OGG")
MEDIA = (("ipod", "aac"), ("webm", "libopus"), ("mov", "pcm_s16le"), ("avi", "pcm_s16le"))


def seeds(folder: Path) -> list[bytes]:
    path = folder / "whole"
    found: list[bytes] = []
    for format_ in SOUND_FILES:
        soundfile.write(path, as_16k(), 16_000, format=format_)
        found.append(path.read_bytes())
    for container, codec in MEDIA:
        write_media(path, voice(48_000), 48_000, container=container, codec=codec)
        found.append(path.read_bytes())
    found.append(write_tracks(path, [voice_track(1), voice_track(2)]).read_bytes())
    return found


def test_damaged_files_break_nothing(tmp_path: Path) -> None:
    found = fuzz(seeds(tmp_path), seconds=8, seed=7, folder=tmp_path)

    assert found.broken == []
    assert found.num_files >= 40
    assert 0 < found.num_refused < found.num_files
