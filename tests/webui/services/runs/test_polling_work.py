"""Tests of the work of a poll, which must not grow with the number of queued runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.core.options import PipelineOptions
from pipeline.core.progress import Stage
from pipeline.engines.engine import JobRequest
from pipeline.engines.job_board import JobBoard
from tests.browser.review_workspace import add_talk
from tests.conditions import eventually
from tests.opcode_count import count_opcodes
from tests.webui.services.fake_work import HandDrivenEngine, write_upload
from webui.services.container import Services, open_services
from webui.services.review_index import ReviewState
from webui.services.runs.transcription import Ticket

FEW, MANY = 3, 60
GROWTH = 1.3  # allowed between polls with FEW and with MANY queued runs


class Queue:
    """A running run and queued ones, of services over an engine that the test drives."""

    def __init__(self, services: Services, engine: HandDrivenEngine, uploads: Path) -> None:
        self.services, self._uploads = services, uploads
        self.running = self.add()
        engine.begin()
        engine.report(Stage.RECOGNIZE, 1, 2)
        eventually(lambda: self._progress(self.running).fraction > 0)

    def add(self) -> Ticket:
        name = f"{len(self.services.recordings.list())}.wav"
        path = write_upload(self._uploads, name, name.encode())
        return self.services.transcription.start(path, title=name, options=PipelineOptions())

    def fill(self, size: int) -> Ticket:
        """Add runs until `size` are queued; return the last one."""
        while True:
            last = self.add()
            if self._progress(last).queue_position == size:
                return last

    def _progress(self, ticket: Ticket):
        return self.services.transcription.progress(ticket.run_id)


@pytest.fixture
def queue(busy_services: Services, engine: HandDrivenEngine, uploads: Path) -> Queue:
    return Queue(busy_services, engine, uploads)


def poll_list(queue: Queue, _: Ticket) -> Callable[[], object]:
    version = queue.services.recordings.changes("").version
    return lambda: queue.services.recordings.changes(version)


def ask_for_one(queue: Queue, last: Ticket) -> Callable[[], object]:
    return lambda: queue.services.transcription.progress(last.run_id)


def poll_work_page(queue: Queue, _: Ticket) -> Callable[[], object]:
    return queue.services.work.overview


@pytest.fixture
def few_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.services.work.MAX_SHOWN", FEW - 1)


@pytest.mark.usefixtures("few_are_shown")
@pytest.mark.parametrize("poll", [poll_list, ask_for_one, poll_work_page])
def test_a_poll_works_as_little_with_many_queued_runs_as_with_few(
    queue: Queue, poll: Callable[[Queue, Ticket], Callable[[], object]]
) -> None:
    def work_with(size: int) -> int:
        again = poll(queue, queue.fill(size))
        return min(count_opcodes(again) for _ in range(3))

    few, many = work_with(FEW), work_with(MANY)

    assert many < GROWTH * few


@pytest.mark.usefixtures("few_are_shown")
def test_the_work_page_costs_the_same_with_many_recordings_to_review(tmp_path: Path) -> None:
    def work_with(size: int) -> int:
        workspace = tmp_path / str(size)
        for number in range(size):
            add_talk(workspace, f"{number:02x}", num_sentences=1)
        with closing(open_services(workspace, HandDrivenEngine())) as services:
            assert services.work.overview().groups[ReviewState.NEW].total == size
            return min(count_opcodes(services.work.overview) for _ in range(3))

    assert work_with(4 * FEW) < GROWTH * work_with(FEW)


def test_a_status_and_a_search_for_work_cost_the_same_with_many_queued_jobs() -> None:
    request = JobRequest(Path("a.wav"), PipelineOptions())

    def work_with(size: int) -> int:
        board: JobBoard[None] = JobBoard()
        last = [board.add(request) for _ in range(size)][-1]

        def look() -> None:
            assert board.has_work()
            assert board.add_worker()
            assert board.status(last).queue_position == size - 1

        look()
        return count_opcodes(look)

    assert work_with(MANY) == work_with(FEW)


def test_queued_jobs_are_not_looked_at_while_one_is_running(
    queue: Queue, engine: HandDrivenEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.fill(FEW)
    asked: list[str] = []
    status = engine.status

    def counted_status(job_id: str):
        asked.append(job_id)
        return status(job_id)

    monkeypatch.setattr(engine, "status", counted_status)

    eventually(lambda: len(asked) > FEW)
    assert len(set(asked)) == 1
