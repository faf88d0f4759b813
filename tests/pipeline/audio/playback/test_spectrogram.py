from __future__ import annotations

import time
from pathlib import Path

import librosa
import numpy as np
import pytest

from pipeline.audio.playback.playback_copy import write_review_copy
from pipeline.audio.playback.spectrogram import CEILING_DB, FLOOR_DB, NUM_BANDS, spectrogram_tile
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.errors import AudioError

LEVEL_TOLERANCE = 1  # of 255, 0.27 dB: rounding of float32


def copy_of(samples: np.ndarray, folder: Path) -> Path:
    path = folder / "audio.flac"
    write_review_copy(Audio(samples.astype(np.int16)), path)
    return path


def noisy_speech_like(seconds: float) -> np.ndarray:
    rng = np.random.default_rng(5)
    time_s = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    voice = sum(np.sin(2 * np.pi * 140 * k * time_s + 3 * np.sin(time_s)) / k for k in range(1, 30))
    return np.rint(4_000 * voice * (np.sin(3 * time_s) > 0) + rng.normal(0, 30, len(time_s)))


def librosa_levels(samples: np.ndarray) -> np.ndarray:
    """Levels of the whole recording, from librosa's STFT and decibels."""
    spectrum = librosa.stft(
        samples.astype(np.float64) / 32_768,
        n_fft=512,
        hop_length=160,
        window="hann",
        center=True,
        pad_mode="constant",
    )
    powers = np.abs(spectrum[1:]) ** 2 / 128**2
    bands = powers.reshape(NUM_BANDS, 2, -1).mean(axis=1)
    decibels = librosa.power_to_db(bands, amin=1e-12, top_db=None)
    return np.clip(255 * (decibels - FLOOR_DB) / (CEILING_DB - FLOOR_DB), 0, 255)[::-1]


def test_tiles_agree_with_librosa_across_their_borders(tmp_path):
    samples = noisy_speech_like(23.456)
    path = copy_of(samples, tmp_path)
    reference = librosa_levels(samples)

    tiles = [spectrogram_tile(path, index) for index in range(3)]

    assert [each.shape for each in tiles] == [(128, 1_000), (128, 1_000), (128, 346)]
    joined = np.concatenate(tiles, axis=1).astype(float)
    assert np.abs(joined - reference[:, : joined.shape[1]]).max() <= LEVEL_TOLERANCE
    assert joined.std() > 30


@pytest.mark.parametrize("frequency_hz", [125, 1_000, 7_900])
def test_a_tone_lies_in_the_row_of_its_frequency(tmp_path, frequency_hz):
    time_s = np.arange(2 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    path = copy_of(3_000 * np.sin(2 * np.pi * frequency_hz * time_s), tmp_path)

    tile = spectrogram_tile(path, 0)

    from_top = (8_000 - frequency_hz) / 8_000 * NUM_BANDS
    assert np.abs(tile[:, 100].argmax() - from_top) <= 1


def test_silence_is_zero_and_beyond_the_end_there_are_no_columns(tmp_path):
    path = copy_of(np.zeros(SAMPLE_RATE_HZ), tmp_path)

    assert not spectrogram_tile(path, 0).any()
    assert spectrogram_tile(path, 1).shape == (128, 0)
    assert spectrogram_tile(path, 999_999).shape == (128, 0)


def test_a_file_that_is_no_playback_copy_is_refused(tmp_path):
    path = tmp_path / "audio.flac"
    path.write_bytes(b"not a sound")

    with pytest.raises(AudioError):
        spectrogram_tile(path, 0)


def test_a_screen_of_twenty_seconds_in_a_long_recording_is_quick(tmp_path):
    path = copy_of(np.tile(noisy_speech_like(60), 20), tmp_path)
    spectrogram_tile(path, 0)

    def seconds() -> float:
        began_s = time.process_time()
        for index in (90, 91, 92):
            spectrogram_tile(path, index)
        return time.process_time() - began_s

    assert any(seconds() < 0.3 for _ in range(3))  # other programs disturb it
