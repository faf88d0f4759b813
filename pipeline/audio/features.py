"""Acoustic features as the models were trained on: log-mel energies, stacking, normalisation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from pipeline.audio.samples import PCM_16_SCALE, SAMPLE_RATE_HZ
from pipeline.core.errors import ModelContractError

FRAME_LENGTH = 400  # samples: 25 ms, from the models' frontend config (spec 1.1)
FRAME_HOP = 160  # samples: 10 ms
FRAME_HOP_MS = 10
NUM_MEL_BINS = 80
ASR_SCALE = PCM_16_SCALE  # VAD and recogniser were trained on samples in int16 range (spec 1.1)

Window = Literal["hamming", "povey"]
"""The taper of a frame: hamming for VAD and recogniser, povey for CAM++ (spec 1.1, 1.4)."""

_FFT_LENGTH = 512
_PRE_EMPHASIS = 0.97
_LOWEST_HZ, _HIGHEST_HZ = 20.0, SAMPLE_RATE_HZ / 2
_LOG_FLOOR = np.finfo(np.float32).eps  # Kaldi's lower limit of a filter's energy
_BLOCK_FRAMES = 256  # half a MB of frames stays in the CPU cache
_FILTERS_AT_ONCE = 8  # see _mel_energies
_HOPS_GCD = 80  # samples; frame length and hop are both multiples of it


def count_frames(num_samples: int) -> int:
    """Return the number of complete 25 ms frames in the samples."""
    return 0 if num_samples < FRAME_LENGTH else 1 + (num_samples - FRAME_LENGTH) // FRAME_HOP


def count_samples(num_frames: int) -> int:
    """Return the number of samples that this number of consecutive frames covers."""
    return 0 if num_frames == 0 else (num_frames - 1) * FRAME_HOP + FRAME_LENGTH


def log_mel(
    samples: NDArray[np.float32], *, window: Window, scale: float = 1.0
) -> NDArray[np.float32]:
    """Compute the natural logarithm of the energy in 80 mel bands.

    A frame depends only on its own 400 samples, so frame `i` of `samples[160 * k:]` is frame
    `i + k` of `samples`.

    Args:
        samples: (num_samples,) float32 in [-1, 1].
        window: taper of a frame.
        scale: factor on the samples, `ASR_SCALE` for VAD and recogniser, 1 for CAM++.

    Returns:
        (num_frames, 80) float32; (0, 80) for less than one frame.
    """
    num_frames = count_frames(samples.size)
    features = np.empty((num_frames, NUM_MEL_BINS), dtype=np.float32)
    if num_frames == 0:
        return features
    taper = (_taper(window) * scale).astype(np.float32)
    frames = np.zeros((min(num_frames, _BLOCK_FRAMES), _FFT_LENGTH), dtype=np.float32)
    for first in range(0, num_frames, _BLOCK_FRAMES):
        stop = min(first + _BLOCK_FRAMES, num_frames)
        block = frames[: stop - first]
        _fill_frames(block, samples[first * FRAME_HOP :], taper)
        _mel_energies(block, features[first:stop])
    np.maximum(features, _LOG_FLOOR, out=features)
    return np.log(features, out=features)


class LogMelStream:
    """An incremental computation of log-mel energies for VAD and recogniser."""

    def __init__(self) -> None:
        """Create a stream without samples."""
        self._samples = np.zeros(0, dtype=np.float32)  # those of frames not yet computed

    def add(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Add samples and return the frames that they complete, (num_frames, 80) float32."""
        self._samples = np.concatenate([self._samples, samples])
        frames = log_mel(self._samples, window="hamming", scale=ASR_SCALE)
        self._samples = self._samples[len(frames) * FRAME_HOP :]
        return frames


