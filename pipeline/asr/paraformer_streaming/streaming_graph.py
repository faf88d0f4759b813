"""The two graphs of a streaming Paraformer on onnxruntime, shared by all streams."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.paraformer.paraformer_features import FEATURE_DIM
from pipeline.asr.paraformer_streaming.streaming_folder import StreamingFiles
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

CACHE_FRAMES = 10  # kernel of the decoder's causal memory, less one
_ANY_LENGTH = TensorContract((None,), "int32")
_ENCODER = GraphContract(
    "encoding Chinese speech while it is spoken (streaming Paraformer)",
    inputs=(TensorContract((None, None, FEATURE_DIM)), _ANY_LENGTH),
    outputs=(
        TensorContract((None, None, None)),
        TensorContract((None,), None),
        TensorContract((None, None)),
    ),
)

Caches = tuple[NDArray[np.float32], ...]
"""Caches of the decoder's layers, (1, dim, 10) float32 each."""


class StreamingGraph:
    """Encoder and decoder of a streaming Paraformer.

    The graphs contain neither the scale and position code of the input nor a cache of the
    encoder; inputs and outputs are bound by position, since sherpa-onnx renames them.
    """

    def __init__(
        self, files: StreamingFiles, *, num_tokens: int, runtime: RuntimeOptions | None = None
    ) -> None:
        """Open both graphs and check that they belong together.

        Args:
            files: paths of the model.
            num_tokens: size of the vocabulary.
            runtime: options of the sessions; each run uses one thread, several may run in parallel.

        Raises:
            PipelineError: a file is missing, damaged, or belongs to another model.
        """
        options = one_thread_each(runtime or RuntimeOptions())
        self._encoder = open_session(files.encoder, contract=_ENCODER, runtime=options)
        hidden, _, _ = self._encode(np.zeros((20, FEATURE_DIM), dtype=np.float32))
        self.dim = hidden.shape[-1]
        self._decoder, self._num_layers = _open_decoder(files.decoder, self.dim, options)
        scores, _ = self.decode(
            hidden, np.zeros((1, self.dim), dtype=np.float32), self.empty_caches()
        )
        if scores.shape[-1] != num_tokens:
            raise ModelContractError(
                f"'{files.decoder}' has {scores.shape[-1]} output tokens, the vocabulary beside it "
                f"has {num_tokens}. Take the tokens of the same model."
            )

    @property
    def metadata(self) -> dict[str, str]:
        """Metadata that the exporter wrote into the encoder."""
        return self._encoder.metadata

    def empty_caches(self) -> Caches:
        """Return the decoder's caches at the start of an utterance, all zero."""
        shape = (1, self.dim, CACHE_FRAMES)
        return tuple(np.zeros(shape, dtype=np.float32) for _ in range(self._num_layers))

    def encode(self, rows: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Encode a window of rows with position codes.

        Args:
            rows: (num_rows, 560) float32.

        Returns:
            (num_rows, dim) float32 encoder rows and (num_rows,) float32 token weights.

        Raises:
            InferenceError: the graph failed on the input.
        """
        hidden, _, weights = self._encode(rows)
        return hidden[0], weights[0].copy()

    def decode(
        self, hidden: NDArray[np.float32], embeddings: NDArray[np.float32], caches: Caches
    ) -> tuple[NDArray[np.float32], Caches]:
        """Return the scores of each token and the new caches.

        Args:
            hidden: (num_rows, dim) float32 of the window, or with a batch axis of one.
            embeddings: (num_tokens, dim) float32, at least one.
            caches: caches after the previous window.

        Returns:
            (num_tokens, vocabulary_size) float32 scores, and the caches after these tokens.

        Raises:
            InferenceError: the graph failed on the input.
        """
        rows = hidden.reshape(1, -1, self.dim)
        counts = (np.array([each], dtype=np.int32) for each in (rows.shape[1], len(embeddings)))
        num_rows, num_tokens = counts
        try:
            scores, _, *after = self._decoder.run(
                rows, num_rows, embeddings[np.newaxis], num_tokens, *caches
            )
        except RUN_ERRORS as error:
            raise _failed(error) from error
        return scores[0], tuple(each[:, :, -CACHE_FRAMES:] for each in after)

    def _encode(self, rows: NDArray[np.float32]) -> Sequence[NDArray[np.float32]]:
        try:
            return self._encoder.run(rows[np.newaxis], np.array([len(rows)], dtype=np.int32))[:3]
        except RUN_ERRORS as error:
            raise _failed(error) from error


def _open_decoder(path: Path, dim: int, options: RuntimeOptions) -> tuple[OnnxSession, int]:
    """Open the decoder and count its layers, each of which has one cache as input and output.

    Raises:
        ModelContractError: the graph does not fit the encoder.
    """
    rows = TensorContract((None, None, dim))
    contract = GraphContract(
        "decoding Chinese speech while it is spoken (streaming Paraformer)",
        inputs=(rows, _ANY_LENGTH, rows, _ANY_LENGTH),
        outputs=(TensorContract((None, None, None)), TensorContract((None, None), None)),
        further_inputs=TensorContract((None, dim, None)),
    )
    session = open_session(path, contract=contract, runtime=options)
    num_layers = len(session.input_names) - len(contract.inputs)
    num_caches = len(session.output_names) - len(contract.outputs)
    if num_layers == 0 or num_layers != num_caches:
        raise ModelContractError(
            f"'{path}' takes {num_layers} caches and gives {num_caches}, a streaming Paraformer's "
            "decoder takes and gives one for each layer. Use the decoder of the same model."
        )
    return session, num_layers


def _failed(error: Exception) -> InferenceError:
    return InferenceError(f"The streaming Paraformer could not work on its input: {error}")
