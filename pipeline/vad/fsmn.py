"""The FSMN voice activity detector on onnxruntime."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio import Audio
from pipeline.errors import ModelContractError
from pipeline.features import (
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
from pipeline.onnx_session import GraphContract, OnnxSession, TensorContract, open_session
from pipeline.options import RuntimeOptions
from pipeline.progress import Report, ignore_report
from pipeline.transcript import SpeechSegment
from pipeline.vad.endpointing import find_segments
from pipeline.vad.options import VadOptions

LFR_STACK = 5  # frames joined into one input row, lfr_m of the model's config.yaml
BLOCK_FRAMES = 500  # 5 s: up to here the activations stay in the cache

_FEATURE_DIM = LFR_STACK * NUM_MEL_BINS
_STACK_REACH = (LFR_STACK - 1) // 2
_NUM_CACHES = 4  # fsmn_layers
_CACHE_SHAPE = (1, 128, 19, 1)  # proj_dim, lorder - 1
_PAST_FRAMES = _NUM_CACHES * _CACHE_SHAPE[2]  # how far back one output looks, over all layers
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
    """Finds speech; takes both published forms of the graph, with caches and without.

    Memory does not grow with the recording but for one number a frame: features are made and
    the net is run in blocks, and the result is the same for every size of block.
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
        """Open the graph and its normalisation.

        Raises:
            PipelineError: a file is missing, damaged or for something else.
        """
        self._options = options or VadOptions()
        self._block_frames = block_frames
        self._cmvn = _read_cmvn(cmvn_path)
        self._session: OnnxSession = open_session(
            model_path,
            contract=_WITH_CACHES,
            alternative=_WITHOUT_CACHES,
            runtime=runtime or RuntimeOptions(),
        )
        self._num_caches = len(self._session.input_names) - 1
        self._context = 0 if self._num_caches else _PAST_FRAMES

    def detect(self, audio: Audio, *, report: Report = ignore_report) -> tuple[SpeechSegment, ...]:
        """Speech regions: sorted, disjoint, inside the audio; none where nobody speaks.

        `report` counts milliseconds of audio.
        """
        return find_segments(self.speech_probabilities(audio, report=report), self._options)

    def speech_probabilities(
        self, audio: Audio, *, report: Report = ignore_report
    ) -> NDArray[np.float32]:
        """How likely each frame is speech.

        `report` counts milliseconds of audio.

        Returns:
            (num_frames,) float32 in [0, 1]: frame `i` is the 25 ms from `10 * i` ms; none for
            less than 25 ms of audio.
        """
        num_frames = count_frames(audio.num_samples)
        probabilities = np.empty(num_frames, dtype=np.float32)
        caches = (np.zeros(_CACHE_SHAPE, dtype=np.float32),) * self._num_caches
        for first in range(0, num_frames, self._block_frames):
            stop = min(first + self._block_frames, num_frames)
            begin = max(0, first - self._context)
            features = self._read_features(audio, begin, stop)
            posteriors, *new_caches = self._session.run(features[np.newaxis], *caches)
            caches = tuple(new_caches[: self._num_caches])
            probabilities[first:stop] = 1.0 - posteriors[0, first - begin :, _SILENCE]
            done_ms = audio.duration_ms if stop == num_frames else stop * FRAME_HOP_MS
            report(done_ms, audio.duration_ms)
        return probabilities

    def _read_features(self, audio: Audio, first: int, stop: int) -> NDArray[np.float32]:
        """Normalised input rows of frames `first <= i < stop`: (num_frames, 400) float32."""
        begin = max(0, first - _STACK_REACH)
        end = min(count_frames(audio.num_samples), stop + _STACK_REACH)
        start_sample = begin * FRAME_HOP
        samples = audio.read(start_sample, start_sample + count_samples(end - begin))
        energies = log_mel(samples, window="hamming", scale=ASR_SCALE)
        stacked = stack_frames(energies, stack=LFR_STACK, step=1)
        return self._cmvn.apply(stacked[first - begin : stop - begin])


def _read_cmvn(path: Path) -> Cmvn:
    cmvn = read_cmvn(path)
    if cmvn.shift.size != _FEATURE_DIM:
        raise ModelContractError(
            f"{path} normalises {cmvn.shift.size} values a frame, "
            f"voice activity detection needs {_FEATURE_DIM}"
        )
    return cmvn
