"""The graph that turns spelled hotwords into what a Paraformer listens for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.hotwords import MAX_PIECES
from pipeline.asr.vocabulary import BLANK_ID, START_ID
from pipeline.errors import InferenceError
from pipeline.onnx_session import RUN_ERRORS, GraphContract, TensorContract, open_session
from pipeline.options import RuntimeOptions

_CONTRACT = GraphContract(
    "hotwords of a Paraformer",
    inputs=(TensorContract((None, MAX_PIECES), "int32"),),
    outputs=(TensorContract((MAX_PIECES, None, None)),),  # time first (spec 3.2)
)


class HotwordGraph:
    """Embeds hotwords; the same words again cost nothing."""

    def __init__(self, path: Path, *, runtime: RuntimeOptions | None = None) -> None:
        """Open the graph.

        Raises:
            PipelineError: the file is missing, damaged or for something else.
        """
        self._session = open_session(path, contract=_CONTRACT, runtime=runtime or RuntimeOptions())
        # The newest list, and no list at all: recordings with and without hotwords may alternate.
        self._known: dict[tuple[tuple[int, ...], ...], NDArray[np.float32]] = {}

    def embed(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """What each hotword sounds like.

        Args:
            rows: 1 to 10 ids for each hotword.

        Returns:
            (num_hotwords + 1, embedding_dim) float32, not writeable; the last row stands for no
            hotword.

        Raises:
            InferenceError: the graph cannot work on them.
        """
        wanted = tuple(tuple(row) for row in rows)
        if wanted not in self._known:
            kept = {old: found for old, found in self._known.items() if not (old and wanted)}
            self._known = {**kept, wanted: self._run(wanted)}
        return self._known[wanted]

    def _run(self, rows: tuple[tuple[int, ...], ...]) -> NDArray[np.float32]:
        all_rows = (*rows, (START_ID,))  # spec 3.7: the row for no hotword comes last
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
