from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pipeline.core.options import PipelineOptions
from pipeline.core.progress import Stage, StageProgress
from pipeline.engines.engine import JobRequest, JobState
from pipeline.engines.job_board import JobBoard

REQUEST = JobRequest(Path("a.wav"), PipelineOptions())
HALF = StageProgress(Stage.RECOGNIZE, 1, 2)
NO_WAIT_S = 0.0


@pytest.fixture
def board():
    return JobBoard()


def test_a_job_that_was_put_back_comes_before_those_after_it_and_keeps_its_progress(board):
    first, second = board.add(REQUEST), board.add(REQUEST)
    board.take_next()
    board.report(first, HALF)
    board.note_continuation(first)

    board.put_back(first)
    waiting = board.status(first)
    taken = board.wait_for_work(NO_WAIT_S)

    assert (waiting.state, waiting.progress, waiting.continuations) == (JobState.QUEUED, HALF, 1)
    assert taken.job_id == first
    assert board.status(first).continuations == 1
    assert board.status(second).queue_position == 1


def test_a_job_that_is_put_back_after_a_cancellation_or_the_close_ends(board):
    cancelled, open_at_close = board.add(REQUEST), board.add(REQUEST)
    board.take_next()
    board.take_next()

    board.request_cancel(cancelled)
    board.put_back(cancelled)
    board.close()
    board.put_back(open_at_close)

    assert board.status(cancelled).state is JobState.CANCELLED
    assert board.status(open_at_close).state is JobState.INTERRUPTED


def test_jobs_come_before_expected_options(board):
    board.expect(PipelineOptions())
    job_id = board.add(REQUEST)

    assert board.wait_for_work(NO_WAIT_S).job_id == job_id
    assert board.wait_for_work(NO_WAIT_S) is None

    board.expect(PipelineOptions())
    assert board.wait_for_work(NO_WAIT_S) == PipelineOptions()


def test_there_are_no_more_workers_than_unfinished_jobs(board):
    added: list[bool] = []
    third = threading.Thread(target=lambda: added.append(board.add_worker()))
    board.add(REQUEST)
    board.add(REQUEST)
    assert board.add_worker()
    assert board.add_worker()

    third.start()
    third.join(0.05)
    assert third.is_alive()
    board.remove_worker()  # one was lost
    third.join()

    assert added == [True]


def test_nobody_waits_for_work_after_the_close(board):
    board.close()

    assert not board.add_worker()
    assert board.wait_for_work(60.0) is None
