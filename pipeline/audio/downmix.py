"""Mixing of channels to one, based on statistics of the whole file.

A plain average fails in three real cases: channels in opposite phase cancel, one live channel of
six loses 16 dB, and a speaker on only one of two channels loses 6 dB. Therefore:

1. channels are added in order of loudness, each inverted if it would cancel the sum so far
   (negative covariance);
2. the sum is scaled to the power of its loudest channel, so that a copy adds nothing and a
   silent channel does not attenuate;
3. it is scaled down further if it could exceed full scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class ChannelMix:
    """The weights of the channels in a mix to mono.

    Attributes:
        weights: (num_channels,) float32.
    """

    weights: NDArray[np.float32]

    def apply(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mix (num_frames, num_channels) float32 to (num_frames,) float32."""
        mixed: NDArray[np.float32] = samples[:, 0] * self.weights[0]
        for channel in range(1, len(self.weights)):
            mixed += samples[:, channel] * self.weights[channel]
        return mixed


@dataclass(frozen=True, slots=True, eq=False)
class ChannelStatistics:
    """Channel sums and products of a recording; instances for several blocks can be added.

    Attributes:
        num_frames: frames counted.
        sums: (num_channels,) float64.
        products: (num_channels, num_channels) float64, sums of the products of two channels.
        peak: largest sum of the channels' magnitudes in one frame: no mix with weights within
            [-1, 1] exceeds it.
    """

    num_frames: int
    sums: NDArray[np.float64]
    products: NDArray[np.float64]
    peak: float

    @staticmethod
    def of(samples: NDArray[np.float32]) -> ChannelStatistics:
        """Compute the statistics of (num_frames, num_channels) float32; num_frames may be 0."""
        # einsum instead of a matrix product: BLAS would wake its threads for each small block,
        # and wait for them on a busy machine
        channels = np.ascontiguousarray(samples.T, dtype=np.float64)
        products = np.einsum("ct,dt->cd", channels, channels)
        peak = float(np.abs(channels).sum(axis=0).max(initial=0.0))
        return ChannelStatistics(len(samples), channels.sum(axis=1), products, peak)

    def __add__(self, other: ChannelStatistics) -> ChannelStatistics:
        """Return the statistics of both sets of frames together."""
        return ChannelStatistics(
            self.num_frames + other.num_frames,
            self.sums + other.sums,
            self.products + other.products,
            max(self.peak, other.peak),
        )

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Covariance of the channels: (num_channels, num_channels) float64."""
        means = self.sums / max(1, self.num_frames)
        return self.products / max(1, self.num_frames) - np.outer(means, means)


UNCHANGED_MONO = ChannelMix(np.ones(1, dtype=np.float32))


def choose_mix(statistics: ChannelStatistics) -> ChannelMix:
    """Choose channel weights that avoid cancellation, lost channels and clipping."""
    covariance = statistics.covariance
    signs = _aligned_signs(covariance)
    mixed_power = float(signs @ covariance @ signs)
    loudest_power = float(np.diag(covariance).max())
    has_sound = loudest_power > 0 and mixed_power > 0
    gain = float(np.sqrt(loudest_power / mixed_power)) if has_sound else 1.0
    if gain * statistics.peak > 1.0:
        gain = 1.0 / statistics.peak
    return ChannelMix((signs * gain).astype(np.float32))


def _aligned_signs(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    loudest_first = np.argsort(-np.diag(covariance), kind="stable")
    signs = np.zeros(len(covariance))
    for channel in loudest_first:
        signs[channel] = -1.0 if covariance[channel] @ signs < 0 else 1.0
    signs *= signs[0]  # the first channel keeps its sign, whichever is loudest
    return signs
