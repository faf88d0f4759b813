"""A look at a file, in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.probe import AudioProbe, probe, probe_in_subprocess
from tests.dev_data import REPOSITORY
from tests.pipeline.two_tracks import SILENT, write_tracks

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"


@pytest.mark.parametrize("name", ["a.wav", "-v.wav", "会议 (1).flac"])
def test_a_look_shows_the_length(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    soundfile.write(path, np.zeros(16_000 * 3, dtype=np.float32), 16_000)

    assert probe_in_subprocess(path) == AudioProbe(length_ms=3_000, num_tracks=1)


def test_a_look_shows_how_many_sound_tracks_there_are(tmp_path: Path) -> None:
    path = write_tracks(tmp_path / "a.mkv", [SILENT, SILENT, SILENT])

    assert probe(path).num_tracks == 3


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"", "EmptyFileError"), (b"a letter, not a recording" * 50, "NotAudioError")],
)
def test_a_look_shows_why_a_file_cannot_be_read(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)

    seen = probe_in_subprocess(path)

    assert seen.length_ms is None
    assert seen.error_kind == kind
    assert seen.message.startswith("a.wav: The file ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert probe_in_subprocess(tmp_path / "gone.wav").error_kind == "AudioError"


def test_a_probe_that_exceeds_its_timeout_is_not_final() -> None:
    assert probe_in_subprocess(CONVERSATION, timeout_s=0.001) == AudioProbe(is_final=False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of processor time")
def test_a_probe_ends_at_its_limit_of_processor_time() -> None:
    endless = "from pipeline.audio import probe; probe._limit_processor_time(1)\nwhile True: pass"

    ended = subprocess.run([sys.executable, "-c", endless], check=False, cwd=REPOSITORY)

    assert ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
