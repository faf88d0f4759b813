"""What only the engine in the caller's thread does."""

from __future__ import annotations

import threading

from pipeline.core.progress import Stage, StageProgress
from pipeline.engines.engine import JobState
from pipeline.engines.inline import InlineEngine
from tests.contracts.scripted_runner import load_scripted, request_for


def test_the_watcher_sees_every_report_of_its_job() -> None:
    seen: list[tuple[str, StageProgress]] = []
    engine = InlineEngine(load_scripted, watch=lambda *report: seen.append(report))

    job_id = engine.submit(request_for("echo"))

    assert seen == [
        (job_id, StageProgress(Stage.READ_AUDIO, 1, 1)),
        (job_id, StageProgress(Stage.RECOGNIZE, 2, 5)),
    ]


def test_the_watcher_can_cancel_the_job() -> None:
    engine = InlineEngine(load_scripted, watch=lambda job_id, _: engine.cancel(job_id))

    job_id = engine.submit(request_for("obey"))

    assert engine.status(job_id).state is JobState.CANCELLED


def test_closing_from_another_thread_interrupts_the_job() -> None:
    is_running = threading.Event()
    engine = InlineEngine(load_scripted, watch=lambda *_: is_running.set())
    job_ids: list[str] = []
    caller = threading.Thread(target=lambda: job_ids.append(engine.submit(request_for("obey"))))
    caller.start()
    assert is_running.wait(10)

    engine.close()
    caller.join(10)

    assert engine.status(job_ids[0]).state is JobState.INTERRUPTED
