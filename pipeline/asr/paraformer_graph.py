"""The Paraformer network on onnxruntime: features in, token ids with their evidence out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.cif_timestamps import FRAMES_PER_ROW, integrate
from pipeline.asr.hotword_graph import HotwordGraph
from pipeline.asr.paraformer_features import FEATURE_DIM
from pipeline.asr.vocabulary import SPECIAL_IDS
from pipeline.errors import InferenceError, ModelContractError
from pipeline.onnx_session import (
    RUN_ERRORS,
    GraphContract,
    OnnxSession,
    TensorContract,
    open_session,
)
from pipeline.options import RuntimeOptions
from pipeline.run_ahead import one_thread_each

_ROLE = "recognising Chinese speech (Paraformer)"
_SPEECH = (TensorContract((None, None, FEATURE_DIM)), TensorContract((None,), "int32"))
_HOTWORDS = TensorContract((None, None, None))
# token_num is int32 or int64 by the exporter (spec 3.2).
_TEXT = (TensorContract((None, None, None)), TensorContract((None,), None))
_PLAIN = GraphContract(_ROLE, inputs=_SPEECH, outputs=_TEXT)
_WITH_HOTWORDS = GraphContract(_ROLE, inputs=(*_SPEECH, _HOTWORDS), outputs=_TEXT)
_NUM_OUTPUTS = 4  # logits, token_num, us_alphas, us_cif_peak

_PROBE_ROWS = 50  # 3 s
_SAME = 0.05  # integrals as far apart are those of other weights; rounding gives 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class HeardTokens:
    """What the network makes of one stretch of speech.

    Attributes:
        ids: (num_tokens,) int64, special tokens left out.
        probabilities: (num_tokens,) float32 in [0, 1].
        weights: (num_frames,) float32, how much of a character each 20 ms hold.
        peaks: (num_frames,) float32, their running integral.
    """

    ids: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    weights: NDArray[np.float32]
    peaks: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class NetworkOutputs:
    """What the network gives for one stretch of speech, without padding.

    Attributes:
        log_probabilities: (num_tokens, vocabulary_size) float32, special tokens among them.
        weights: (num_frames,) float32, how much of a character each 20 ms hold.
        peaks: (num_frames,) float32, their running integral.
    """

    log_probabilities: NDArray[np.float32]
    weights: NDArray[np.float32]
    peaks: NDArray[np.float32]


NOTHING_HEARD = HeardTokens(
    np.zeros(0, np.int64), *(np.zeros(0, np.float32) for _ in ("probabilities", "weights", "peaks"))
)
"""What is heard where there is nothing to hear."""


def decode(outputs: NetworkOutputs) -> HeardTokens:
    """The likeliest token of each row, without special ones (spec 3.4).

    Raises:
        InferenceError: the network gave numbers that are none.
    """
    ids = outputs.log_probabilities.argmax(axis=1)
    best = outputs.log_probabilities[np.arange(len(ids)), ids]
    if not np.isfinite(best).all():
        raise InferenceError("Paraformer gave probabilities that are no numbers")
    is_text = ~np.isin(ids, list(SPECIAL_IDS))
    probabilities = np.exp(np.minimum(best[is_text], 0.0))
    return HeardTokens(ids[is_text], probabilities, outputs.weights, outputs.peaks)


class ParaformerGraph:
    """A Paraformer with character times, with or without hotwords."""

    def __init__(
        self,
        path: Path,
        *,
        hotwords: HotwordGraph | None,
        num_tokens: int,
        runtime: RuntimeOptions | None = None,
    ) -> None:
        """Open the graph and try it out.

        Args:
            path: the `.onnx` file.
            hotwords: the second graph of a model that takes hotwords; needed by such a model,
                left alone by others.
            num_tokens: size of the vocabulary.
            runtime: the graph's own; each run takes one thread, and several may run at a time.

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
        """Whether it listens for given words."""
        return self._hotwords is not None

    @property
    def has_worked(self) -> bool:
        """Whether it has ever found something, when it was tried out or later."""
        return self._has_worked

    @property
    def metadata(self) -> dict[str, str]:
        """What the exporter noted in the graph."""
        return self._session.metadata

    def embed_hotwords(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """What `hear` listens for.

        Args:
            rows: 1 to 10 ids for each hotword.

        Returns:
            (num_hotwords + 1, embedding_dim) float32; the last row stands for no hotword.
        """
        if self._hotwords is None:
            raise ValueError("this graph takes no hotwords")
        return self._hotwords.embed(rows)

    def hear(
        self,
        batch: Sequence[NDArray[np.float32]],
        *,
        hotwords: NDArray[np.float32] | None = None,
    ) -> tuple[HeardTokens, ...]:
        """Recognise stretches of speech together.

        In the published graphs padding reaches the times, and now and then the last tokens, of
        the shorter ones: alone a stretch is always heard the same.

        Args:
            batch: (num_rows, 560) float32 each, at least one row.
            hotwords: from `embed_hotwords`, None for none.

        Raises:
            InferenceError: the graph cannot work on it; a stretch in which nothing is said is one
                reason (spec 3.2).
        """
        return tuple(decode(each) for each in self.outputs(batch, hotwords=hotwords))

    def outputs(
        self,
        batch: Sequence[NDArray[np.float32]],
        *,
        hotwords: NDArray[np.float32] | None = None,
    ) -> tuple[NetworkOutputs, ...]:
        """What the network gives for each stretch, before the likeliest tokens are taken.

        Args:
            batch: as for `hear`.
            hotwords: as for `hear`.

        Raises:
            InferenceError: as for `hear`.
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
            listened_for = self._hotwords.embed(()) if hotwords is None else hotwords
            inputs.append(np.repeat(listened_for[np.newaxis], len(lengths), axis=0))
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
                f"'{self._path}' needs a second graph for hotwords, and model_eb_quant.onnx or "
                "model_eb.onnx is not beside it. Download the model again, with all its files."
            )
        return graph

    def _require_times(self) -> None:
        if len(self._session.output_names) < _NUM_OUTPUTS:
            raise ModelContractError(
                f"'{self._path}' gives text without times, so nobody could tell who said it. Use "
                "the export with timestamps (its ModelScope name contains 'vad-punc'), made in "
                "June 2024 or later."
            )

    def _probe(self, num_tokens: int) -> None:
        """Refuse what only a run shows; a graph that finds nothing in the probe is let through.

        The running integral of the weights is the peaks, and not the other way round.
        """
        noise = np.random.default_rng(0).standard_normal((1, _PROBE_ROWS, FEATURE_DIM))
        try:
            logits, _, weights, peaks = self._run(noise.astype(np.float32), [_PROBE_ROWS], None)
        except InferenceError:
            return
        if logits.shape[-1] != num_tokens:
            raise ModelContractError(
                f"'{self._path}' writes with {logits.shape[-1]} tokens, the vocabulary beside it "
                f"has {num_tokens}. Take the tokens of the same model."
            )
        num_frames = FRAMES_PER_ROW * _PROBE_ROWS
        if weights.shape != (1, num_frames) or peaks.shape != (1, num_frames):
            raise ModelContractError(
                f"'{self._path}' gives times of shape {weights.shape} and {peaks.shape}, where a "
                f"Paraformer gives {(1, num_frames)} both. Use the export with timestamps."
            )
        if _is_integral(weights[0], peaks[0]) and not _is_integral(peaks[0], weights[0]):
            raise ModelContractError(
                f"'{self._path}' gives the two outputs that times are made of in the wrong order, "
                "a known fault of some exports. Use an export of another version."
            )


def _pad(batch: Sequence[NDArray[np.float32]], lengths: Sequence[int]) -> NDArray[np.float32]:
    """(batch, longest, 560) float32, filled with zeros after normalisation (spec 3.3)."""
    if len(batch) == 1:
        return batch[0][np.newaxis]
    padded = np.zeros((len(batch), max(lengths), FEATURE_DIM), dtype=np.float32)
    for row, features in zip(padded, batch, strict=True):
        row[: len(features)] = features
    return padded


def _is_integral(integral: NDArray[np.float32], weights: NDArray[np.float32]) -> bool:
    return float(np.median(np.abs(integrate(weights) - integral))) < _SAME
