"""Transcription jobs with a worker killed at random times, compared with an undisturbed job.

python -m benchmarks.killed_workers [--kills 50] [--repeats 4] [--without-words]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np
import soundfile

from benchmarks.dev_recordings import REPOSITORY
from benchmarks.tables import print_table
from pipeline.core.options import AsrOptions, PipelineOptions
from pipeline.core.progress import Stage, overall_fraction
from pipeline.core.result import PipelineResult
from pipeline.core.transcript import Transcript
from pipeline.engines.choice import RunnerSettings
from pipeline.engines.engine import JobRequest, JobState
from pipeline.engines.process import ProcessEngine
from pipeline.models.locations import ModelLocations, default_model_cache

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
KILLS_A_JOB = 2  # a job fails by design after three crashes at one place, such as loading models
POLL_S = 0.01
LATEST_S = 1.0  # longest delay after a progress report, so that kills also happen between reports


@dataclass
class Outcome:
    """Counts and durations of jobs whose worker was killed.

    Attributes:
        num_kills: number of kills.
        num_jobs: number of submitted jobs.
        failed: final states of the jobs without a transcript.
        num_different: number of jobs whose transcript differs from the undisturbed one.
        seconds: duration of each job.
    """

    num_kills: int = 0
    num_jobs: int = 0
    failed: list[str] = field(default_factory=list)
    num_different: int = 0
    seconds: list[float] = field(default_factory=list)


class Workplace:
    """Transcription engine with real models, and a test recording to submit to it."""

    def __init__(
        self, folder: Path, *, repeats: int, options: PipelineOptions, cache: Path
    ) -> None:
        samples, rate_hz = soundfile.read(CONVERSATION, dtype="int16")
        self._audio = folder / "long.flac"
        soundfile.write(self._audio, np.tile(samples, repeats), rate_hz)
        self._folder = folder
        self._options = options
        models = ModelLocations(cache, offline=True)
        self.engine: ProcessEngine[PipelineResult] = ProcessEngine(RunnerSettings(models))

    @property
    def left_out(self) -> tuple[Stage, ...]:
        """Pipeline stages that the jobs skip."""
        return (Stage.RECOGNIZE, Stage.PUNCTUATE) if self._options.diarize_only else ()

    def submit(self, name: str) -> str:
        """Submit the test recording as a job with its own folder, and return the job id."""
        scratch = self._folder / name
        scratch.mkdir()
        return self.engine.submit(
            JobRequest(self._audio, self._options, scratch, scratch / "checkpoint")
        )

    def result(self, job_id: str) -> tuple[JobState, Transcript | None]:
        """Wait for a job to end; return its final state and its transcript, if any."""
        status = self.engine.wait(job_id)
        self.engine.forget(job_id)
        return status.state, None if status.result is None else status.result.transcript


def kill_workers(place: Workplace, *, num_kills: int, seed: int = 0) -> tuple[float, Outcome]:
    """Run one job undisturbed, then jobs whose worker is killed, up to `num_kills` kills.

    Returns:
        Seconds of the undisturbed job with loaded models, and the outcome of the other jobs.
    """
    place.result(place.submit("warm-up"))
    began_s = time.perf_counter()
    _, expected = place.result(place.submit("undisturbed"))
    usual_s = time.perf_counter() - began_s
    chance = random.Random(seed)
    outcome = Outcome()
    while outcome.num_kills < num_kills:
        began_s = time.perf_counter()
        job_id = place.submit(f"{outcome.num_jobs}")
        for _ in range(min(KILLS_A_JOB, num_kills - outcome.num_kills)):
            far, late_s = chance.uniform(0.0, 1.0), chance.uniform(0.0, LATEST_S)
            outcome.num_kills += _kill_when(place, job_id, far, late_s)
        state, found = place.result(job_id)
        outcome.num_jobs += 1
        outcome.seconds.append(time.perf_counter() - began_s)
        if state is not JobState.DONE:
            outcome.failed.append(state.value)
        elif found != expected:
            outcome.num_different += 1
        print(f"{outcome.num_kills} killed, the job is {state.value}", file=sys.stderr)
    return usual_s, outcome


def _kill_when(place: Workplace, job_id: str, far: float, late_s: float) -> bool:
    """Kill the worker `late_s` seconds after the job's progress reaches the fraction `far`.

    Returns:
        Whether a worker was killed; False if the job ended first.
    """
    come = False
    while not come:
        status = place.engine.status(job_id)
        if status.state.is_final:
            return False
        come = (
            status.progress is not None
            and overall_fraction(status.progress, without=place.left_out) >= far
        )
        time.sleep(POLL_S)
    time.sleep(late_s)
    if place.engine.status(job_id).state.is_final:
        return False
    workers = [
        child for child in multiprocessing.active_children() if child.name == "transcription-worker"
    ]
    for worker in workers:
        worker.kill()
        worker.join()
    return bool(workers)


def main() -> None:
    """Run jobs with killed workers, and print a table of their outcomes and times."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--kills", type=int, default=50)
    add("--repeats", type=int, default=4, help="repetitions of the conversation in the recording")
    add("--recognizer", default="auto")
    add("--without-words", action="store_true", help="who speaks when, and nothing else")
    add("--model-cache", type=Path, default=default_model_cache())
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        place = Workplace(
            Path(folder),
            repeats=chosen.repeats,
            options=PipelineOptions(
                asr=AsrOptions(recognizer=chosen.recognizer), diarize_only=chosen.without_words
            ),
            cache=chosen.model_cache,
        )
        usual_s, outcome = kill_workers(place, num_kills=chosen.kills)
        place.engine.close()
    rows = [
        ("workers killed", str(outcome.num_kills)),
        ("jobs", str(outcome.num_jobs)),
        ("without a transcript", str(len(outcome.failed))),
        ("with another transcript than undisturbed", str(outcome.num_different)),
        ("undisturbed, s", f"{usual_s:.1f}"),
        (f"killed {KILLS_A_JOB} times each, median s", f"{median(outcome.seconds):.1f}"),
        ("load of the machine before", f"{load:.1f}"),
    ]
    print_table(("", ""), rows)


if __name__ == "__main__":
    main()
