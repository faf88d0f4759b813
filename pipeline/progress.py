"""How far a transcription has come, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum


class Stage(str, Enum):
    """The steps of the work. Those from DETECT_SPEECH to PUNCTUATE go on side by side.

    While they do, RECOGNIZE stands for all of them, or EMBED_SPEAKERS where no words are wanted.
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
    """`done` of `total` units of one stage; the unit is the stage's own."""

    stage: Stage
    done: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.done <= self.total:
            raise ValueError(f"StageProgress needs 0 <= done <= total, got {self}")


OnProgress = Callable[[StageProgress], None]
"""Called after each batch of a stage. Raising TranscriptionCancelled in it stops the work."""

Report = Callable[[int, int], None]
"""`report(done, total)`: the same inside one stage, which does not know its own name."""


def ignore_progress(progress: StageProgress) -> None:
    """An OnProgress for callers that do not look."""


def ignore_report(done: int, total: int) -> None:
    """A Report for callers that do not look."""


def report_as(stage: Stage, on_progress: OnProgress) -> Report:
    """Give a stage a Report that carries the stage's name onwards."""

    def report(done: int, total: int) -> None:
        on_progress(StageProgress(stage, done, total))

    return report


# Shares of the time that a stage usually takes, measured on an hour of speech with the embedded
# models on 2 cores; only the evenness of a progress bar hangs on them. Of stages that go on side
# by side the one that stands for them has the time of all.
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
_SHARE_OF_VOICES_ALONE = 0.14  # of EMBED_SPEAKERS, where there is no RECOGNIZE


def overall_fraction(progress: StageProgress, *, without: Collection[Stage] = ()) -> float:
    """How much of the whole transcription is done, in [0, 1].

    Fetching models, which happens once in the life of a machine, counts by itself.

    Args:
        progress: where the work is.
        without: stages that this transcription leaves out.
    """
    within = progress.done / progress.total if progress.total else 1.0
    if progress.stage is Stage.FETCH_MODELS:
        return within
    usual = dict(_USUAL_SHARES)
    if Stage.RECOGNIZE in without:
        usual[Stage.EMBED_SPEAKERS] = _SHARE_OF_VOICES_ALONE
    shares = {stage: share for stage, share in usual.items() if stage not in without}
    stages = list(shares)
    before = sum(shares[stage] for stage in stages[: stages.index(progress.stage)])
    return min(1.0, (before + within * shares[progress.stage]) / sum(shares.values()))
