"""What every execution engine promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest

from pipeline.core.progress import Stage, StageProgress
from pipeline.engines.engine import (
    Engine,
    EngineClosedError,
    JobFailure,
    JobState,
    JobStatus,
    LoadRunner,
    UnknownJobError,
)
from pipeline.engines.inline import InlineEngine
from pipeline.engines.process import ProcessEngine
from tests.contracts.ray_clusters import NEEDS_RAY, make_ray_engine
from tests.contracts.scripted_runner import (
    FINDINGS,
    ScriptedResult,
    load_at_second_try,
    load_never,
    load_scripted,
    request_for,
)

MakeEngine = Callable[[LoadRunner[object]], Engine[object]]
ENGINES = (InlineEngine, ProcessEngine, pytest.param(None, id="RayEngine", marks=NEEDS_RAY))


def _maker(request: pytest.FixtureRequest) -> MakeEngine:
    if request.param is None:
        return partial(make_ray_engine, request.getfixturevalue("ray_cluster"))
    return request.param


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine[object]]:
    engine = _maker(request)(load_scripted)
    yield engine
    engine.close()


@pytest.fixture(params=ENGINES)
def make_engine(request: pytest.FixtureRequest) -> MakeEngine:
    return _maker(request)


def test_a_job_gives_the_runners_result_unchanged(engine: Engine[object]) -> None:
    job_id = engine.submit(request_for("echo-a"))

    status = engine.wait(job_id)

    assert status.state is JobState.DONE
    assert isinstance(status.result, ScriptedResult)
    assert status.result.stem == "echo-a"
    np.testing.assert_array_equal(status.result.embeddings, [[0, 1, 2], [3, 4, 5]])
    assert status.result.embeddings.dtype == np.float32


def test_an_ended_job_keeps_its_last_progress_and_waits_for_nobody(
    engine: Engine[object],
) -> None:
    job_id = engine.submit(request_for("echo"))

    status = engine.wait(job_id)

    assert status.progress == StageProgress(Stage.RECOGNIZE, 2, 5)
    assert (status.queue_position, status.failure) == (0, None)


def test_what_a_job_found_can_be_read_from_any_number_on(engine: Engine[object]) -> None:
    job_id = engine.submit(request_for("find"))

    engine.wait(job_id)

    assert engine.events(job_id) == FINDINGS
    assert engine.events(job_id, after=1) == FINDINGS[1:]
    assert engine.events(job_id, after=3) == ()


def test_the_runner_is_loaded_once_for_many_jobs(make_engine: MakeEngine) -> None:
    engine = make_engine(load_scripted)

    results = [engine.wait(engine.submit(request_for("echo"))).result for _ in range(3)]
    engine.close()

    assert len({(result.process_id, result.loads) for result in results}) == 1


def test_a_refusal_is_told_in_the_pipelines_own_words(engine: Engine[object]) -> None:
    job_id = engine.submit(request_for("refuse"))

    status = engine.wait(job_id)

    assert status == JobStatus(
        JobState.FAILED,
        failure=JobFailure("AudioError", "The file 'holiday.jpg' has no sound in it."),
    )


def test_an_unexpected_exception_is_told_without_its_details(engine: Engine[object]) -> None:
    job_id = engine.submit(request_for("stumble"))

    status = engine.wait(job_id)

    assert status.state is JobState.FAILED
    assert status.failure is not None
    assert status.failure.kind == "Unexpected"
    assert "secret" not in status.failure.message


@pytest.mark.parametrize(("stem", "kind"), [("exhaust", "OutOfMemory"), ("fill", "DiskFullError")])
def test_a_lack_of_memory_or_space_is_named(engine: Engine[object], stem: str, kind: str) -> None:
    job_id = engine.submit(request_for(stem))

    status = engine.wait(job_id)

    assert status.failure is not None
    assert status.failure.kind == kind


def test_a_failed_job_does_not_spoil_the_next(engine: Engine[object]) -> None:
    engine.wait(engine.submit(request_for("stumble")))

    status = engine.wait(engine.submit(request_for("echo")))

    assert status.state is JobState.DONE


def test_models_that_cannot_be_loaded_fail_the_job(make_engine: MakeEngine) -> None:
    engine = make_engine(load_never)

    status = engine.wait(engine.submit(request_for("echo")))
    engine.close()

    assert status.failure == JobFailure("AudioError", "The model 'x' is not installed.")


def test_models_that_could_not_be_loaded_are_tried_again(
    make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.contracts.scripted_runner._loads", 0)
    engine = make_engine(load_at_second_try)

    states = [engine.wait(engine.submit(request_for("echo"))).state for _ in range(2)]
    engine.close()

    assert states == [JobState.FAILED, JobState.DONE]


def test_a_runner_that_stops_by_itself_ends_as_cancelled(engine: Engine[object]) -> None:
    status = engine.wait(engine.submit(request_for("stop")))

    assert status.state is JobState.CANCELLED


def test_cancelling_an_ended_job_changes_nothing(engine: Engine[object]) -> None:
    job_id = engine.submit(request_for("echo"))
    before = engine.wait(job_id)

    engine.cancel(job_id)

    assert engine.status(job_id) == before


def test_a_forgotten_job_is_unknown(engine: Engine[object]) -> None:
    job_id = engine.submit(request_for("echo"))
    engine.wait(job_id)

    engine.forget(job_id)

    with pytest.raises(UnknownJobError):
        engine.status(job_id)


def test_an_unknown_job_is_refused_everywhere(engine: Engine[object]) -> None:
    for ask in (engine.status, engine.wait, engine.events, engine.cancel, engine.forget):
        with pytest.raises(UnknownJobError, match=r"'\.\./etc'"):
            ask("../etc")


def test_a_closed_engine_takes_no_jobs_and_still_answers(make_engine: MakeEngine) -> None:
    engine = make_engine(load_scripted)
    job_id = engine.submit(request_for("echo"))
    engine.wait(job_id)

    engine.close()
    engine.close()

    assert engine.status(job_id).state is JobState.DONE
    with pytest.raises(EngineClosedError):
        engine.submit(request_for("echo"))
