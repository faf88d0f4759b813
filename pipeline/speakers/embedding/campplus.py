"""The CAM++ speaker embedding model on onnxruntime."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.features import FRAME_HOP_MS, NUM_MEL_BINS, count_frames, log_mel
from pipeline.audio.samples import SAMPLES_PER_MS, Audio
from pipeline.core.intervals import Interval
from pipeline.core.options import RuntimeOptions
from pipeline.core.progress import Report, ignore_report
from pipeline.runtime.onnx_session import GraphContract, TensorContract, open_session
from pipeline.runtime.parallel_map import batch_size, count_workers, one_thread_each, parallel_map
from pipeline.speakers.embedding.telephone_band import centre_embeddings, keep_telephone_band

EMBEDDING_DIM = 192
FLOAT_GRAPH = "model.onnx"  # the published network
# The same with most convolutions of 8-bit integers: 1.5 times as fast, at equal errors.
QUANTIZED_GRAPH = "model.int8.onnx"
SHORTEST_INPUT_MS = 1500  # shorter windows are padded with silence to this length (spec 7.1)
# The same without the silence that the reference adds. Windows of 0.5 s of the development
# meetings have a cosine of 0.51 to their speaker without it, 0.45 with it.
SHORTEST_SPEECH_MS = 200
BATCH_WINDOWS = 16  # as fast as 64, at a quarter of the memory

_CONTRACT = GraphContract(
    "speaker embeddings",
    inputs=(TensorContract((None, None, NUM_MEL_BINS)),),
    outputs=(TensorContract((None, EMBEDDING_DIM)),),
)


class CampPlusEmbedder:
    """The CAM++ model for speaker embeddings of windows, with constant memory use."""

    def __init__(
        self,
        model_path: Path,
        *,
        runtime: RuntimeOptions | None = None,
        batch_windows: int = BATCH_WINDOWS,
        padded_to_ms: int = SHORTEST_INPUT_MS,
    ) -> None:
        """Load the CAM++ model.

        Args:
            model_path: the graph.
            runtime: number of threads.
            batch_windows: number of windows in one run of the graph.
            padded_to_ms: length to which shorter windows are padded with silence, at least
                `SHORTEST_SPEECH_MS`.

        Raises:
            PipelineError: the file is missing, damaged or not a CAM++ model.
        """
        self._batch_windows = batch_windows
        self._padded_to = padded_to_ms * SAMPLES_PER_MS
        self._is_limited = False
        chosen = runtime or RuntimeOptions()
        self._num_workers = count_workers(chosen)
        self._session = open_session(
            model_path, contract=_CONTRACT, runtime=one_thread_each(chosen)
        )

    def limited_to_telephone_band(self) -> CampPlusEmbedder:
        """Return an embedder that shares the model but uses only the telephone band."""
        limited = copy(self)
        limited._is_limited = True
        return limited

    def embed(
        self, audio: Audio, windows: Sequence[Interval], *, report: Report = ignore_report
    ) -> NDArray[np.float32]:
        """Compute the speaker embedding of each window.

        Args:
            audio: the whole recording.
            windows: in any order; consecutive windows in order of time are cheapest.
            report: counts windows.

        Returns:
            (num_windows, 192) float32, each row of length 1.
        """
        embeddings: NDArray[np.float32] = np.empty((len(windows), EMBEDDING_DIM), np.float32)
        num_done = 0
        batches = self._batches(audio, windows)
        for (indices, _), found in parallel_map(
            self._embed, batches, num_workers=self._num_workers
        ):
            embeddings[indices] = found
            num_done += len(indices)
            report(num_done, len(windows))
        embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
        return centre_embeddings(embeddings) if self._is_limited else embeddings

    def _embed(self, batch: tuple[list[int], NDArray[np.float32]]) -> NDArray[np.float32]:
        return self._session.run(batch[1])[0]

    def _batches(
        self, audio: Audio, windows: Sequence[Interval]
    ) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Yield the indexes and features of windows in batches, each of equal frame counts."""
        size = batch_size(len(windows), at_most=self._batch_windows, num_workers=self._num_workers)
        source = _FeatureSource(audio, shortest=self._padded_to)
        waiting: dict[int, list[tuple[int, NDArray[np.float32]]]] = {}
        for index, window in enumerate(windows):
            features = source.features_of(window)
            if self._is_limited:
                features = keep_telephone_band(features)
            batch = waiting.setdefault(len(features), [])
            batch.append((index, features))
            if len(batch) == size:
                yield _stack(waiting.pop(len(features)))
        for batch in waiting.values():
            yield _stack(batch)


class _FeatureSource:
    """A feature extractor for windows that reuses frames shared with the previous window."""

    def __init__(self, audio: Audio, *, shortest: int) -> None:
        self._audio = audio
        self._shortest = shortest  # samples
        self._start_ms = 0
        self._frames: NDArray[np.float32] = np.empty((0, NUM_MEL_BINS), dtype=np.float32)

    def features_of(self, window: Interval) -> NDArray[np.float32]:
        """Compute log-mel energies minus their mean (spec 1.4), as (num_frames, 80)."""
        samples = self._audio.cut(window)
        if samples.size < self._shortest:
            frames = log_mel(np.pad(samples, (0, self._shortest - samples.size)), window="povey")
        else:
            frames = self._frames_of(window, count_frames(samples.size))
        return np.asarray(frames - frames.mean(axis=0))

    def _frames_of(self, window: Interval, num_frames: int) -> NDArray[np.float32]:
        """Compute the log-mel frames of a window, reusing those shared with the previous window."""
        offset, remainder = divmod(window.start_ms - self._start_ms, FRAME_HOP_MS)
        if remainder or not 0 <= offset <= len(self._frames):
            offset, self._frames = 0, self._frames[:0]
        kept = self._frames[offset:]
        if len(kept) < num_frames:
            start_ms = window.start_ms + len(kept) * FRAME_HOP_MS
            missing = log_mel(self._audio.cut(Interval(start_ms, window.end_ms)), window="povey")
            kept = np.concatenate([kept, missing])
        self._start_ms, self._frames = window.start_ms, kept
        return kept[:num_frames]


def _stack(
    batch: Sequence[tuple[int, NDArray[np.float32]]],
) -> tuple[list[int], NDArray[np.float32]]:
    indices, features = zip(*batch, strict=True)
    return list(indices), np.stack(features)
