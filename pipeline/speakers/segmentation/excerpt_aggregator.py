"""Aggregation of the segmentation model's overlapping excerpts into one value per frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EXCERPT_FRAMES = 1_000  # 10 s, the length the segmentation model was trained on
NO_EXCERPT = -1

_EDGE_FRAMES = 200  # the weight of a prediction decreases towards the edge of its excerpt
_MIN_WEIGHT = 10.0  # frames


@dataclass(frozen=True, slots=True, eq=False)
class LocalSpeakers:
    """The segmentation model's output for a recording, with one value per 10 ms.

    Attributes:
        speech: (num_frames,) float32, probability of speech.
        overlap: (num_frames,) float32, probability of two simultaneous speakers.
        speaker: (num_frames,) int8, 1 to 3 if a single local speaker is likelier than two, else
            0. It is independent of the probability of speech.
        excerpt: (num_frames,) int32, excerpt whose local speakers `speaker` refers to, `NO_EXCERPT`
            for none. Local speakers of different excerpts are unrelated.
    """

    speech: NDArray[np.float32]
    overlap: NDArray[np.float32]
    speaker: NDArray[np.int8]
    excerpt: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class ExcerptPrediction:
    """The segmentation model's output for one excerpt of 10 s.

    Attributes:
        speech: (1000,) float32, probability of speech.
        overlap: (1000,) float32, probability of two simultaneous speakers.
        speaker: (1000,) int8, 1 to 3 if a single local speaker is likelier than two, else 0.
    """

    speech: NDArray[np.float32]
    overlap: NDArray[np.float32]
    speaker: NDArray[np.int8]


class ExcerptAggregator:
    """An aggregator of excerpt predictions in order of time, with 21 bytes per frame."""

    def __init__(self) -> None:
        self._size = 0
        self._weight: NDArray[np.float32] = np.zeros(0, np.float32)
        self._speech: NDArray[np.float32] = np.zeros(0, np.float32)
        self._overlap: NDArray[np.float32] = np.zeros(0, np.float32)
        self._distance: NDArray[np.float32] = np.zeros(0, np.float32)
        self._speaker: NDArray[np.int8] = np.zeros(0, np.int8)
        self._excerpt: NDArray[np.int32] = np.zeros(0, np.int32)

    def add(self, start: int, prediction: ExcerptPrediction) -> None:
        """Add the prediction of the excerpt that starts at frame `start`."""
        self._reserve(start + EXCERPT_FRAMES)
        place = slice(start, start + EXCERPT_FRAMES)
        middles = np.arange(EXCERPT_FRAMES, dtype=np.float32) + 0.5
        to_edge = np.minimum(middles, EXCERPT_FRAMES - middles)
        weight = np.minimum(to_edge + _MIN_WEIGHT, _EDGE_FRAMES)
        self._weight[place] += weight
        self._speech[place] += weight * prediction.speech
        self._overlap[place] += weight * prediction.overlap
        distance = np.abs(middles - EXCERPT_FRAMES / 2)
        is_nearer = distance < self._distance[place]
        self._speaker[place] = np.where(is_nearer, prediction.speaker, self._speaker[place])
        self._excerpt[place] = np.where(is_nearer, start, self._excerpt[place])
        self._distance[place] = np.where(is_nearer, distance, self._distance[place])

    def joined(self, first: int, stop: int) -> LocalSpeakers:
        """Compute the weighted mean of the predictions for the frames `first <= i < stop`."""
        self._reserve(stop)
        kept = slice(first, stop)
        weight = np.maximum(self._weight[kept], np.float32(1.0))
        return LocalSpeakers(
            speech=np.asarray(self._speech[kept] / weight),
            overlap=np.asarray(self._overlap[kept] / weight),
            speaker=self._speaker[kept],
            excerpt=self._excerpt[kept],
        )

    def _reserve(self, num_frames: int) -> None:
        """Enlarge the arrays by half if needed, to avoid a copy per excerpt."""
        if num_frames <= self._size:
            return
        more = max(num_frames, self._size + self._size // 2) - self._size
        self._weight = np.concatenate([self._weight, np.zeros(more, np.float32)])
        self._speech = np.concatenate([self._speech, np.zeros(more, np.float32)])
        self._overlap = np.concatenate([self._overlap, np.zeros(more, np.float32)])
        self._distance = np.concatenate([self._distance, np.full(more, np.inf, np.float32)])
        self._speaker = np.concatenate([self._speaker, np.zeros(more, np.int8)])
        self._excerpt = np.concatenate([self._excerpt, np.full(more, NO_EXCERPT, np.int32)])
        self._size += more


def serialize_excerpt(start: int, prediction: ExcerptPrediction) -> bytes:
    """Convert an excerpt's prediction to bytes; `parse_excerpt` reads them."""
    values = np.concatenate([prediction.speech, prediction.overlap]).astype("<f4")
    return start.to_bytes(4, "little") + values.tobytes() + prediction.speaker.tobytes()


def parse_excerpt(record: bytes) -> tuple[int, ExcerptPrediction]:
    """Convert the bytes of an excerpt to its first frame and prediction."""
    start = int.from_bytes(record[:4], "little")
    values = np.frombuffer(record, "<f4", count=2 * EXCERPT_FRAMES, offset=4)
    speaker = np.frombuffer(record, np.int8, offset=4 + values.nbytes)
    return start, ExcerptPrediction(values[:EXCERPT_FRAMES], values[EXCERPT_FRAMES:], speaker)
