"""Streamed WAV files, read back with libsndfile."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.playback.playback_copy import BLOCK_SAMPLES, write_review_copy
from pipeline.audio.playback.wave_stream import wave_blocks, wave_size
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio

NUM_SAMPLES = 2 * BLOCK_SAMPLES + 1_000
PCM = np.random.default_rng(0).integers(-(2**15), 2**15, NUM_SAMPLES).astype(np.int16)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("copy") / "audio.flac"
    write_review_copy(Audio(PCM), path)
    return path


def test_excerpts_are_written_with_silence_between_them(copy: Path) -> None:
    spans = [(100, 300), (5, BLOCK_SAMPLES + 50)]

    blocks = list(wave_blocks(copy, spans, pause_samples=40))
    sound, rate = soundfile.read(io.BytesIO(b"".join(blocks)), dtype="int16")

    assert rate == SAMPLE_RATE_HZ
    expected = np.concatenate([PCM[100:300], np.zeros(40, np.int16), PCM[5 : BLOCK_SAMPLES + 50]])
    assert np.array_equal(sound, expected)
    assert sum(map(len, blocks)) == wave_size(spans, pause_samples=40)
    assert max(map(len, blocks)) <= 2 * BLOCK_SAMPLES


def test_an_excerpt_beyond_the_end_is_filled_with_silence(copy: Path) -> None:
    content = b"".join(wave_blocks(copy, [(NUM_SAMPLES - 10, NUM_SAMPLES + 30)]))
    sound, _rate = soundfile.read(io.BytesIO(content), dtype="int16")

    assert np.array_equal(sound, [*PCM[-10:], *[0] * 30])


def test_more_than_a_wav_file_can_hold_is_refused(copy: Path) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        next(wave_blocks(copy, [(0, 2**31)]))
