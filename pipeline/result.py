"""What one run of the pipeline gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.audio_track import ONE_TRACK, TracksRead
from pipeline.intervals import Interval
from pipeline.provenance import Provenance
from pipeline.transcript import Transcript


@dataclass(frozen=True, slots=True, eq=False)
class SpeakerEvidence:
    """The voices as the clustering saw them; what the speaker map draws.

    Attributes:
        windows: the excerpts, sorted by start.
        embeddings: (num_windows, embedding_dim) float32, rows of length 1.
        labels: (num_windows,) int64; label k is the speaker named `S{k + 1}`.
    """

    windows: tuple[Interval, ...]
    embeddings: NDArray[np.float32]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        if not len(self.windows) == len(self.embeddings) == len(self.labels):
            raise ValueError(
                f"SpeakerEvidence needs one embedding and one label per window, got "
                f"{len(self.windows)}, {len(self.embeddings)}, {len(self.labels)}"
            )


@dataclass(frozen=True, slots=True, eq=False)
class PipelineResult:
    """A transcript, what it rests on, and what it cost.

    Attributes:
        transcript: who said what, when.
        evidence: the voices behind the speakers.
        provenance: models, options, software.
        stage_seconds: (stage name, seconds) of stages that may overlap.
        tracks: which sound tracks of the file were read.
    """

    transcript: Transcript
    evidence: SpeakerEvidence
    provenance: Provenance
    stage_seconds: tuple[tuple[str, float], ...]
    tracks: TracksRead = ONE_TRACK
