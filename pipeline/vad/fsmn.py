"""The FSMN voice activity detection model on onnxruntime."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.features import (
    ASR_SCALE,
    FRAME_HOP,
    FRAME_HOP_MS,
    NUM_MEL_BINS,
    Cmvn,
    count_frames,
    count_samples,
    log_mel,
    read_cmvn,
    stack_frames,
)
from pipeline.audio.samples import Audio
from pipeline.core.errors import ModelContractError
from pipeline.core.options import RuntimeOptions
from pipeline.core.progress import Report, ignore_report
from pipeline.core.transcript import SpeechSegment
from pipeline.runtime.append_log import NullRecords, StoredRecords
from pipeline.runtime.onnx_session import GraphContract, OnnxSession, TensorContract, open_session
from pipeline.runtime.parallel_map import one_thread_each
from pipeline.vad.segment_stream import SegmentStream
from pipeline.vad.streaming import LFR_STACK, VadStream
from pipeline.vad.vad_options import VadOptions

BLOCK_FRAMES = 500  # 5 s: up to here the activations stay in the CPU cache

_FEATURE_DIM = LFR_STACK * NUM_MEL_BINS
_STACK_REACH = (LFR_STACK - 1) // 2
_NUM_CACHES = 4  # fsmn_layers
_CACHE_SHAPE = (1, 128, 19, 1)  # proj_dim, lorder - 1
_PAST_FRAMES = _NUM_CACHES * _CACHE_SHAPE[2]  # past frames that affect one output
_SILENCE = 0  # output column, sil_pdf_ids

_SPEECH = TensorContract((1, None, _FEATURE_DIM))
_LOGITS = TensorContract((1, None, None))
_CACHES = (TensorContract(_CACHE_SHAPE),) * _NUM_CACHES
_OUT_CACHES = (TensorContract((1, _CACHE_SHAPE[1], None, 1)),) * _NUM_CACHES
_WITH_CACHES = GraphContract(
    "voice activity detection", inputs=(_SPEECH, *_CACHES), outputs=(_LOGITS, *_OUT_CACHES)
)
_WITHOUT_CACHES = GraphContract("voice activity detection", inputs=(_SPEECH,), outputs=(_LOGITS,))


class FsmnVad:
    """The FSMN voice activity detector, for the published graph with caches or without.

    Memory grows with the recording by one number per frame: features and network run in blocks,
    and the result is independent of the block size.
    """

    def __init__(
        self,
        model_path: Path,
        cmvn_path: Path,
        *,
        options: VadOptions | None = None,
        runtime: RuntimeOptions | None = None,
        block_frames: int = BLOCK_FRAMES,
    ) -> None:
        """Open the graph and read its feature normalisation.

        Raises:
            PipelineError: a file is missing, damaged or another model.
        """
        self._options = options or VadOptions()
        self._block_frames = block_frames
        self._cmvn = _read_cmvn(cmvn_path)
        self._session: OnnxSession = open_session(
            model_path,
            contract=_WITH_CACHES,
            alternative=_WITHOUT_CACHES,
            runtime=one_thread_each(runtime or RuntimeOptions()),
        )
        self._num_caches = len(self._session.input_names) - 1
        self._context = 0 if self._num_caches else _PAST_FRAMES

    def detect(self, audio: Audio, *, report: Report = ignore_report) -> tuple[SpeechSegment, ...]:
        """Detect the speech segments: sorted, disjoint, inside the audio; empty without speech.

        `report` counts milliseconds of audio.
        """
        return tuple(self.follow(audio, report=report))

    def follow(
        self,
        audio: Audio,
        *,
        report: Report = ignore_report,
        kept: StoredRecords | None = None,
    ) -> Iterator[SpeechSegment]:
        """Yield the speech segments, each as soon as it is final; see `Vad.follow`."""
        stream = SegmentStream(self._options)
        for block in self._stored_blocks(audio, report, kept or NullRecords()):
            yield from stream.feed(block)
        yield from stream.finish()

    def open_stream(self, options: VadOptions | None = None) -> VadStream:
        """Create a detector for a stream of chunks.

        Args:
            options: times and thresholds; None for the detector's own.
        """
        network = _StreamedNetwork(self._session, self._num_caches, self._cmvn)
        return VadStream(network, options or self._options)

    def speech_probabilities(
        self, audio: Audio, *, report: Report = ignore_report
    ) -> NDArray[np.float32]:
        """Compute the speech probability of each frame.

        `report` counts milliseconds of audio.

        Returns:
            (num_frames,) float32 in [0, 1]: frame `i` covers the 25 ms from `10 * i` ms; empty
            for less than 25 ms of audio.
        """
        blocks = self.probability_blocks(audio, report=report)
        return np.concatenate([np.zeros(0, np.float32), *blocks])

    def probability_blocks(
        self, audio: Audio, *, first: int = 0, report: Report = ignore_report
    ) -> Iterator[NDArray[np.float32]]:
        """Compute the speech probabilities from a frame on, in blocks, as audio becomes available.

        `report` counts milliseconds of audio and their expected total.
        """
        caches = self._caches_at(audio, first)
        is_last = False
        while not is_last:
            begin = max(0, first - self._context)
            features, is_last = self._read_features(audio, begin, first + self._block_frames)
            if begin + len(features) <= first:
                return
            posteriors, *new_caches = self._session.run(features[np.newaxis], *caches)
            caches = tuple(new_caches[: self._num_caches])
            block: NDArray[np.float32] = 1.0 - posteriors[0, first - begin :, _SILENCE]
            first += len(block)
            done_ms = audio.duration_ms if is_last else first * FRAME_HOP_MS
            report(done_ms, max(done_ms, audio.expected_ms))
            yield block

    def _stored_blocks(
        self, audio: Audio, report: Report, kept: StoredRecords
    ) -> Iterator[NDArray[np.float32]]:
        """Yield the stored blocks of probabilities, then compute and store further ones."""
        first = 0
        for record in kept.read():
            block: NDArray[np.float32] = np.frombuffer(record, "<f4").astype(np.float32)
            first += len(block)
            done_ms = first * FRAME_HOP_MS
            report(done_ms, max(done_ms, audio.expected_ms))
            yield block
        for block in self.probability_blocks(audio, first=first, report=report):
            kept.append(block.astype("<f4").tobytes())
            yield block

    def _caches_at(self, audio: Audio, first: int) -> tuple[NDArray[np.float32], ...]:
        """Compute the network's caches at a frame, by running it on the frames that affect them."""
        caches = (np.zeros(_CACHE_SHAPE, dtype=np.float32),) * self._num_caches
        if first == 0 or not self._num_caches:
            return caches
        features, _ = self._read_features(audio, max(0, first - _PAST_FRAMES), first)
        return self._session.run(features[np.newaxis], *caches)[1 : 1 + self._num_caches]

    def _read_features(
        self, audio: Audio, first: int, stop: int
    ) -> tuple[NDArray[np.float32], bool]:
        """Compute the normalised input rows of the available frames in `first <= i < stop`.

        Returns:
            (num_frames, 400) float32, and whether they include the last frame of the recording.
        """
        begin = max(0, first - _STACK_REACH)
        start_sample = begin * FRAME_HOP
        num_needed = count_samples(stop + _STACK_REACH - begin)
        samples = audio.read(start_sample, start_sample + num_needed)
        num_frames = begin + count_frames(samples.size)
        energies = log_mel(samples, window="hamming", scale=ASR_SCALE)
        stacked = stack_frames(energies, stack=LFR_STACK, step=1)
        is_last = samples.size < num_needed and num_frames <= stop
        return self._cmvn.apply(stacked[first - begin : stop - begin]), is_last


