"""A batch whose recordings are transcribed by an engine, several at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio.decode import read_audio
from pipeline.batch.journal import FILE_NAME, Journal, open_journal
from pipeline.batch.report import BatchReport
from pipeline.batch.run import Batch, Orders
from pipeline.batch.survey import survey
from pipeline.batch.workers import AHEAD, WORK_FOLDER, OnEngine
from pipeline.core.errors import OptionError
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import Stage, StageProgress, ignore_report
from pipeline.engines.engine import JobState
from pipeline.engines.inline import InlineEngine
from pipeline.engines.job_board import JobBoard
from pipeline.engines.outcome import Outcome, run_job
from pipeline.inputs.gathering import InputRules, iterate_inputs
from tests.conditions import eventually
from tests.dev_data import REPOSITORY
from tests.pipeline.batch.batch_runs import run, said, write_tiny, written

FORMATS = ("srt", "json")
SLOW_RUN = """
import sys, time
from pathlib import Path
from pipeline.engines.inline import InlineEngine
from tests.pipeline.batch.batch_runs import run
from tests.pipeline.batch.test_on_engine import load, on

def load_slowly():
    time.sleep(0.004)
    return load()

print("begun", flush=True)
out = Path(sys.argv[2])
run([Path(sys.argv[1])], out, on(InlineEngine(load_slowly), out), formats=("srt", "json"))
"""


def load():
    def transcribe(request, on_progress, on_event):
        assert request.checkpoint_dir is not None
        request.checkpoint_dir.mkdir(parents=True, exist_ok=True)
        (request.checkpoint_dir / "words.log").write_text("kept")
        audio = read_audio(request.audio_path, report=ignore_report)
        return said(audio)

    return transcribe


def on(engine, out):
    return OnEngine(engine, PipelineOptions(), out)


class SteppedEngine:
    """An engine of two workers, which end the latest of their jobs whenever one is waited for."""

    num_workers = 2

    def __init__(self) -> None:
        self.board = JobBoard()
        self.most_open = 0
        self.running = []
        for name in ("status", "end", "forget"):
            setattr(self, name, getattr(self.board, name))

    def submit(self, request):
        job_id = self.board.add(request)
        self.most_open = max(self.most_open, len(self.board._entries))
        return job_id

    def cancel(self, job_id):
        self.board.request_cancel(job_id)

    def wait(self, job_id, *, timeout_s):
        while len(self.running) < self.num_workers and (job := self.board.take_next()) is not None:
            self.board.report(job.job_id, StageProgress(Stage.RECOGNIZE, 1, 2))
            self.running.append(job)
        if self.running:
            job = self.running.pop()
            self.board.end(job.job_id, run_job(load(), job.request, print, print))


@pytest.fixture
def recordings(tmp_path):
    folder = tmp_path / "in"
    for number in range(1, 8):
        write_tiny(folder / f"{number}.wav", seconds=number / 100)
    return folder


def journaled(out: Path) -> list[str]:
    with open_journal(out) as file:
        return list(Journal(file).names())


def test_it_writes_what_a_run_in_turn_writes(recordings, tmp_path):
    (recordings / "broken.wav").write_bytes(b"RIFF")
    np.full(1_600, 300, np.int16).tofile(recordings / "headerless.pcm")

    in_turn = run([recordings], tmp_path / "in turn", formats=FORMATS)
    out = tmp_path / "out"
    tally = run([recordings], out, on(SteppedEngine(), out), formats=FORMATS)

    assert written(out) == written(tmp_path / "in turn")
    assert (tally.done, tally.failed) == (in_turn.done, in_turn.failed) == (8, 1)
    assert tally.audio_ms == in_turn.audio_ms


def test_recordings_are_written_in_the_order_in_which_they_end(recordings, tmp_path):
    engine, out = SteppedEngine(), tmp_path / "out"

    run([recordings], out, on(engine, out))

    assert journaled(out) != sorted(journaled(out))
    assert sorted(journaled(out)) == [str(number) for number in range(1, 8)]
    assert engine.most_open == AHEAD * engine.num_workers


def test_what_is_done_is_skipped_and_no_checkpoint_is_left(recordings, tmp_path):
    out = tmp_path / "out"
    run([recordings / "1.wav"], out)

    tally = run([recordings], out, on(InlineEngine(load), out))

    assert (tally.done, tally.skipped) == (6, 1)
    assert not (out / WORK_FOLDER).exists()


@pytest.mark.usefixtures("ctrl_c_interrupts")
def test_after_a_stop_those_at_work_end_and_the_next_run_goes_on(recordings, tmp_path):
    out, engine = tmp_path / "out", SteppedEngine()
    out.mkdir()
    inputs = partial(iterate_inputs, [recordings], rules=InputRules(leave_out=out))
    found = survey(inputs)
    report = BatchReport(found, out)
    with open_journal(out) as file:
        workers = on(engine, out)
        batch = Batch(Orders(out, ("srt",), "us"), found, Journal(file), workers)
        wait = engine.wait

        def stop_once_at_work(job_id, **timeout):
            wait(job_id, **timeout)
            if report.tally.done == 0:
                signal.raise_signal(signal.SIGINT)

        engine.wait = stop_once_at_work
        is_whole = batch.run(inputs, report)

    assert not is_whole
    assert report.tally.done == engine.num_workers
    assert report.tally.failed == 0
    tally = run([recordings], out, on(SteppedEngine(), out))
    assert (tally.done, tally.skipped) == (5, 2)


def test_options_that_fit_no_recording_end_the_run(recordings, tmp_path):
    def refuse():
        raise OptionError("no such language")

    with pytest.raises(OptionError, match="no such language"):
        run([recordings], tmp_path / "out", on(InlineEngine(refuse), tmp_path / "out"))


def test_a_result_that_the_engine_lost_is_a_failure_of_one(recordings, tmp_path):
    class Losing(SteppedEngine):
        def wait(self, job_id, *, timeout_s):
            job = self.board.take_next()
            outcome = run_job(load(), job.request, print, print)
            is_lost = job.request.audio_path.name == "3.wav"
            self.board.end(job.job_id, Outcome(JobState.INTERRUPTED) if is_lost else outcome)

    out = tmp_path / "out"
    tally = run([recordings], out, on(Losing(), out))

    assert (tally.done, tally.failed) == (6, 0)
    assert (out / WORK_FOLDER).exists()  # of the one that was stopped
    assert run([recordings], out, on(SteppedEngine(), out)).done == 1


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_killed_and_run_again_it_gives_what_an_undisturbed_run_gives(tmp_path):
    source, out, undisturbed = tmp_path / "in", tmp_path / "out", tmp_path / "undisturbed"
    for number in range(60):
        write_tiny(source / f"{number % 7}" / f"{number}.wav", seconds=0.01 + number / 1e4)
    run([source], undisturbed, formats=FORMATS)

    command = [sys.executable, "-c", SLOW_RUN, str(source), str(out)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        eventually(lambda: any(out.glob("*/*.json")))
        process.send_signal(signal.SIGKILL)
    tally = run([source], out, on(InlineEngine(load), out), formats=FORMATS)

    assert tally.skipped > 0
    assert tally.done == 60 - tally.skipped
    assert written(out) == written(undisturbed)
    assert len((out / FILE_NAME).read_bytes().splitlines()) == 60
    assert not (out / WORK_FOLDER).exists()
