"""Points that stand for voices: K centres in 192 dimensions with normal noise around them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EMBEDDING_DIM = 192


def synthetic_voices(num_windows: int, num_speakers: int, spread: float) -> NDArray[np.float64]:
    """Windows of speakers who talk one after the other, in equal parts (spec A.8)."""
    random = np.random.RandomState(0)
    centres = random.randn(num_speakers, EMBEDDING_DIM)
    return np.stack(
        [
            spread * centres[(index * num_speakers) // num_windows] + random.randn(EMBEDDING_DIM)
            for index in range(num_windows)
        ]
    )
