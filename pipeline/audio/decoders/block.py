"""What every decoder delivers: runs of samples as the file holds them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.core.audio_track import TracksRead

BLOCK_VALUES = 131_072  # samples over all channels in one block: half a megabyte of float32


class DecodingStoppedError(Exception):
    """A decoder cannot read the file, or not further; the blocks it gave before stand."""


@dataclass(frozen=True, slots=True, eq=False)
class DecodedBlock:
    """A run of samples.

    Attributes:
        samples: (num_frames, num_channels) float32, full scale is 1; only a file that stores
            floating-point samples may go beyond.
        sample_rate_hz: rate of this run; a broadcast may change it on the way.
        fraction: how much of the file has been read, in [0, 1].
    """

    samples: NDArray[np.float32]
    sample_rate_hz: int
    fraction: float

    @property
    def num_channels(self) -> int:
        """Number of channels, at least 1."""
        return int(self.samples.shape[1])


Blocks = Generator[DecodedBlock, None, None]
"""A file being decoded; closing it closes the file."""

Decoder = Callable[[Path, TracksRead], Blocks]
"""Opens a file and gives the blocks of some of its sound tracks in order.

Raises:
    DecodingStoppedError: at the start or on the way, where another decoder may know better.
    AudioError: where none will: the file has no sound track.
"""
