"""What only the engine with a worker process does: outlive its worker, leave none behind."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.core.options import AsrOptions, PipelineOptions
from pipeline.core.progress import Stage, StageProgress
from pipeline.engines.engine import JobState
from pipeline.engines.process import ProcessEngine
from tests.conditions import eventually
from tests.contracts.scripted_runner import (
    STARTED,
    UNPREPARABLE,
    ScriptedResult,
    load_scripted,
    load_slowly,
    request_for,
)

CANCEL_LIMIT_S = 2.0


@pytest.fixture
def engine() -> Iterator[ProcessEngine[object]]:
    engine: ProcessEngine[object] = ProcessEngine(load_scripted)
    yield engine
    engine.close()


def wait_until_at_work(engine: ProcessEngine[object], job_id: str) -> None:
    eventually(lambda: engine.status(job_id).progress is not None)


def process_id_of(engine: ProcessEngine[object]) -> int:
    result = engine.wait(engine.submit(request_for("echo"))).result
    assert isinstance(result, ScriptedResult)
    return result.process_id


def worker_processes() -> list[multiprocessing.process.BaseProcess]:
    children = multiprocessing.active_children()
    return [child for child in children if child.name == "transcription-worker"]


def is_process_alive(process_id: int) -> bool:
    """POSIX only: signal 0 asks without doing anything."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process_id}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_no_process_is_started_before_the_first_job(engine: ProcessEngine[object]) -> None:
    assert worker_processes() == []


def test_the_work_is_done_in_another_process(engine: ProcessEngine[object]) -> None:
    assert process_id_of(engine) != os.getpid()


def test_jobs_run_in_order_and_know_their_place_in_the_queue(
    engine: ProcessEngine[object],
) -> None:
    job_ids = [engine.submit(request_for(stem)) for stem in ("obey", "echo-1", "echo-2")]
    wait_until_at_work(engine, job_ids[0])

    positions = [engine.status(job_id).queue_position for job_id in job_ids]
    engine.cancel(job_ids[0])
    states = [engine.wait(job_id).state for job_id in job_ids]

    assert positions == [0, 1, 2]
    assert states == [JobState.CANCELLED, JobState.DONE, JobState.DONE]


def test_progress_can_be_read_while_the_job_runs(engine: ProcessEngine[object]) -> None:
    job_id = engine.submit(request_for("obey"))

    wait_until_at_work(engine, job_id)

    status = engine.status(job_id)
    assert status.state is JobState.RUNNING
    assert status.progress == StageProgress(Stage.RECOGNIZE, 1, 2)


def test_an_obedient_job_stops_and_its_worker_is_kept(engine: ProcessEngine[object]) -> None:
    process_id = process_id_of(engine)
    job_id = engine.submit(request_for("obey"))
    wait_until_at_work(engine, job_id)

    engine.cancel(job_id)

    assert engine.wait(job_id).state is JobState.CANCELLED
    assert process_id_of(engine) == process_id


@pytest.mark.wall_clock
def test_a_deaf_job_is_ended_by_force_within_two_seconds(engine: ProcessEngine[object]) -> None:
    process_id = process_id_of(engine)
    job_id = engine.submit(request_for("ignore"))
    wait_until_at_work(engine, job_id)

    asked_s = time.monotonic()
    engine.cancel(job_id)
    status = engine.wait(job_id)

    assert status.state is JobState.CANCELLED
    assert time.monotonic() - asked_s < CANCEL_LIMIT_S
    assert process_id_of(engine) != process_id


@pytest.mark.wall_clock
def test_a_job_is_cancelled_within_two_seconds_while_its_models_load() -> None:
    engine: ProcessEngine[object] = ProcessEngine(load_slowly)
    job_id = engine.submit(request_for("echo"))
    eventually(lambda: worker_processes() != [])

    asked_s = time.monotonic()
    engine.cancel(job_id)
    status = engine.wait(job_id)
    took_s = time.monotonic() - asked_s
    engine.close()

    assert status.state is JobState.CANCELLED
    assert took_s < CANCEL_LIMIT_S


