"""Blocks of decoded samples, and the error of a decoder that stops early."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.core.audio_track import TracksRead

BLOCK_VALUES = 131_072  # samples over all channels in one block: half a megabyte of float32


class DecodingStoppedError(Exception):
    """Error of a decoder that cannot read further; the blocks before remain valid."""


@dataclass(frozen=True, slots=True, eq=False)
class DecodedBlock:
    """A block of consecutive decoded samples.

    Attributes:
        samples: (num_frames, num_channels) float32, full scale is 1; only files that store
            floating-point samples can exceed it.
        sample_rate_hz: rate of this block; it can change within a broadcast.
        fraction: fraction of the file that has been read, in [0, 1].
    """

    samples: NDArray[np.float32]
    sample_rate_hz: int
    fraction: float

    @property
    def num_channels(self) -> int:
        """Number of channels, at least 1."""
        return int(self.samples.shape[1])


Blocks = Generator[DecodedBlock, None, None]
"""An iterator over the blocks of a file; closing it closes the file."""

Decoder = Callable[[Path, TracksRead], Blocks]
"""A function that opens a file and yields the blocks of some of its sound tracks in order.

Raises:
    DecodingStoppedError: at the start or later; another decoder may succeed.
    AudioError: no decoder can succeed, because the file has no sound track.
"""
