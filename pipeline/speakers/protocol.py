"""Protocols of speaker embedding and clustering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval
from pipeline.core.options import SpeakerCount
from pipeline.core.progress import Report, ignore_report


class SpeakerEmbedder(Protocol):
    """A model that maps speech windows to vectors which are similar for the same speaker."""

    def embed(
        self, audio: Audio, windows: Sequence[Interval], *, report: Report = ignore_report
    ) -> NDArray[np.float32]:
        """Compute one embedding per window.

        `report` counts windows.

        Returns:
            (num_windows, embedding_dim) float32, rows of unit length.
        """
        ...


class Clusterer(Protocol):
    """A clustering method for speaker embeddings."""

    def cluster(
        self, embeddings: NDArray[np.float32], num_speakers: SpeakerCount
    ) -> NDArray[np.int64]:
        """Assign a speaker label to each embedding.

        Args:
            embeddings: (num_windows, embedding_dim) float32, in order of time.
            num_speakers: allowed number of labels.

        Returns:
            (num_windows,) int64: labels 0..K-1 without gaps, numbered by first appearance.
        """
        ...
