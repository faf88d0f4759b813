"""How far a transcription has come, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Stage(str, Enum):
    """The steps a person sees in the progress bar, in the order they run."""

    FETCH_MODELS = "fetch_models"
    LOAD_MODELS = "load_models"
    READ_AUDIO = "read_audio"
    DETECT_SPEECH = "detect_speech"
    EMBED_SPEAKERS = "embed_speakers"
    CLUSTER_SPEAKERS = "cluster_speakers"
    RECOGNIZE = "recognize"
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
