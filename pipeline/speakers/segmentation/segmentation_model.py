"""The segmentation model for frame-level speakers and overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import SAMPLES_PER_MS, Audio
from pipeline.core.intervals import Interval
from pipeline.core.options import RuntimeOptions
from pipeline.runtime.onnx_session import GraphContract, TensorContract, open_session
from pipeline.runtime.parallel_map import batch_size, count_workers, one_thread_each, parallel_map
from pipeline.speakers.segmentation.excerpt_aggregator import EXCERPT_FRAMES, ExcerptPrediction
from pipeline.speakers.segmentation.frame_masks import FRAME_MS

EXCERPT_MS = EXCERPT_FRAMES * FRAME_MS
HOP_MS = 5_000  # each frame is in two excerpts, in one of them far from the edge
HOP_FRAMES = HOP_MS // FRAME_MS
NUM_CLASSES = 7  # none; speaker 1; 2; 3; 1 and 2; 1 and 3; 2 and 3
NOBODY, FIRST_PAIR = 0, 4
BATCH_EXCERPTS = 4

_MODEL_HOP = 270  # samples from one frame of the model to the next
_MODEL_REACH = 991  # receptive field of one frame
_CONTRACT = GraphContract(
    "speaker segmentation",
    inputs=(TensorContract((None, 1, None)),),
    outputs=(TensorContract((None, None, NUM_CLASSES)),),
)


class SegmentationModel:
    """The segmentation model, run on 10 s excerpts with speech."""

    def __init__(self, model_path: Path, *, runtime: RuntimeOptions | None = None) -> None:
        """Load the segmentation model.

        Raises:
            PipelineError: the file is missing, damaged or not a segmentation model.
        """
        chosen = runtime or RuntimeOptions()
        self._num_workers = count_workers(chosen)
        self._session = open_session(
            model_path, contract=_CONTRACT, runtime=one_thread_each(chosen)
        )

    def predict(
        self, audio: Audio, starts: Sequence[int]
    ) -> Iterator[tuple[int, ExcerptPrediction]]:
        """Predict each excerpt, some in parallel; yield its first frame and prediction in order.

        Args:
            audio: the whole recording.
            starts: first frames of the excerpts.
        """

        def predict_batch(batch: Sequence[int]) -> NDArray[np.float32]:
            excerpts = np.stack([_read_excerpt(audio, start) for start in batch])
            return np.exp(self._session.run(excerpts)[0])

        size = batch_size(len(starts), at_most=BATCH_EXCERPTS, num_workers=self._num_workers)
        batches = [starts[first : first + size] for first in range(0, len(starts), size)]
        for batch, predictions in parallel_map(
            predict_batch, batches, num_workers=self._num_workers
        ):
            for start, probabilities in zip(batch, predictions, strict=True):
                yield start, prediction_of(at_frames(probabilities))


def excerpt_starts(speech: NDArray[np.bool_]) -> tuple[int, ...]:
    """Return the first frame of each excerpt with speech, one every 5 s and one at the end.

    Args:
        speech: (num_frames,) bool; excerpts without speech are omitted.
    """
    last = max(0, len(speech) - EXCERPT_FRAMES)
    starts = (*range(0, last, HOP_FRAMES), last)
    return tuple(start for start in starts if speech[start : start + EXCERPT_FRAMES].any())


def at_frames(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Resample the model's output from frames of 16.9 ms to frames of 10 ms.

    Args:
        probabilities: (num_model_frames, 7) float32.

    Returns:
        (1000, 7) float32: values of the model's frame with the nearest middle.
    """
    middles = (np.arange(EXCERPT_FRAMES) + 0.5) * FRAME_MS * SAMPLES_PER_MS
    nearest = np.round((middles - _MODEL_REACH / 2) / _MODEL_HOP).astype(np.int64)
    return np.asarray(probabilities[np.clip(nearest, 0, len(probabilities) - 1)])


def prediction_of(probabilities: NDArray[np.float32]) -> ExcerptPrediction:
    """Convert the class probabilities of an excerpt, (1000, 7) float32, to a prediction."""
    likeliest = probabilities[:, NOBODY + 1 :].argmax(axis=1) + 1
    return ExcerptPrediction(
        speech=np.asarray(1.0 - probabilities[:, NOBODY]),
        overlap=probabilities[:, FIRST_PAIR:].sum(axis=1),
        speaker=np.where(likeliest < FIRST_PAIR, likeliest, 0).astype(np.int8),
    )


def _read_excerpt(audio: Audio, start: int) -> NDArray[np.float32]:
    """Read the samples of an excerpt, (1, 160000) float32, padded with silence at the end."""
    start_ms = start * FRAME_MS
    samples = audio.cut(Interval(start_ms, start_ms + EXCERPT_MS))
    return np.pad(samples, (0, EXCERPT_MS * SAMPLES_PER_MS - samples.size))[np.newaxis]
