"""Sound for live recordings, and the frames in which a browser sends it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from webui.live.frames import MAX_SAMPLES, Frame, write_frame

SECOND = 16_000


def sound(seconds: float, *, seed: int = 0) -> bytes:
    """Return noise as 16-bit samples, no two parts of which are equal."""
    samples: NDArray[np.int16] = np.random.default_rng(seed).integers(
        -9_000, 9_000, round(seconds * SECOND), dtype=np.int16
    )
    return samples.astype("<i2").tobytes()


def frames(content: bytes, *, first_sample: int = 0) -> list[bytes]:
    """Return the frames of samples from `first_sample` of the recording on."""
    step = 2 * MAX_SAMPLES
    blocks = [content[start : start + step] for start in range(0, len(content), step)]
    return [
        write_frame(Frame(first_sample + index * MAX_SAMPLES, len(block) // 2, block))
        for index, block in enumerate(blocks)
    ]
