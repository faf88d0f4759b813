"""Progress and cancellation of a transcription."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum


class Stage(str, Enum):
    """A stage of a transcription; those from DETECT_SPEECH to PUNCTUATE run in parallel.

    During that time RECOGNIZE represents all of them, or EMBED_SPEAKERS if there is no text.
    """

    READ_AUDIO = "read_audio"
    FETCH_MODELS = "fetch_models"
    LOAD_MODELS = "load_models"
    DETECT_SPEECH = "detect_speech"
    EMBED_SPEAKERS = "embed_speakers"
    RECOGNIZE = "recognize"
    PUNCTUATE = "punctuate"
    CLUSTER_SPEAKERS = "cluster_speakers"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class StageProgress:
    """Progress of one stage: `done` of `total` units, which differ between stages."""

    stage: Stage
    done: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.done <= self.total:
            raise ValueError(f"StageProgress needs 0 <= done <= total, got {self}")


OnProgress = Callable[[StageProgress], None]
"""A callback, called after each batch of a stage. It may raise TranscriptionCancelled to stop."""

Report = Callable[[int, int], None]
"""A callback `report(done, total)` for the progress within one stage."""


def ignore_progress(progress: StageProgress) -> None:
    """Ignore a progress report; default for arguments of type OnProgress."""


def ignore_report(done: int, total: int) -> None:
    """Ignore a progress report; default for arguments of type Report."""


def report_as(stage: Stage, on_progress: OnProgress) -> Report:
    """Return a callback that reports numbers to `on_progress` as the progress of one stage."""

    def report(done: int, total: int) -> None:
        on_progress(StageProgress(stage, done, total))

    return report


# Shares of the time that a stage usually takes, measured on an hour of speech with the embedded
# models on 2 cores; they affect only the evenness of the progress bar. Of parallel stages the
# representing one has the time of all.
_USUAL_SHARES = {
    Stage.READ_AUDIO: 0.02,
    Stage.FETCH_MODELS: 0.0,
    Stage.LOAD_MODELS: 0.01,
    Stage.DETECT_SPEECH: 0.0,
    Stage.EMBED_SPEAKERS: 0.0,
    Stage.RECOGNIZE: 0.93,
    Stage.PUNCTUATE: 0.01,
    Stage.CLUSTER_SPEAKERS: 0.02,
    Stage.FINISH: 0.01,
}
_EMBEDDING_SHARE = 0.14  # of EMBED_SPEAKERS, if there is no RECOGNIZE


def overall_fraction(progress: StageProgress, *, without: Collection[Stage] = ()) -> float:
    """Return the completed fraction of the whole transcription, in [0, 1].

    Fetching models, which happens once per machine, is counted separately.

    Args:
        progress: the current progress.
        without: stages that this transcription skips.
    """
    within = progress.done / progress.total if progress.total else 1.0
    if progress.stage is Stage.FETCH_MODELS:
        return within
    usual = dict(_USUAL_SHARES)
    if Stage.RECOGNIZE in without:
        usual[Stage.EMBED_SPEAKERS] = _EMBEDDING_SHARE
    shares = {stage: share for stage, share in usual.items() if stage not in without}
    stages = list(shares)
    before = sum(shares[stage] for stage in stages[: stages.index(progress.stage)])
    return min(1.0, (before + within * shares[progress.stage]) / sum(shares.values()))
