"""How long a recording is, as its header says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio import SAMPLE_RATE_HZ
from pipeline.audio_length import ask_length_ms, length_ms
from tests.dev_data import REPOSITORY
from tests.unit.synthetic_recordings import as_16k, write_media

DEMO = REPOSITORY / "assets" / "demo" / "demo.flac"


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.ogg", "-v.wav"])
def test_the_header_tells_the_length(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    soundfile.write(path, np.zeros(16_000 * 3, dtype=np.float32), 16_000)

    assert ask_length_ms(path) == pytest.approx(3_000, abs=60)


def test_what_only_the_other_library_reads_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "a.m4a"
    write_media(path, as_16k(seconds=2.0), SAMPLE_RATE_HZ, container="mp4", codec="aac")

    assert length_ms(path) == pytest.approx(2_000, abs=80)


@pytest.mark.parametrize("content", [b"", b"a letter, not a recording" * 50])
def test_what_is_no_recording_has_no_length(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)

    assert ask_length_ms(path) is None


def test_a_file_that_is_not_there_has_no_length(tmp_path: Path) -> None:
    assert ask_length_ms(tmp_path / "gone.wav") is None


def test_nobody_waits_for_a_header_that_takes_too_long() -> None:
    assert ask_length_ms(DEMO, patience_s=0.001) is None
