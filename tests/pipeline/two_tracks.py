"""Videos with several sound tracks, as OBS and meeting recorders write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.stream import Disposition
from numpy.typing import NDArray

from tests.pipeline.synthetic_recordings import voice

RATE_HZ = 48_000


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A sound track of a file to write.

    Attributes:
        samples: (num_samples,) float64.
        rate_hz: of the samples.
        is_default: whether the file names it as its main track.
    """

    samples: NDArray[np.float64]
    rate_hz: int = RATE_HZ
    is_default: bool = False


SILENT = Track(np.zeros(2 * RATE_HZ))


def voice_track(seed: int = 0, rate_hz: int = RATE_HZ, *, is_default: bool = False) -> Track:
    return Track(voice(rate_hz, seed=seed), rate_hz, is_default)


def write_tracks(
    path: Path, tracks: Sequence[Track], *, container: str = "matroska", codec: str = "pcm_s16le"
) -> Path:
    """Write the tracks beside each other, a fifth of a second of each in turn."""
    with av.open(str(path), "w", format=container) as output:
        streams = [output.add_stream(codec, rate=each.rate_hz, layout="mono") for each in tracks]
        for stream, track in zip(streams, tracks, strict=True):
            stream.disposition = Disposition.default if track.is_default else Disposition(0)
        for part in range(10):
            for stream, track in zip(streams, tracks, strict=True):
                size = track.rate_hz // 5
                samples = track.samples[part * size : (part + 1) * size]
                if not len(samples):
                    continue
                pcm = (samples * 32_767).astype(np.int16).reshape(1, -1)
                frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
                frame.sample_rate, frame.pts = track.rate_hz, part * size
                output.mux(stream.encode(frame))
        for stream in streams:
            output.mux(stream.encode(None))
    return path
