"""Fakes of the pipeline and of the engine for tests of the services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from pipeline.core.audio_track import ONE_TRACK, TracksRead
from pipeline.core.errors import AudioError
from pipeline.core.events import AudioReady, OnEvent, RunEvent, SentencesFound
from pipeline.core.intervals import Interval
from pipeline.core.progress import OnProgress, Stage, StageProgress, ignore_progress
from pipeline.core.provenance import ModelUse, Provenance
from pipeline.core.result import PipelineResult, SpeakerEvidence
from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from pipeline.engines.engine import SCRATCH_AUDIO, SCRATCH_PEAKS, JobRequest, JobState, JobStatus
from pipeline.engines.job_board import JobBoard, QueuedJob
from pipeline.engines.outcome import Outcome, run_job

TRANSCRIPT = Transcript(
    duration_ms=4_000,
    language="zh",
    sentences=(
        Sentence(100, 1_500, "你好。", (Token(100, 1_500, "你好", 0.5),), "S1"),
        Sentence(1_600, 3_900, "再见。", (Token(1_600, 3_900, "再见", 0.75),), "S2"),
    ),
    turns=(SpeakerTurn(100, 1_700, "S1"), SpeakerTurn(1_600, 3_900, "S2")),
)
LONG_TRANSCRIPT = Transcript(
    duration_ms=500_000,
    language="zh",
    sentences=tuple(Sentence(start, start + 900, "字" * 100) for start in range(0, 500_000, 1_000)),
)
MODELS = (ModelUse("vad", "fsmn-vad", "ab" * 32),)
EVIDENCE = SpeakerEvidence(
    windows=(Interval(0, 1_500), Interval(1_500, 3_000)),
    embeddings=np.eye(2, 192, dtype=np.float32),
    labels=np.array([0, 1], dtype=np.int64),
)


class FakePipeline:
    """A Runner that reads the file's bytes.

    "broken" is refused, "long" has 500 sentences, "tracks" has two sound tracks.
    """

    def __init__(self, duration_ms: int | None = None) -> None:
        """Set the reported length; None for that of the transcript."""
        self._duration_ms = duration_ms

    def __call__(
        self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent
    ) -> PipelineResult:
        contents = request.audio_path.read_bytes()
        on_progress(StageProgress(Stage.READ_AUDIO, 1, 1))
        if contents.startswith(b"broken"):
            raise AudioError(f"{request.audio_path.name}: There is no sound in this file")
        transcript = LONG_TRANSCRIPT if contents == b"long" else TRANSCRIPT
        transcript = replace(transcript, duration_ms=self._duration_ms or transcript.duration_ms)
        if request.scratch_dir is not None:
            (request.scratch_dir / SCRATCH_AUDIO).write_bytes(b"fLaC" + contents)
            (request.scratch_dir / SCRATCH_PEAKS).write_bytes(b"peaks of " + contents)
            on_event(AudioReady(transcript.duration_ms))
        on_event(SentencesFound(0, transcript.sentences))
        on_progress(StageProgress(Stage.RECOGNIZE, 1, 1))
        tracks = TracksRead((2,), 2) if contents == b"tracks" else ONE_TRACK
        options = tuple(sorted((*request.options.as_text(), *tracks.entry)))
        return PipelineResult(
            transcript=transcript,
            evidence=EVIDENCE,
            provenance=Provenance(MODELS, options, "0.1.0"),
            stage_seconds=(("recognize", 1.5),),
        )


def load_fake_pipeline() -> FakePipeline:
    """Return a fake pipeline; a factory for engines."""
    return FakePipeline()


class HandDrivenEngine:
    """An engine driven by the test, which begins, reports and finishes jobs."""

    def __init__(self) -> None:
        self.board: JobBoard[PipelineResult] = JobBoard()
        self.requests: list[JobRequest] = []
        self._current: QueuedJob | None = None

    def submit(self, request: JobRequest) -> str:
        self.requests.append(request)
        return self.board.add(request)

    def status(self, job_id: str) -> JobStatus[PipelineResult]:
        return self.board.status(job_id)

    def queue(self) -> Mapping[str, int]:
        return self.board.queue()

    def wait(self, job_id: str, *, timeout_s: float | None = None) -> JobStatus[PipelineResult]:
        return self.board.wait(job_id, timeout_s)

    def events(self, job_id: str, *, after: int = 0) -> tuple[RunEvent, ...]:
        return self.board.events(job_id, after)

    def cancel(self, job_id: str) -> None:
        self.board.request_cancel(job_id)

    def forget(self, job_id: str) -> None:
        self.board.forget(job_id)

    def close(self) -> None:
        self.board.close()
        if self._current is not None:
            self.board.end(self._current.job_id, Outcome(JobState.INTERRUPTED))
            self._current = None

    def begin(self) -> None:
        """Start the next job in the queue."""
        self._current = self.board.take_next()
        assert self._current is not None

    def report(self, stage: Stage, done: int, total: int) -> None:
        assert self._current is not None
        self.board.report(self._current.job_id, StageProgress(stage, done, total))

    def on_machine(self, name: str) -> None:
        """Report the machine that runs the current job."""
        assert self._current is not None
        self.board.note_worker(self._current.job_id, name)

    def find(self, finding: RunEvent) -> None:
        assert self._current is not None
        self.board.note(self._current.job_id, finding)

    def finish(self, duration_ms: int | None = None) -> None:
        """Finish the current job with the fake pipeline's result."""
        assert self._current is not None
        outcome: Outcome[PipelineResult] = run_job(
            FakePipeline(duration_ms),
            self._current.request,
            ignore_progress,
            partial(self.board.note, self._current.job_id),
        )
        self.board.end(self._current.job_id, outcome)
        self._current = None


def write_upload(folder: Path, name: str = "周会.wav", contents: bytes = b"audio") -> Path:
    """Write an uploaded file and return its path."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(contents)
    return path
