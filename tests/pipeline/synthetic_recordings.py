"""Recordings made on the spot, whose true samples are known at any rate."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio

SECONDS = 2.0
NUM_PARTIALS = 40
CREST = 3.0  # such a sum stays below that many times its root mean square, nearly always
EDGE_SAMPLES = 800  # resampling filters and codecs need a moment at both ends


@cache
def voice(
    rate_hz: int, *, seed: int = 0, seconds: float = SECONDS, level: float = 0.3
) -> NDArray[np.float64]:
    """A sum of sines between 200 and 3300 Hz, so a telephone carries it; exact at any rate.

    Returns:
        (num_samples,) float64, within about `level`, not writeable.
    """
    maker = np.random.default_rng(seed)
    frequencies = maker.uniform(200, 3300, NUM_PARTIALS)
    phases = maker.uniform(0, 2 * np.pi, NUM_PARTIALS)
    times = np.arange(int(seconds * rate_hz)) / rate_hz
    samples = np.zeros(len(times))
    for frequency, phase in zip(frequencies, phases, strict=True):
        samples += np.sin(2 * np.pi * frequency * times + phase)
    samples *= level / NUM_PARTIALS**0.5 / CREST
    samples.flags.writeable = False
    return samples


def floats(audio: Audio) -> NDArray[np.float64]:
    return audio.read(0, audio.num_samples).astype(np.float64)


def inner_error(audio: Audio, expected: NDArray[np.float64]) -> float:
    """Largest difference away from the ends."""
    num = min(audio.num_samples, len(expected))
    inner = slice(EDGE_SAMPLES, num - EDGE_SAMPLES)
    return float(np.abs(floats(audio)[inner] - expected[inner]).max())


def likeness(audio: Audio, expected: NDArray[np.float64]) -> tuple[float, int]:
    """Highest correlation with the expected samples, and how many samples late it is."""
    size = 1 << int(np.ceil(np.log2(audio.num_samples + len(expected))))
    heard = np.fft.rfft(floats(audio), size)
    products = np.fft.irfft(heard * np.conj(np.fft.rfft(expected, size)), size)
    best = int(np.argmax(products))
    norm = np.linalg.norm(floats(audio)) * np.linalg.norm(expected)
    return float(products[best] / norm), best if best < size // 2 else best - size


def as_16k(seed: int = 0, seconds: float = SECONDS) -> NDArray[np.float64]:
    return voice(SAMPLE_RATE_HZ, seed=seed, seconds=seconds)


def write_media(
    path: Path,
    samples: NDArray[np.float64],
    rate_hz: int,
    *,
    container: str,
    codec: str,
    with_video: bool = False,
    sound_starts_s: float = 0.0,
) -> None:
    """Encode (num_samples,) or (num_samples, 2) with PyAV; optionally beside a small picture."""
    columns = samples[:, np.newaxis] if samples.ndim == 1 else samples
    layout = "mono" if columns.shape[1] == 1 else "stereo"
    with av.open(str(path), "w", format=container) as output:
        picture = output.add_stream("mpeg4", rate=10) if with_video else None
        if picture is not None:
            picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        sound = output.add_stream(codec, rate=rate_hz, layout=layout)
        if picture is not None:
            for number in range(int(10 * (sound_starts_s + len(columns) / rate_hz))):
                image = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
                image.pts = number
                output.mux(picture.encode(image))
            output.mux(picture.encode(None))
        pcm = np.ascontiguousarray((columns * 32_767).astype(np.int16).reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout=layout)
        frame.sample_rate = rate_hz
        frame.pts = round(sound_starts_s * rate_hz)
        output.mux(sound.encode(frame))
        output.mux(sound.encode(None))
