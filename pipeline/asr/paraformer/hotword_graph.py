"""The ONNX graph that embeds hotwords for a Paraformer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.paraformer.hotwords import MAX_PIECES
from pipeline.asr.paraformer.vocabulary import BLANK_ID, START_ID
from pipeline.core.errors import InferenceError
from pipeline.core.options import RuntimeOptions
from pipeline.runtime.onnx_session import RUN_ERRORS, GraphContract, TensorContract, open_session

_CONTRACT = GraphContract(
    "hotwords of a Paraformer",
    inputs=(TensorContract((None, MAX_PIECES), "int32"),),
    outputs=(TensorContract((MAX_PIECES, None, None)),),  # time first (spec 3.2)
)


class HotwordGraph:
    """An ONNX session that embeds hotwords and caches the latest list."""

    def __init__(self, path: Path, *, runtime: RuntimeOptions | None = None) -> None:
        """Open the ONNX graph file.

        Raises:
            PipelineError: the file is missing, damaged or another model.
        """
        self._session = open_session(path, contract=_CONTRACT, runtime=runtime or RuntimeOptions())
        # The latest list and the empty one: recordings with and without hotwords may alternate.
        self._cache: dict[tuple[tuple[int, ...], ...], NDArray[np.float32]] = {}

    def embed(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Compute the embedding of each hotword.

        Args:
            rows: 1 to 10 ids for each hotword.

        Returns:
            (num_hotwords + 1, embedding_dim) float32, read-only; the last row means no hotword.

        Raises:
            InferenceError: the graph failed on the input.
        """
        key = tuple(tuple(row) for row in rows)
        if key not in self._cache:
            kept = {old: found for old, found in self._cache.items() if not (old and key)}
            self._cache = {**kept, key: self._run(key)}
        return self._cache[key]

    def _run(self, rows: tuple[tuple[int, ...], ...]) -> NDArray[np.float32]:
        all_rows = (*rows, (START_ID,))  # spec 3.7: the row for no hotword is last
        ids = np.full((len(all_rows), MAX_PIECES), BLANK_ID, dtype=np.int32)
        for filled, row in zip(ids, all_rows, strict=True):
            filled[: len(row)] = row
        try:
            states = self._session.run(ids)[0]
        except RUN_ERRORS as error:
            raise InferenceError(f"The hotwords could not be embedded: {error}") from error
        lasts = [len(row) - 1 for row in all_rows]
        embeddings: NDArray[np.float32] = states[lasts, np.arange(len(all_rows))]
        embeddings.flags.writeable = False
        return embeddings