@pytest.mark.skipif(sys.platform == "win32", reason="asks for a priority as POSIX has it")
def test_a_worker_lets_other_programs_go_first(engine: ProcessEngine[object]) -> None:
    process_id = process_id_of(engine)

    assert os.getpriority(os.PRIO_PROCESS, process_id) > os.getpriority(os.PRIO_PROCESS, 0)


def test_a_queued_job_is_cancelled_at_once_and_never_runs(
    engine: ProcessEngine[object], tmp_path: Path
) -> None:
    running = engine.submit(request_for("obey"))
    queued = engine.submit(request_for("echo", tmp_path))

    engine.cancel(queued)

    assert engine.status(queued).state is JobState.CANCELLED
    engine.cancel(running)
    process_id_of(engine)  # a later job has run, so the queue has gone past it
    assert not (tmp_path / STARTED).exists()


def test_a_worker_without_work_is_let_go_and_the_next_job_gets_another() -> None:
    engine: ProcessEngine[object] = ProcessEngine(load_scripted, idle_s=0.2)
    try:
        first = process_id_of(engine)
        eventually(lambda: not worker_processes())

        assert process_id_of(engine) != first
    finally:
        engine.close()


def expecting(language: str) -> PipelineOptions:
    return PipelineOptions(asr=AsrOptions(language=language))


def echo(engine: ProcessEngine[object]) -> ScriptedResult:
    result = engine.wait(engine.submit(request_for("echo"))).result
    assert isinstance(result, ScriptedResult)
    return result


def test_a_job_that_was_announced_finds_its_worker_ready(engine: ProcessEngine[object]) -> None:
    engine.prepare(expecting("zh"))
    eventually(lambda: worker_processes() != [])
    (worker,) = worker_processes()

    result = echo(engine)

    assert (result.process_id, result.prepared_for) == (worker.pid, "zh")


def test_what_cannot_be_made_ready_is_left_for_the_job_to_tell(
    engine: ProcessEngine[object],
) -> None:
    engine.prepare(expecting(UNPREPARABLE))

    assert echo(engine).prepared_for is None


def test_a_queue_with_work_in_it_prepares_for_nothing_else(engine: ProcessEngine[object]) -> None:
    running = engine.submit(request_for("obey"))
    wait_until_at_work(engine, running)
    engine.prepare(expecting("zh"))
    queued = engine.submit(request_for("echo"))

    engine.cancel(running)

    result = engine.wait(queued).result
    assert isinstance(result, ScriptedResult)
    assert result.prepared_for is None


def test_after_a_job_is_ended_by_force_another_worker_gets_ready(
    engine: ProcessEngine[object],
) -> None:
    options = expecting("zh")
    job_id = engine.submit(replace(request_for("ignore"), options=options))
    wait_until_at_work(engine, job_id)

    engine.cancel(job_id)
    engine.wait(job_id)
    eventually(lambda: worker_processes() != [])

    assert echo(engine).prepared_for == "zh"


def test_a_worker_that_was_only_made_ready_is_let_go_too() -> None:
    engine: ProcessEngine[object] = ProcessEngine(load_scripted, idle_s=0.2)
    try:
        engine.prepare(expecting("zh"))
        eventually(lambda: worker_processes() != [])

        eventually(lambda: not worker_processes())
    finally:
        engine.close()


def test_a_worker_at_work_is_not_let_go_however_long_it_says_nothing(tmp_path: Path) -> None:
    engine: ProcessEngine[object] = ProcessEngine(load_scripted, idle_s=0.01)
    try:
        job = engine.submit(request_for("count", checkpoint_dir=tmp_path / "kept"))

        assert engine.wait(job).state is JobState.DONE
        assert engine.status(job).continuations == 0
    finally:
        engine.close()


