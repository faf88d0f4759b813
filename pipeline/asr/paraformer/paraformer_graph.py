"""The Paraformer network on onnxruntime, from features to probabilities and times."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.paraformer.cif_timestamps import FRAMES_PER_ROW, integrate
from pipeline.asr.paraformer.hotword_graph import HotwordGraph
from pipeline.asr.paraformer.paraformer_features import FEATURE_DIM
from pipeline.asr.paraformer.token_decoders import NetworkOutputs
from pipeline.core.errors import InferenceError, ModelContractError
from pipeline.core.options import RuntimeOptions
from pipeline.runtime.onnx_session import (
    RUN_ERRORS,
    GraphContract,
    OnnxSession,
    TensorContract,
    open_session,
)
from pipeline.runtime.parallel_map import one_thread_each

_ROLE = "recognising Chinese speech (Paraformer)"
_SPEECH = (TensorContract((None, None, FEATURE_DIM)), TensorContract((None,), "int32"))
_HOTWORDS = TensorContract((None, None, None))
# token_num is int32 or int64, depending on the exporter (spec 3.2).
_TEXT = (TensorContract((None, None, None)), TensorContract((None,), None))
_PLAIN = GraphContract(_ROLE, inputs=_SPEECH, outputs=_TEXT)
_WITH_HOTWORDS = GraphContract(_ROLE, inputs=(*_SPEECH, _HOTWORDS), outputs=_TEXT)
_NUM_OUTPUTS = 4  # logits, token_num, us_alphas, us_cif_peak

_PROBE_ROWS = 50  # 3 s
_INTEGRAL_TOLERANCE = 0.05  # rounding gives 1e-4; integrals of other weights differ by more


class ParaformerGraph:
    """The ONNX sessions of a Paraformer with character times, with or without hotwords."""

    def __init__(
        self,
        path: Path,
        *,
        hotwords: HotwordGraph | None,
        num_tokens: int,
        runtime: RuntimeOptions | None = None,
    ) -> None:
        """Open the graph and test it with one run on noise.

        Args:
            path: the `.onnx` file.
            hotwords: the second graph of a model that accepts hotwords; required by such a
                model, ignored by others.
            num_tokens: size of the vocabulary.
            runtime: options of the session; each run uses one thread, several may run in parallel.

        Raises:
            PipelineError: the file is missing, damaged, or not a Paraformer with character times.
        """
        self._path = path
        self._session: OnnxSession = open_session(
            path,
            contract=_PLAIN,
            alternative=_WITH_HOTWORDS,
            runtime=one_thread_each(runtime or RuntimeOptions()),
        )
        self._hotwords = self._choose_hotwords(hotwords)
        self._has_worked = False
        self._require_times()
        self._probe(num_tokens)

    @property
    def accepts_hotwords(self) -> bool:
        """Whether the model accepts hotwords."""
        return self._hotwords is not None

    @property
    def has_worked(self) -> bool:
        """Whether any run has succeeded, including the test on noise."""
        return self._has_worked

    @property
    def metadata(self) -> dict[str, str]:
        """Metadata that the exporter wrote into the graph."""
        return self._session.metadata

    def embed_hotwords(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Compute the hotword embeddings that `outputs` takes.

        Args:
            rows: 1 to 10 ids for each hotword.

        Returns:
            (num_hotwords + 1, embedding_dim) float32; the last row means no hotword.

        Raises:
            ValueError: the model does not accept hotwords.
        """
        if self._hotwords is None:
            raise ValueError("this graph does not accept hotwords")
        return self._hotwords.embed(rows)

    def outputs(
        self,
        batch: Sequence[NDArray[np.float32]],
        *,
        hotwords: NDArray[np.float32] | None = None,
    ) -> tuple[NetworkOutputs, ...]:
        """Return the network outputs of speech segments in one batch.

        In the published graphs padding affects the times, and sometimes the last tokens, of the
        shorter segments; a batch of one is always reproducible.

        Args:
            batch: (num_rows, 560) float32 each, at least one row.
            hotwords: from `embed_hotwords`, None for none.

        Raises:
            InferenceError: the graph failed on the input, for example on a segment without
                speech (spec 3.2).
        """
        lengths = [len(rows) for rows in batch]
        logits, counts, weights, peaks = self._run(_pad(batch, lengths), lengths, hotwords)
        return tuple(
            NetworkOutputs(
                logits[each, : round(float(counts[each]))],
                weights[each, : FRAMES_PER_ROW * length],
                peaks[each, : FRAMES_PER_ROW * length],
            )
            for each, length in enumerate(lengths)
        )

    def _run(
        self,
        speech: NDArray[np.float32],
        lengths: Sequence[int],
        hotwords: NDArray[np.float32] | None,
    ) -> tuple[NDArray[np.float32], ...]:
        inputs: list[NDArray[Any]] = [speech, np.array(lengths, dtype=np.int32)]  # Any: two dtypes
        if self._hotwords is not None:
            embeddings = self._hotwords.embed(()) if hotwords is None else hotwords
            inputs.append(np.repeat(embeddings[np.newaxis], len(lengths), axis=0))
        try:
            outputs = self._session.run(*inputs)[:_NUM_OUTPUTS]
        except RUN_ERRORS as error:
            raise InferenceError(f"Paraformer could not work on its input: {error}") from error
        self._has_worked = True
        return outputs

    def _choose_hotwords(self, graph: HotwordGraph | None) -> HotwordGraph | None:
        if len(self._session.input_names) == len(_PLAIN.inputs):
            return None
        if graph is None:
            raise ModelContractError(
                f"'{self._path}' needs a second graph for hotwords, and "
                "model_eb_quant.onnx or model_eb.onnx is not beside it. Download the model again, "
                "with all its files."
            )
        return graph

    def _require_times(self) -> None:
        if len(self._session.output_names) < _NUM_OUTPUTS:
            raise ModelContractError(
                f"'{self._path}' gives text without times, which speaker assignment needs. Use "
                "the export with timestamps (its ModelScope name contains 'vad-punc'), made in "
                "June 2024 or later."
            )

    def _probe(self, num_tokens: int) -> None:
        """Check by a run on noise that the graph's outputs have the expected shapes and order.

        A graph whose run fails, because it detects nothing in the noise, is accepted.

        The peaks must be the running integral of the weights, not the other way round.

        Raises:
            ModelContractError: the outputs have another shape, size or order.
        """
        noise = np.random.default_rng(0).standard_normal((1, _PROBE_ROWS, FEATURE_DIM))
        try:
            logits, _, weights, peaks = self._run(noise.astype(np.float32), [_PROBE_ROWS], None)
        except InferenceError:
            return
        if logits.shape[-1] != num_tokens:
            raise ModelContractError(
                f"'{self._path}' has {logits.shape[-1]} output tokens, the vocabulary beside it "
                f"has {num_tokens}. Take the tokens of the same model."
            )
        num_frames = FRAMES_PER_ROW * _PROBE_ROWS
        if weights.shape != (1, num_frames) or peaks.shape != (1, num_frames):
            raise ModelContractError(
                f"'{self._path}' gives times of shape {weights.shape} and {peaks.shape}, but a "
                f"Paraformer gives {(1, num_frames)} for both. Use the export with timestamps."
            )
        if _is_integral(weights[0], peaks[0]) and not _is_integral(peaks[0], weights[0]):
            raise ModelContractError(
                f"'{self._path}' gives its two time outputs in the wrong order, "
                "a known fault of some exports. Use an export of another version."
            )


def _pad(batch: Sequence[NDArray[np.float32]], lengths: Sequence[int]) -> NDArray[np.float32]:
    """Stack features into (batch, longest, 560) float32, padded with zeros (spec 3.3)."""
    if len(batch) == 1:
        return batch[0][np.newaxis]
    padded = np.zeros((len(batch), max(lengths), FEATURE_DIM), dtype=np.float32)
    for row, features in zip(padded, batch, strict=True):
        row[: len(features)] = features
    return padded


def _is_integral(integral: NDArray[np.float32], weights: NDArray[np.float32]) -> bool:
    return float(np.median(np.abs(integrate(weights) - integral))) < _INTEGRAL_TOLERANCE