class _StreamedNetwork:
    """The network with the state of one stream: its caches, or the past rows without caches."""

    def __init__(self, session: OnnxSession, num_caches: int, cmvn: Cmvn) -> None:
        self._session = session
        self._cmvn = cmvn
        self._caches = (np.zeros(_CACHE_SHAPE, dtype=np.float32),) * num_caches
        self._past = np.zeros((0, _FEATURE_DIM), dtype=np.float32)

    def probabilities(self, stacked: NDArray[np.float32]) -> NDArray[np.float32]:
        rows = np.concatenate([self._past, self._cmvn.apply(stacked)])
        posteriors, *new_caches = self._session.run(rows[np.newaxis], *self._caches)
        result: NDArray[np.float32] = 1.0 - posteriors[0, len(self._past) :, _SILENCE]
        if self._caches:
            self._caches = tuple(new_caches[: len(self._caches)])
        else:
            self._past = rows[-_PAST_FRAMES:]
        return result


def _read_cmvn(path: Path) -> Cmvn:
    cmvn = read_cmvn(path)
    if cmvn.shift.size != _FEATURE_DIM:
        raise ModelContractError(
            f"'{path}' normalises {cmvn.shift.size} values a frame, "
            f"voice activity detection needs {_FEATURE_DIM}"
        )
    return cmvn
