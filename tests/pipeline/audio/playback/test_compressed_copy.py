"""The compressed copy has the length and the sound of the playback copy."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.audio.playback.compressed_copy import compressed_copy
from pipeline.audio.playback.playback_copy import write_review_copy
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.errors import AudioError

SECONDS = 65  # more than one block


def tone(hertz: float, seconds: float) -> np.ndarray:
    times = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return (8_000 * np.sin(2 * np.pi * hertz * times)).astype(np.int16)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("copy") / "audio.flac"
    pcm = np.concatenate([tone(440, 30), tone(880, SECONDS - 30)])
    write_review_copy(Audio(pcm), path)
    return path


def decoded(content: bytes) -> tuple[np.ndarray, int]:
    with av.open(io.BytesIO(content)) as container:
        stream = container.streams.audio[0]
        blocks = [frame.to_ndarray().mean(axis=0) for frame in container.decode(stream)]
        return np.concatenate(blocks), stream.rate


def loudest_hertz(sound: np.ndarray, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(sound))
    return float(np.argmax(spectrum)) * rate / len(sound)


def test_it_sounds_like_the_playback_copy_and_is_small(copy: Path) -> None:
    content = compressed_copy(copy, SECONDS * SAMPLE_RATE_HZ)
    sound, rate = decoded(content)

    assert len(sound) / rate == pytest.approx(SECONDS, abs=0.05)
    assert loudest_hertz(sound[10 * rate : 11 * rate], rate) == pytest.approx(440, abs=2)
    assert loudest_hertz(sound[50 * rate : 51 * rate], rate) == pytest.approx(880, abs=2)
    assert len(content) < SECONDS * SAMPLE_RATE_HZ * 2 / 5


def test_it_ends_after_the_given_samples(copy: Path) -> None:
    sound, rate = decoded(compressed_copy(copy, 2 * SAMPLE_RATE_HZ))

    assert len(sound) / rate == pytest.approx(2, abs=0.05)


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "audio.flac"
    path.write_bytes(b"fLaC nothing")

    with pytest.raises(AudioError, match=r"audio\.flac"):
        compressed_copy(path, 100)
