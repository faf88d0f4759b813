"""What becomes of a job whose worker dies: another one goes on, as long as that leads anywhere."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.engines.crash_count import MAX_CRASHES
from pipeline.engines.engine import JobState
from pipeline.engines.process import ProcessEngine
from tests.conditions import eventually
from tests.contracts.scripted_runner import (
    COUNT_TO,
    NUM_PERISHED,
    STARTED,
    STARTS,
    load_scripted,
    request_for,
)

NUM_KILLS = 6
COUNTED = " ".join(map(str, range(COUNT_TO)))


@pytest.fixture
def engine() -> Iterator[ProcessEngine[object]]:
    engine: ProcessEngine[object] = ProcessEngine(load_scripted)
    yield engine
    engine.close()


def kill_worker() -> None:
    for child in multiprocessing.active_children():
        if child.name == "transcription-worker":
            child.kill()
            child.join()


def num_kept(folder: Path) -> int:
    return len(list(folder.glob("[0-9]*"))) if folder.exists() else 0


def test_a_job_whose_worker_is_killed_again_and_again_is_done_all_the_same(
    engine: ProcessEngine[object], tmp_path: Path
) -> None:
    draw = random.Random(20)
    kept = tmp_path / "kept"
    job_id = engine.submit(request_for("count", checkpoint_dir=kept))

    for kill_at in sorted(draw.sample(range(1, COUNT_TO - 2), NUM_KILLS)):
        eventually(lambda kill_at=kill_at: num_kept(kept) > kill_at)
        kill_worker()
    status = engine.wait(job_id)

    assert (status.state, status.result) == (JobState.DONE, COUNTED)
    assert status.continuations == NUM_KILLS


def test_a_job_fails_when_workers_die_over_it_and_nothing_more_is_kept(
    engine: ProcessEngine[object], tmp_path: Path
) -> None:
    job_id = engine.submit(request_for("perish", checkpoint_dir=tmp_path / "kept"))

    status = engine.wait(job_id)

    assert status.state is JobState.FAILED
    assert status.failure is not None
    assert status.failure.kind == "WorkerDied"
    assert len((tmp_path / STARTS).read_text()) == NUM_PERISHED + MAX_CRASHES - 1


def test_a_job_goes_on_where_it_was_when_it_is_submitted_again(
    engine: ProcessEngine[object], tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    for number in range(COUNT_TO - 1):
        (kept / f"{number:03d}").write_text(f"{number} (kept)")

    status = engine.wait(engine.submit(request_for("count", checkpoint_dir=kept)))

    expected = [f"{number} (kept)" for number in range(COUNT_TO - 1)]
    assert status.result == " ".join([*expected, str(COUNT_TO - 1)])


def test_a_job_that_is_being_cancelled_is_not_gone_on_with(
    engine: ProcessEngine[object], tmp_path: Path
) -> None:
    job_id = engine.submit(request_for("ignore", tmp_path))
    eventually(lambda: engine.status(job_id).progress is not None)

    engine.cancel(job_id)
    kill_worker()
    status = engine.wait(job_id)

    assert (status.state, status.continuations) == (JobState.CANCELLED, 0)


def test_another_worker_takes_the_jobs_that_wait_behind_a_deadly_one(
    engine: ProcessEngine[object], tmp_path: Path
) -> None:
    job_ids = [engine.submit(request_for(stem, tmp_path)) for stem in ("die", "echo")]

    states = [engine.wait(job_id).state for job_id in job_ids]

    assert states == [JobState.FAILED, JobState.DONE]
    assert (tmp_path / STARTED).exists()