def test_a_worker_that_is_killed_between_jobs_is_replaced_without_a_failure(
    engine: ProcessEngine[object],
) -> None:
    process_id = process_id_of(engine)

    (worker,) = worker_processes()
    worker.kill()
    worker.join()

    assert process_id_of(engine) != process_id


@pytest.mark.parametrize("stem", ["lambda", "unreadable"])
def test_a_result_that_cannot_cross_fails_the_job_and_keeps_the_worker(
    engine: ProcessEngine[object], stem: str
) -> None:
    process_id = process_id_of(engine)

    status = engine.wait(engine.submit(request_for(stem)))

    assert status.failure is not None
    assert status.failure.kind == "ResultLost"
    assert process_id_of(engine) == process_id


def test_the_cause_of_an_unexpected_failure_is_in_the_workers_log(
    engine: ProcessEngine[object], capfd: pytest.CaptureFixture[str]
) -> None:
    engine.wait(engine.submit(request_for("stumble")))

    logged = capfd.readouterr().err
    assert "Traceback" in logged
    assert "RuntimeError: secret detail" in logged


def test_a_large_result_arrives_whole(engine: ProcessEngine[object]) -> None:
    result = engine.wait(engine.submit(request_for("large"))).result

    assert isinstance(result, np.ndarray)
    assert (result.shape, float(result.sum())) == ((12_000_000,), 12_000_000.0)


def test_closing_during_a_job_leaves_no_process_and_no_job_without_an_end(
    engine: ProcessEngine[object], tmp_path: Path
) -> None:
    running = engine.submit(request_for("ignore", tmp_path))
    queued = engine.submit(request_for("echo"))
    wait_until_at_work(engine, running)

    engine.close()

    assert worker_processes() == []
    assert [engine.status(job_id).state for job_id in (running, queued)] == [
        JobState.INTERRUPTED,
        JobState.INTERRUPTED,
    ]


def test_a_factory_that_another_process_cannot_find_is_refused_at_once() -> None:
    with pytest.raises(Exception, match="pickle"):
        ProcessEngine(lambda: lambda request, on_progress, on_event: None)


PARENT = """
import sys, threading
from pathlib import Path
from pipeline.engines.process import ProcessEngine
from tests.contracts.scripted_runner import load_scripted, request_for

if __name__ == "__main__":
    engine = ProcessEngine(load_scripted)
    engine.submit(request_for("ignore", Path(sys.argv[1])))
    started = Path(sys.argv[1]) / "started"
    while not (started.exists() and started.read_text()):
        threading.Event().wait(0.01)
    {then}
"""


def start_program(tmp_path: Path, then: str) -> subprocess.Popen[bytes]:
    script = tmp_path / "program.py"
    script.write_text(PARENT.format(then=then))
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.Popen([sys.executable, str(script), str(tmp_path)], env=environment)


def wait_for_worker_of(program: subprocess.Popen[bytes], tmp_path: Path) -> int:
    started = tmp_path / STARTED
    eventually(lambda: started.exists() and started.read_text() != "")
    assert program.poll() is None
    return int(started.read_text())


@pytest.mark.skipif(sys.platform == "win32", reason="asks for a process by POSIX signal 0")
def test_the_worker_goes_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = start_program(tmp_path, "threading.Event().wait()")
    worker_id = wait_for_worker_of(program, tmp_path)

    program.kill()
    program.wait()

    eventually(lambda: not is_process_alive(worker_id))


@pytest.mark.skipif(sys.platform == "win32", reason="asks for a process by POSIX signal 0")
def test_a_program_that_ends_without_closing_takes_its_worker_along(tmp_path: Path) -> None:
    program = start_program(tmp_path, "sys.exit(3)")

    program.wait(30)

    assert program.returncode == 3
    eventually(lambda: not is_process_alive(int((tmp_path / STARTED).read_text())))
