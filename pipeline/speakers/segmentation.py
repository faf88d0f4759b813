"""The segmentation model: who of a few local speakers talks in each moment, overlap included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio import SAMPLES_PER_MS, Audio
from pipeline.intervals import Interval
from pipeline.onnx_session import GraphContract, TensorContract, open_session
from pipeline.options import RuntimeOptions
from pipeline.progress import Report, ignore_report
from pipeline.run_ahead import count_workers, one_thread_each, run_ahead
from pipeline.speakers.frame_masks import FRAME_MS, mask_of

EXCERPT_MS = 10_000  # the length the model was trained on
HOP_MS = 5_000  # every moment is heard twice, once far from an excerpt's edge
NUM_CLASSES = 7  # nobody; speaker 1; 2; 3; 1 and 2; 1 and 3; 2 and 3
NOBODY, FIRST_PAIR = 0, 4
UNHEARD = -1

_EXCERPT_FRAMES = EXCERPT_MS // FRAME_MS
_MODEL_HOP = 270  # samples from one frame of the model to the next
_MODEL_REACH = 991  # samples that one of its frames sees
_EDGE_FRAMES = 200  # an excerpt's opinion counts less, the nearer its edge
_LEAST_WEIGHT = 10.0  # frames
_BATCH_EXCERPTS = 4
_CONTRACT = GraphContract(
    "speaker segmentation",
    inputs=(TensorContract((None, 1, None)),),
    outputs=(TensorContract((None, None, NUM_CLASSES)),),
)


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


class SegmentationModel:
    """Listens to 10 s at a time, wherever the voice activity detector found speech."""

    def __init__(self, model_path: Path, *, runtime: RuntimeOptions | None = None) -> None:
        """Open the graph.

        Raises:
            PipelineError: the file is missing, damaged or for something else.
        """
        chosen = runtime or RuntimeOptions()
        self._num_workers = count_workers(chosen)
        self._session = open_session(
            model_path, contract=_CONTRACT, runtime=one_thread_each(chosen)
        )

    def listen(
        self, audio: Audio, segments: Sequence[Interval], *, report: Report = ignore_report
    ) -> LocalSpeakers:
        """Local speakers in every whole frame of the recording.

        Args:
            audio: the whole recording.
            segments: speech; excerpts that none of it touches are not listened to.
            report: counts excerpts.
        """
        starts = excerpt_starts(mask_of(segments, audio.duration_ms // FRAME_MS))
        opinions = _Opinions(audio.duration_ms // FRAME_MS)

        def listen_at(batch: tuple[int, ...]) -> NDArray[np.float32]:
            excerpts = np.stack([_read_excerpt(audio, start) for start in batch])
            return np.exp(self._session.run(excerpts)[0])

        batches = [
            starts[first : first + _BATCH_EXCERPTS]
            for first in range(0, len(starts), _BATCH_EXCERPTS)
        ]
        num_done = 0
        for batch, heard in run_ahead(listen_at, batches, num_workers=self._num_workers):
            for start, probabilities in zip(batch, heard, strict=True):
                opinions.add(start, at_frames(probabilities))
            num_done += len(batch)
            report(num_done, len(starts))
        return opinions.joined()


def excerpt_starts(speech: NDArray[np.bool_]) -> tuple[int, ...]:
    """The first frames of the excerpts: one every 5 s, the last one pulled back to the end.

    Args:
        speech: (num_frames,) bool; excerpts without any of it are left out.
    """
    last = max(0, len(speech) - _EXCERPT_FRAMES)
    starts = (*range(0, last, HOP_MS // FRAME_MS), last)
    return tuple(start for start in starts if speech[start : start + _EXCERPT_FRAMES].any())


def at_frames(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """The model's frames, every 16.9 ms, looked up every 10 ms.

    Args:
        probabilities: (num_model_frames, 7) float32.

    Returns:
        (1000, 7) float32: the model's frame whose middle is nearest to that of each frame.
    """
    middles = (np.arange(_EXCERPT_FRAMES) + 0.5) * FRAME_MS * SAMPLES_PER_MS
    nearest = np.round((middles - _MODEL_REACH / 2) / _MODEL_HOP).astype(np.int64)
    return np.asarray(probabilities[np.clip(nearest, 0, len(probabilities) - 1)])


class _Opinions:
    """What overlapping excerpts say about the same frames, weighed together."""

    def __init__(self, num_frames: int) -> None:
        self._num_frames = num_frames
        size = num_frames + _EXCERPT_FRAMES  # the excerpt of a short recording reaches further
        self._weight: NDArray[np.float32] = np.zeros(size, np.float32)
        self._speech: NDArray[np.float32] = np.zeros(size, np.float32)
        self._overlap: NDArray[np.float32] = np.zeros(size, np.float32)
        self._distance: NDArray[np.float32] = np.full(size, np.inf, np.float32)
        self._speaker: NDArray[np.int8] = np.zeros(size, np.int8)
        self._excerpt: NDArray[np.int32] = np.full(size, UNHEARD, np.int32)

    def add(self, start: int, probabilities: NDArray[np.float32]) -> None:
        """Take in one excerpt: (1000, 7) float32 from frame `start` on."""
        place = slice(start, start + _EXCERPT_FRAMES)
        middles = np.arange(_EXCERPT_FRAMES, dtype=np.float32) + 0.5
        to_edge = np.minimum(middles, _EXCERPT_FRAMES - middles)
        weight = np.minimum(to_edge + _LEAST_WEIGHT, _EDGE_FRAMES)
        self._weight[place] += weight
        self._speech[place] += weight * (1.0 - probabilities[:, NOBODY])
        self._overlap[place] += weight * probabilities[:, FIRST_PAIR:].sum(axis=1)
        likeliest = probabilities[:, NOBODY + 1 :].argmax(axis=1) + 1
        is_nearer = np.abs(middles - _EXCERPT_FRAMES / 2) < self._distance[place]
        alone = np.where(likeliest < FIRST_PAIR, likeliest, 0)
        self._speaker[place] = np.where(is_nearer, alone, self._speaker[place])
        self._excerpt[place] = np.where(is_nearer, start, self._excerpt[place])
        self._distance[place] = np.where(
            is_nearer, np.abs(middles - _EXCERPT_FRAMES / 2), self._distance[place]
        )

    def joined(self) -> LocalSpeakers:
        """The weighed opinions on the frames that exist."""
        kept = slice(0, self._num_frames)
        weight = np.maximum(self._weight[kept], np.float32(1.0))
        return LocalSpeakers(
            speech=np.asarray(self._speech[kept] / weight),
            overlap=np.asarray(self._overlap[kept] / weight),
            speaker=self._speaker[kept],
            excerpt=self._excerpt[kept],
        )


def _read_excerpt(audio: Audio, start: int) -> NDArray[np.float32]:
    """One excerpt, silence after the end of a short recording: (1, 160000) float32."""
    start_ms = start * FRAME_MS
    samples = audio.cut(Interval(start_ms, start_ms + EXCERPT_MS))
    return np.pad(samples, (0, EXCERPT_MS * SAMPLES_PER_MS - samples.size))[np.newaxis]