def stack_frames(features: NDArray[np.float32], *, stack: int, step: int) -> NDArray[np.float32]:
    """Join `stack` neighbouring frames into one row at every `step` frames (low frame rate).

    The first frame is repeated before the start, the last one past the end. With step 6 the last
    one or two frames may appear in no row, as in the reference (spec A.1).

    Args:
        features: (num_frames, feature_dim) float32.
        stack: frames joined, odd.
        step: frames from one row to the next.

    Returns:
        (ceil(num_frames / step), stack * feature_dim) float32.
    """
    num_frames, feature_dim = features.shape
    num_rows = -(-num_frames // step)
    offsets = np.arange(stack) - (stack - 1) // 2
    sources = np.arange(num_rows)[:, np.newaxis] * step + offsets
    if num_frames == 0:
        return np.empty((0, stack * feature_dim), dtype=np.float32)
    joined = features[np.clip(sources, 0, num_frames - 1)]
    return joined.reshape(num_rows, stack * feature_dim)


@dataclass(frozen=True, slots=True, eq=False)
class Cmvn:
    """A fixed mean and variance normalisation, `(features + shift) * scale`.

    Attributes:
        shift: (feature_dim,) float32.
        scale: (feature_dim,) float32.
    """

    shift: NDArray[np.float32]
    scale: NDArray[np.float32]

    def apply(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Normalise features of shape (num_rows, feature_dim) into a new float32 array."""
        normalised = features + self.shift
        normalised *= self.scale
        return normalised


def read_cmvn(path: Path) -> Cmvn:
    """Read an `am.mvn` file, Kaldi's AddShift and Rescale components as text (spec 1.3).

    Raises:
        ModelContractError: the file has another format, or a width that is no multiple of 80.
    """
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelContractError(f"'{path}' cannot be read as a CMVN file: {error}") from error
    shift, scale = (_read_component(path, lines, name) for name in ("<AddShift>", "<Rescale>"))
    if shift.size != scale.size or shift.size % NUM_MEL_BINS != 0:
        raise ModelContractError(
            f"'{path}' has {shift.size} shifts and {scale.size} scales; "
            f"both must be the same multiple of {NUM_MEL_BINS}"
        )
    return Cmvn(shift, scale)


def _read_component(path: Path, lines: list[str], name: str) -> NDArray[np.float32]:
    """Parse the bracketed numbers on the line after a component's header.

    Raises:
        ModelContractError: the component is missing or damaged.
    """
    for header, body in pairwise(lines):
        if header.split()[:1] == [name]:
            return _parse_numbers(path, name, header.split()[1:], body.split())
    raise ModelContractError(
        f"'{path}' is not a CMVN file: it has no {name}. Fetch the model again"
    )


def _parse_numbers(
    path: Path, name: str, sizes: list[str], fields: list[str]
) -> NDArray[np.float32]:
    numbers = fields[3:-1]
    is_bracketed = [*fields[:3], *fields[-1:]] == ["<LearnRateCoef>", "0", "[", "]"]
    if not is_bracketed or sizes != [str(len(numbers))] * 2:
        raise ModelContractError(
            f"'{path}' is damaged: {name} {' '.join(sizes)} is followed by {len(numbers)} numbers. "
            "Fetch the model again"
        )
    try:
        parsed = np.array(numbers, dtype=np.float32)
    except ValueError as error:
        raise ModelContractError(f"'{path}' is damaged at {name}: {error}") from error
    if not np.isfinite(parsed).all():
        raise ModelContractError(f"'{path}' is damaged at {name}: a number is not finite")
    return parsed


def _fill_frames(
    frames: NDArray[np.float32], samples: NDArray[np.float32], taper: NDArray[np.float32]
) -> None:
    """Write frames without their mean, pre-emphasised and tapered, into the first 400 columns.

    Pre-emphasis is linear, so it is applied once to the samples instead of once per frame; the
    contribution of the frame's mean is the same number in every column.
    """
    num_frames = len(frames)
    used = samples[: count_samples(num_frames)]
    emphasised = np.empty_like(used)
    emphasised[0] = 0.0
    np.multiply(used[:-1], np.float32(-_PRE_EMPHASIS), out=emphasised[1:])
    emphasised[1:] += used[1:]
    means = _frame_means(used, num_frames)
    leftover = np.float32(1.0 - _PRE_EMPHASIS)
    framed = np.lib.stride_tricks.sliding_window_view(emphasised, FRAME_LENGTH)[::FRAME_HOP]
    inside = frames[:, :FRAME_LENGTH]
    np.subtract(framed, (leftover * means)[:, np.newaxis], out=inside)
    inside[:, 0] = leftover * (used[: num_frames * FRAME_HOP : FRAME_HOP] - means)
    inside *= taper


def _frame_means(samples: NDArray[np.float32], num_frames: int) -> NDArray[np.float32]:
    pieces = samples.reshape(-1, _HOPS_GCD).sum(axis=1)
    per_hop, per_frame = FRAME_HOP // _HOPS_GCD, FRAME_LENGTH // _HOPS_GCD
    sums = np.lib.stride_tricks.sliding_window_view(pieces, per_frame)[::per_hop].sum(axis=1)
    means: NDArray[np.float32] = sums[:num_frames] / np.float32(FRAME_LENGTH)
    return means


def _mel_energies(frames: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Compute mel energies of (num_frames, 512) frames into `out`, (num_frames, 80).

    A few neighbouring filters cover few bins, so products by groups do a seventh of the
    work. They are also too small for the BLAS to divide: on a busy machine its threads waited
    for each other a hundred times longer than the work takes.
    """
    spectra = scipy.fft.rfft(frames, axis=1)
    squares = spectra.view(np.float32)[:, :_FFT_LENGTH]  # real, imaginary, real, ...; no Nyquist
    np.square(squares, out=squares)
    power = squares[:, 0::2] + squares[:, 1::2]
    for first_filter, first_bin, weights in _mel_filter_groups():
        stop_bin, stop_filter = first_bin + len(weights), first_filter + weights.shape[1]
        out[:, first_filter:stop_filter] = power[:, first_bin:stop_bin] @ weights


@lru_cache(maxsize=2)
def _taper(window: Window) -> NDArray[np.float64]:
    phase = 2.0 * np.pi * np.arange(FRAME_LENGTH) / (FRAME_LENGTH - 1)
    if window == "hamming":
        return 0.54 - 0.46 * np.cos(phase)
    return np.asarray((0.5 - 0.5 * np.cos(phase)) ** 0.85)


@lru_cache(maxsize=1)
def _mel_filter_groups() -> tuple[tuple[int, int, NDArray[np.float32]], ...]:
    """Group the mel filters; return the first filter, first bin and weights of each group.

    Weights are (num_bins, num_filters) float32.
    """
    filters = _mel_filters()
    groups = []
    for first in range(0, NUM_MEL_BINS, _FILTERS_AT_ONCE):
        group = filters[:, first : first + _FILTERS_AT_ONCE]
        reached = np.flatnonzero(group.any(axis=1))
        weights = np.ascontiguousarray(group[reached[0] : reached[-1] + 1])
        groups.append((first, int(reached[0]), weights))
    return tuple(groups)


def _mel_filters() -> NDArray[np.float32]:
    """Compute triangular filters on the mel scale: (256, 80) float32, without the Nyquist bin."""
    edges = np.linspace(_mel(_LOWEST_HZ), _mel(_HIGHEST_HZ), NUM_MEL_BINS + 2)
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    bins_hz = np.arange(_FFT_LENGTH // 2, dtype=np.float64) * SAMPLE_RATE_HZ / _FFT_LENGTH
    bins = np.array([_mel(hz) for hz in bins_hz])[:, np.newaxis]
    rising, falling = (bins - left) / (centre - left), (right - bins) / (right - centre)
    filters: NDArray[np.float32] = np.clip(np.minimum(rising, falling), 0.0, None).astype(
        np.float32
    )
    return filters


def _mel(hz: float) -> float:
    return 1127.0 * math.log1p(hz / 700.0)
