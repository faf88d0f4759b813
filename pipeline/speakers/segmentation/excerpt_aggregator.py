"""What overlapping excerpts of a recording say about its frames, weighed together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EXCERPT_FRAMES = 1_000  # 10 s, the length the segmentation model was trained on
UNHEARD = -1

_EDGE_FRAMES = 200  # an excerpt's opinion counts less, the nearer its edge
_LEAST_WEIGHT = 10.0  # frames


@dataclass(frozen=True, slots=True, eq=False)
class LocalSpeakers:
    """What the segmentation model heard, one value per 10 ms of the recording.

    Attributes:
        speech: (num_frames,) float32, probability that anybody speaks.
        overlap: (num_frames,) float32, probability that two speak at once.
        speaker: (num_frames,) int8, 1 to 3 if one local speaker alone is likelier than two at
            once, else 0. It says who, if anybody; not whether.
        excerpt: (num_frames,) int32, the excerpt whose local speakers `speaker` counts, `UNHEARD`
            where there is none. Local speakers of different excerpts cannot be compared.
    """

    speech: NDArray[np.float32]
    overlap: NDArray[np.float32]
    speaker: NDArray[np.int8]
    excerpt: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class ExcerptPrediction:
    """What is heard in one excerpt of 10 s.

    Attributes:
        speech: (1000,) float32, probability that anybody speaks.
        overlap: (1000,) float32, probability that two speak at once.
        speaker: (1000,) int8, 1 to 3 if one local speaker alone is likelier than two, else 0.
    """

    speech: NDArray[np.float32]
    overlap: NDArray[np.float32]
    speaker: NDArray[np.int8]


class ExcerptAggregator:
    """Takes in excerpts in order of time; 21 bytes a frame."""

    def __init__(self) -> None:
        self._size = 0
        self._weight: NDArray[np.float32] = np.zeros(0, np.float32)
        self._speech: NDArray[np.float32] = np.zeros(0, np.float32)
        self._overlap: NDArray[np.float32] = np.zeros(0, np.float32)
        self._distance: NDArray[np.float32] = np.zeros(0, np.float32)
        self._speaker: NDArray[np.int8] = np.zeros(0, np.int8)
        self._excerpt: NDArray[np.int32] = np.zeros(0, np.int32)

    def add(self, start: int, opinion: ExcerptPrediction) -> None:
        """Take in one excerpt, from frame `start` on."""
        self._reserve(start + EXCERPT_FRAMES)
        place = slice(start, start + EXCERPT_FRAMES)
        middles = np.arange(EXCERPT_FRAMES, dtype=np.float32) + 0.5
        to_edge = np.minimum(middles, EXCERPT_FRAMES - middles)
        weight = np.minimum(to_edge + _LEAST_WEIGHT, _EDGE_FRAMES)
        self._weight[place] += weight
        self._speech[place] += weight * opinion.speech
        self._overlap[place] += weight * opinion.overlap
        distance = np.abs(middles - EXCERPT_FRAMES / 2)
        is_nearer = distance < self._distance[place]
        self._speaker[place] = np.where(is_nearer, opinion.speaker, self._speaker[place])
        self._excerpt[place] = np.where(is_nearer, start, self._excerpt[place])
        self._distance[place] = np.where(is_nearer, distance, self._distance[place])

    def joined(self, first: int, stop: int) -> LocalSpeakers:
        """The weighed opinions on frames `first <= i < stop`, as far as they have been heard."""
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
        """Make room; by half as much again, so that an hour is not copied for each excerpt."""
        if num_frames <= self._size:
            return
        more = max(num_frames, self._size + self._size // 2) - self._size
        self._weight = np.concatenate([self._weight, np.zeros(more, np.float32)])
        self._speech = np.concatenate([self._speech, np.zeros(more, np.float32)])
        self._overlap = np.concatenate([self._overlap, np.zeros(more, np.float32)])
        self._distance = np.concatenate([self._distance, np.full(more, np.inf, np.float32)])
        self._speaker = np.concatenate([self._speaker, np.zeros(more, np.int8)])
        self._excerpt = np.concatenate([self._excerpt, np.full(more, UNHEARD, np.int32)])
        self._size += more


def written_excerpt(start: int, opinion: ExcerptPrediction) -> bytes:
    """An excerpt as bytes; `read_excerpt` gives the same again."""
    values = np.concatenate([opinion.speech, opinion.overlap]).astype("<f4")
    return start.to_bytes(4, "little") + values.tobytes() + opinion.speaker.tobytes()


def read_excerpt(record: bytes) -> tuple[int, ExcerptPrediction]:
    """The first frame of an excerpt, and what is heard in it."""
    start = int.from_bytes(record[:4], "little")
    values = np.frombuffer(record, "<f4", count=2 * EXCERPT_FRAMES, offset=4)
    speaker = np.frombuffer(record, np.int8, offset=4 + values.nbytes)
    return start, ExcerptPrediction(values[:EXCERPT_FRAMES], values[EXCERPT_FRAMES:], speaker)
