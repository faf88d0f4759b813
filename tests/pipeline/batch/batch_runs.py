"""Runs over many recordings with a transcriber that costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import soundfile

from pipeline.audio.samples import Audio
from pipeline.batch.journal import Journal, open_journal
from pipeline.batch.report import BatchReport, Tally
from pipeline.batch.run import Batch, Orders
from pipeline.batch.survey import survey
from pipeline.batch.workers import BatchWorkers, InTurn, Transcribe
from pipeline.core.progress import OnProgress
from pipeline.core.provenance import Provenance
from pipeline.core.result import PipelineResult, SpeakerEvidence
from pipeline.core.transcript import Sentence, Transcript
from pipeline.inputs.gathering import InputRules, iterate_inputs

NO_VOICES = SpeakerEvidence((), np.zeros((0, 192), np.float32), np.zeros(0, np.int64))
RATE_HZ = 16_000


def write_tiny(path: Path, *, seconds: float = 0.01) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.zeros(round(RATE_HZ * seconds)), RATE_HZ)
    return path


def said(audio: Audio, text: str = "一") -> PipelineResult:
    sentence = Sentence(0, audio.duration_ms, text=text)
    return PipelineResult(
        Transcript(audio.duration_ms, "zh", sentences=(sentence,)), NO_VOICES, Provenance(), ()
    )


def say_one(audio: Audio, on_progress: OnProgress) -> PipelineResult:
    return said(audio)


class Counting:
    """Transcribes as told, and keeps how long each recording was."""

    def __init__(self, transcribe: Transcribe = say_one) -> None:
        self.heard_ms: list[int] = []
        self._transcribe = transcribe

    def __call__(self, audio: Audio, on_progress: OnProgress) -> PipelineResult:
        self.heard_ms.append(audio.duration_ms)
        return self._transcribe(audio, on_progress)


def run(
    recordings: Sequence[Path],
    folder: Path,
    transcribe: Transcribe | BatchWorkers = say_one,
    *,
    formats: tuple[str, ...] = ("srt",),
    made_by: str = "us",
    again: bool = False,
    watch: Callable[[BatchReport], None] = lambda _: None,
) -> Tally:
    """Run a batch into a folder, as the command line does it."""
    orders = Orders(folder, formats, made_by, again=again)
    return run_orders(recordings, orders, transcribe, watch=watch)


def run_orders(
    recordings: Sequence[Path | str],
    orders: Orders,
    transcribe: Transcribe | BatchWorkers = say_one,
    *,
    watch: Callable[[BatchReport], None] = lambda _: None,
) -> Tally:
    """Run a batch as ordered, and return its counts."""
    orders.folder.mkdir(parents=True, exist_ok=True)
    inputs = partial(iterate_inputs, list(recordings), rules=InputRules(leave_out=orders.folder))
    found = survey(inputs)
    report = BatchReport(found, orders.folder)
    watch(report)
    workers = InTurn(transcribe) if callable(transcribe) else transcribe
    with open_journal(orders.folder) as file:
        Batch(orders, found, Journal(file), workers).run(inputs, report)
    return report.tally


def written(folder: Path) -> dict[str, str]:
    """Content of everything that is no note of the run itself, by its path in the folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
