"""Spectrogram tiles for display, computed from a recording's playback copy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.playback.playback_copy import read_excerpts
from pipeline.audio.samples import PCM_16_SCALE, SAMPLE_RATE_HZ

TILE_SECONDS = 10
NUM_BANDS = 128  # from 0 to 8 kHz, linear
COLUMNS_PER_SECOND = 100
FFT_SAMPLES = 512
FLOOR_DB, CEILING_DB = -90.0, -20.0  # relative to a full-scale sine; shown as 0 and 255
_HOP = SAMPLE_RATE_HZ // COLUMNS_PER_SECOND
_TILE_SAMPLES = TILE_SECONDS * SAMPLE_RATE_HZ
_HALF = FFT_SAMPLES // 2
_LEVELS = 255
_SILENCE = 1e-12  # power, far below the floor


def spectrogram_tile(path: Path, index: int) -> NDArray[np.uint8]:
    """Compute the spectrogram of 10 s of a playback copy, reading only these samples.

    Column c is the Hann-windowed spectrum of 32 ms centred at `index * 10 s + c * 10 ms`.

    Args:
        path: a file written by `write_review_copy`.
        index: number of the tile, from 0.

    Returns:
        (NUM_BANDS, num_columns) uint8, highest frequency first, linear in dB from FLOOR_DB to
        CEILING_DB; the last tile has fewer columns, one beyond the end none.

    Raises:
        AudioError: the file cannot be read, or is not a playback copy.
    """
    first = index * _TILE_SAMPLES
    (samples,) = read_excerpts(path, [(max(0, first - _HALF), first + _TILE_SAMPLES + _HALF)])
    lead = min(first, _HALF)
    num_columns = min(_TILE_SAMPLES, max(0, len(samples) - lead) + _HOP - 1) // _HOP
    padded = np.zeros(num_columns * _HOP + FFT_SAMPLES, np.float32)
    own = samples[: len(padded) - (_HALF - lead)]
    padded[_HALF - lead : _HALF - lead + len(own)] = own / np.float32(PCM_16_SCALE)
    columns = _levels(_band_powers(padded, num_columns))
    return np.ascontiguousarray(columns.T[::-1])


def _band_powers(padded: NDArray[np.float32], num_columns: int) -> NDArray[np.float32]:
    """Return the mean power of two FFT bins in each band: (num_columns, NUM_BANDS)."""
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT_SAMPLES)[::_HOP][:num_columns]
    window = np.hanning(FFT_SAMPLES + 1)[:-1].astype(np.float32)
    spectrum = np.fft.rfft(frames * window, axis=1)[:, 1:]  # without the constant part
    powers = np.square(np.abs(spectrum)) / (window.sum() / 2) ** 2
    return np.asarray(powers.reshape(num_columns, NUM_BANDS, 2).mean(axis=2), dtype=np.float32)


def _levels(powers: NDArray[np.float32]) -> NDArray[np.uint8]:
    decibels = 10 * np.log10(np.maximum(powers, _SILENCE))
    shares = (decibels - FLOOR_DB) / (CEILING_DB - FLOOR_DB)
    levels: NDArray[np.uint8] = np.rint(_LEVELS * np.clip(shares, 0, 1)).astype(np.uint8)
    return levels
