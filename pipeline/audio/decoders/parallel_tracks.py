"""Simultaneous decoding of several sound tracks, as channels of one recording."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing

import numpy as np
import soxr
from numpy.typing import NDArray

from pipeline.audio.decoders.block import Blocks, DecodedBlock, DecodingStoppedError
from pipeline.audio.resample import check_sample_rate

RATE_HZ = 48_000  # rate of nearly all video; tracks of other rates are resampled
MAX_FRAMES = 16_384  # in a block


def combine_tracks(tracks: Sequence[Blocks]) -> Blocks:
    """Combine tracks into one stream of blocks with all channels, padding shorter tracks.

    A damaged track ends at the first block that cannot be read.

    Raises:
        DecodingStoppedError: no track could be read to its end.
    """
    with ExitStack() as opened:
        for each in tracks:
            opened.enter_context(closing(each))
        feeds = [_TrackFeed(each) for each in tracks]
        while True:
            parts = [each.take(MAX_FRAMES) for each in feeds]
            longest = max(len(part) for part in parts)
            if not longest:
                break
            samples = np.concatenate([_filled(part, longest) for part in parts], axis=1)
            yield DecodedBlock(samples, RATE_HZ, max(each.fraction for each in feeds))
        if all(each.is_broken for each in feeds):
            raise DecodingStoppedError("no track could be read to its end")


class _TrackFeed:
    """The samples of one track, resampled to the common rate, in blocks of any size."""

    def __init__(self, blocks: Blocks) -> None:
        self.fraction = 0.0
        self.is_broken = False
        self._blocks = blocks
        self._is_over = False
        self._waiting: list[NDArray[np.float32]] = []
        self._num_channels = 0
        self._rate_hz = 0
        self._resampler: soxr.ResampleStream | None = None

    def take(self, num_frames: int) -> NDArray[np.float32]:
        """Return the next (num_frames, num_channels) float32, fewer only at the end."""
        while not self._is_over and sum(map(len, self._waiting)) < num_frames:
            self._pull()
        if not self._waiting:
            return np.zeros((0, max(1, self._num_channels)), dtype=np.float32)
        joined = np.concatenate(self._waiting)
        self._waiting = [joined[num_frames:]] if len(joined) > num_frames else []
        return joined[:num_frames]

    def _pull(self) -> None:
        try:
            block = next(self._blocks, None)
        except DecodingStoppedError:
            self.is_broken = True
            block = None
        if block is None:
            self._is_over = True
            self._flush()
            return
        self.fraction = block.fraction
        if block.sample_rate_hz != self._rate_hz:
            self._flush()
            self._begin(block)
        samples = self._with_first_channels(block.samples)
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(np.ascontiguousarray(samples))
        self._keep(samples)

    def _begin(self, block: DecodedBlock) -> None:
        check_sample_rate(block.sample_rate_hz)
        self._num_channels = self._num_channels or block.num_channels
        self._rate_hz = block.sample_rate_hz
        if self._rate_hz != RATE_HZ:
            self._resampler = soxr.ResampleStream(
                self._rate_hz, RATE_HZ, self._num_channels, dtype="float32"
            )

    def _with_first_channels(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return samples with the channel count of the first block, extra channels averaged."""
        num = self._num_channels
        if samples.shape[1] > num:
            rest = samples[:, num - 1 :].mean(axis=1, keepdims=True)
            return np.concatenate([samples[:, : num - 1], rest], axis=1)
        return np.pad(samples, ((0, 0), (0, num - samples.shape[1])))

    def _flush(self) -> None:
        if self._resampler is not None:
            nothing = np.zeros((0, self._num_channels), dtype=np.float32)
            self._keep(self._resampler.resample_chunk(nothing, last=True))
            self._resampler = None

    def _keep(self, samples: NDArray[np.float32]) -> None:
        samples = samples.reshape(-1, self._num_channels)
        if len(samples):
            self._waiting.append(samples)


def _filled(part: NDArray[np.float32], num_frames: int) -> NDArray[np.float32]:
    return np.pad(part, ((0, num_frames - len(part)), (0, 0)))
