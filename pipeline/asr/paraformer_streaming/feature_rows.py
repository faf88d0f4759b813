"""Input features of a stream, computed as samples arrive."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.paraformer.paraformer_features import FEATURE_DIM, LFR_STACK, LFR_STEP
from pipeline.audio.features import NUM_MEL_BINS, Cmvn, LogMelStream

_HALF_STACK = (LFR_STACK - 1) // 2
_HALF_DIM = FEATURE_DIM // 2
# exp(-k ln(10000) / 279) for k = 0…279, the sinusoidal code of the model's `pe_online` input layer.
_STEPS = np.exp(
    np.arange(_HALF_DIM, dtype=np.float32)
    * np.float32(-np.log(np.float32(10_000.0)) / np.float32(_HALF_DIM - 1))
).astype(np.float32)


class FeatureRows:
    """Incremental feature extraction for one utterance; each row is returned once.

    The rows equal those computed from the whole utterance: a row joins seven frames, every six
    frames, with the first frame repeated before the start and the last one past the end.
    """

    def __init__(self, cmvn: Cmvn) -> None:
        """Create the extractor for a new utterance.

        Args:
            cmvn: shift and scale of 560 values.
        """
        self._cmvn = cmvn
        self._energies = LogMelStream()
        self._frames = np.zeros((0, NUM_MEL_BINS), dtype=np.float32)  # those of rows still to come
        self._first_frame = 0  # number of `_frames[0]` in the utterance
        self.num_rows = 0

    def add(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Add samples and return the rows that are complete.

        Args:
            samples: (num_samples,) float32 in [-1, 1].

        Returns:
            (num_rows, 560) float32, normalised, without the position code.
        """
        self._add_frames(samples)
        num_frames = self._first_frame + len(self._frames)
        complete = (num_frames + _HALF_STACK - LFR_STACK) // LFR_STEP + 1
        return self._rows(max(self.num_rows, complete))

    def end(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Add the last samples and return all remaining rows, as `add` does."""
        self._add_frames(samples)
        num_frames = self._first_frame + len(self._frames)
        return self._rows(max(self.num_rows, -(-num_frames // LFR_STEP)))

    def _add_frames(self, samples: NDArray[np.float32]) -> None:
        self._frames = np.concatenate([self._frames, self._energies.add(samples)])

    def _rows(self, stop: int) -> NDArray[np.float32]:
        """Return the rows up to `stop` and drop the frames that no later row needs."""
        if stop == self.num_rows:
            return np.zeros((0, FEATURE_DIM), dtype=np.float32)
        last_frame = self._first_frame + len(self._frames) - 1
        starts = LFR_STEP * np.arange(self.num_rows, stop)[:, np.newaxis] - _HALF_STACK
        frames = np.clip(starts + np.arange(LFR_STACK), 0, last_frame) - self._first_frame
        rows = self._cmvn.apply(self._frames[frames].reshape(len(frames), FEATURE_DIM))
        self.num_rows = stop
        needed = max(0, LFR_STEP * stop - _HALF_STACK)
        keep = max(0, min(needed, last_frame) - self._first_frame)
        self._frames = self._frames[keep:]
        self._first_frame += keep
        return rows


def with_positions(rows: NDArray[np.float32], *, first: int, dim: int) -> NDArray[np.float32]:
    """Scale rows and add the position code, which the exported graph lacks.

    Args:
        rows: (num_rows, 560) float32.
        first: number of the first row in the utterance, from 0.
        dim: width of the encoder, whose square root is the scale.

    Returns:
        (num_rows, 560) float32.
    """
    positions = np.arange(first + 1, first + 1 + len(rows), dtype=np.float32)
    angles = positions[:, np.newaxis] * _STEPS
    code = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    coded: NDArray[np.float32] = (rows * np.float32(dim**0.5) + code).astype(np.float32)
    return coded
