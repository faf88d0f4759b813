"""FunASR's Transformer language model as one ONNX graph that continues from keys and values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.language_model.token_models import NextTokens
from pipeline.core.errors import InferenceError, ModelContractError
from pipeline.core.options import RuntimeOptions
from pipeline.runtime.onnx_session import (
    RUN_ERRORS,
    GraphContract,
    OnnxSession,
    TensorContract,
    open_session,
)

_CACHE = TensorContract((None,) * 5)  # layers, texts, heads, positions, width
_CONTRACT = GraphContract(
    "scoring texts (Transformer language model)",
    inputs=(TensorContract((None, None), "int64"), _CACHE, _CACHE),
    outputs=(TensorContract((None, None, None)), _CACHE, _CACHE),
)
_LAYERS, _HEADS, _WIDTH = 0, 2, 4  # axes of fixed size


@dataclass(frozen=True, slots=True, eq=False)
class AttentionCache:
    """Attention keys and values of one text: (layers, 1, heads, positions, width) float32."""

    keys: NDArray[np.float32]
    values: NDArray[np.float32]


class TransformerLm:
    """A language model over the recogniser's tokens, as a `TokenModel` and for rescoring."""

    def __init__(self, session: OnnxSession, *, start: int, end: int, num_tokens: int) -> None:
        """Check the graph by a run on the start of a sentence.

        Args:
            session: the opened graph.
            start: id of the start of a sentence.
            end: id of its end.
            num_tokens: size of the recogniser's vocabulary.

        Raises:
            ModelContractError: the graph is for another vocabulary or has unknown sizes.
        """
        shape = session.input_shapes[1]
        sizes = [shape[axis] for axis in (_LAYERS, _HEADS, _WIDTH)]
        if not all(isinstance(size, int) for size in sizes):
            raise ModelContractError("The language model's graph does not state its layers")
        self._layers, self._heads, self._width = (int(str(size)) for size in sizes)
        self._session = session
        self._start, self._end = start, end
        found = self.begin().scores.shape[1]
        if found != num_tokens:
            raise ModelContractError(
                f"The language model has {found} tokens and the recogniser {num_tokens}. Take one "
                "for the same vocabulary"
            )

    def begin(self) -> NextTokens[AttentionCache]:
        """Return the scores of the first token of a text."""
        empty = self._empty(1)
        return self.advance([AttentionCache(empty, empty)], [self._start])

    def advance(
        self, states: Sequence[AttentionCache], tokens: Sequence[int]
    ) -> NextTokens[AttentionCache]:
        """Append a token to each text of equal length; return the scores of the next one."""
        scores, keys, values = self._run(
            np.array(tokens, np.int64)[:, np.newaxis],
            np.concatenate([each.keys for each in states], axis=1),
            np.concatenate([each.values for each in states], axis=1),
        )
        caches = (
            AttentionCache(keys[:, place : place + 1], values[:, place : place + 1])
            for place in range(len(tokens))
        )
        return NextTokens(scores[:, -1], tuple(caches))

    def score_texts(self, texts: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        """Return log P of each text including its end token, computed in one padded run."""
        longest = max(len(text) for text in texts) + 1
        tokens = np.full((len(texts), longest), self._end, np.int64)
        for row, text in zip(tokens, texts, strict=True):
            row[: len(text) + 1] = [self._start, *text]
        empty = self._empty(len(texts))
        scores, *_ = self._run(tokens, empty, empty)
        return np.array(
            [
                sum(float(row[place, token]) for place, token in enumerate([*text, self._end]))
                for row, text in zip(scores, texts, strict=True)
            ]
        )

    def _empty(self, num_texts: int) -> NDArray[np.float32]:
        return np.zeros((self._layers, num_texts, self._heads, 0, self._width), np.float32)

    def _run(
        self, tokens: NDArray[np.int64], keys: NDArray[np.float32], values: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], ...]:
        try:
            return self._session.run(tokens, keys, values)[:3]
        except RUN_ERRORS as error:
            raise InferenceError(f"The language model could not score a text: {error}") from error


def open_transformer_lm(
    path: Path, *, start: int, end: int, num_tokens: int, runtime: RuntimeOptions | None = None
) -> TransformerLm:
    """Open the graph of a Transformer language model.

    Raises:
        PipelineError: the file is missing, damaged, or not such a graph for this vocabulary.
    """
    session = open_session(path, contract=_CONTRACT, runtime=runtime or RuntimeOptions())
    return TransformerLm(session, start=start, end=end, num_tokens=num_tokens)
