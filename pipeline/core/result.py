"""The result of transcribing one recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.core.audio_track import ONE_TRACK, TracksRead
from pipeline.core.intervals import Interval
from pipeline.core.provenance import Provenance
from pipeline.core.transcript import Transcript, WordCandidates


@dataclass(frozen=True, slots=True, eq=False)
class SpeakerEvidence:
    """Speaker embeddings and their cluster labels, shown in the speaker map.

    Attributes:
        windows: the speech windows, sorted by start.
        embeddings: (num_windows, embedding_dim) float32, rows of unit length.
        labels: (num_windows,) int64; label k is the speaker named `S{k + 1}`.
        is_mixed: (num_windows,) bool, windows with overlapping speakers; None if unknown.
    """

    windows: tuple[Interval, ...]
    embeddings: NDArray[np.float32]
    labels: NDArray[np.int64]
    is_mixed: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if not len(self.windows) == len(self.embeddings) == len(self.labels):
            raise ValueError(
                f"SpeakerEvidence needs one embedding and one label per window, got "
                f"{len(self.windows)}, {len(self.embeddings)}, {len(self.labels)}"
            )


@dataclass(frozen=True, slots=True, eq=False)
class PipelineResult:
    """A transcript with its speaker embeddings, provenance and timing.

    Attributes:
        transcript: sentences and speaker turns.
        evidence: embeddings from which the speakers were clustered.
        provenance: models, options, software.
        stage_seconds: (stage name, seconds) of stages, which may overlap.
        tracks: audio tracks of the file that were read.
        candidates: doubtful words with alternative texts, sorted by start.
    """

    transcript: Transcript
    evidence: SpeakerEvidence
    provenance: Provenance
    stage_seconds: tuple[tuple[str, float], ...]
    tracks: TracksRead = ONE_TRACK
    candidates: tuple[WordCandidates, ...] = ()
