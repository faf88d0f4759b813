"""Tests of the order of queued jobs, in which people take turns."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.options import PipelineOptions
from pipeline.engines.engine import JobRequest, JobState, Priority
from pipeline.engines.job_board import JobBoard
from pipeline.engines.outcome import Outcome

LIVE, SHORT, LONG = Priority.LIVE, Priority.SHORT, Priority.LONG


class Queue:
    """A board whose jobs are known by name."""

    def __init__(self) -> None:
        self.board: JobBoard[None] = JobBoard()
        self._names: dict[str, str] = {}
        self._ids: dict[str, str] = {}

    def add(self, name: str, person: str, priority: Priority = LONG) -> None:
        request = JobRequest(Path(name), PipelineOptions(), person=person, priority=priority)
        job_id = self.board.add(request)
        self._names[job_id], self._ids[name] = name, job_id

    def start(self) -> str:
        job = self.board.take_next()
        assert job is not None
        return self._names[job.job_id]

    def run(self) -> str:
        """Start and end the next job; return its name."""
        name = self.start()
        self.board.end(self._ids[name], Outcome(JobState.DONE))
        return name

    def ahead(self, name: str) -> int:
        return self.board.status(self._ids[name]).queue_position

    def cancel(self, name: str) -> None:
        self.board.request_cancel(self._ids[name])


def test_people_take_turns_however_many_jobs_one_of_them_has() -> None:
    queue = Queue()
    for number in range(100):
        queue.add(f"hundred-{number}", "one")
    for number in range(20):
        queue.add(f"other-{number}", f"person {number}")

    started = [queue.run() for _ in range(21)]

    assert started == ["hundred-0", *(f"other-{number}" for number in range(20))]


def test_a_person_who_comes_during_a_hundred_jobs_is_next() -> None:
    queue = Queue()
    for number in range(100):
        queue.add(f"hundred-{number}", "one")
    for _ in range(50):
        queue.run()

    queue.add("late", "another")

    assert queue.ahead("late") == 0
    assert [queue.run(), queue.run()] == ["late", "hundred-50"]


def test_a_person_served_in_this_round_follows_those_who_were_not() -> None:
    queue = Queue()
    queue.add("a1", "a")
    queue.add("b1", "b")
    queue.run()

    queue.add("a2", "a", SHORT)

    assert [queue.run(), queue.run()] == ["b1", "a2"]


def test_live_jobs_precede_all_and_short_jobs_the_long_ones_of_a_round() -> None:
    queue = Queue()
    queue.add("long", "a")
    queue.add("short", "b", SHORT)
    queue.add("second of a", "a", SHORT)
    queue.add("live", "c", LIVE)

    assert [queue.run() for _ in range(4)] == ["live", "short", "second of a", "long"]


def test_short_jobs_of_others_delay_a_long_one_by_one_job_each() -> None:
    queue = Queue()
    queue.add("long", "a")
    for number in range(30):
        queue.add(f"short-{number}", "b", SHORT)

    assert [queue.run(), queue.run()] == ["short-0", "long"]


def test_jobs_of_one_person_run_in_the_order_of_submission() -> None:
    queue = Queue()
    for name in ("first", "second", "third"):
        queue.add(name, "")

    assert [queue.run() for _ in range(3)] == ["first", "second", "third"]


def test_positions_count_running_jobs_and_change_as_others_end_or_are_cancelled() -> None:
    queue = Queue()
    for number in range(3):
        queue.add(f"a{number}", "a")
    queue.add("b", "b")
    queue.start()

    before = [queue.ahead(name) for name in ("a0", "b", "a1", "a2")]
    queue.cancel("b")

    assert before == [0, 1, 2, 3]
    assert [queue.ahead(name) for name in ("a0", "b", "a1", "a2")] == [0, 0, 1, 2]


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from([SHORT, LONG]), st.booleans()),
        max_size=40,
    )
)
def test_no_person_gets_two_jobs_ahead_of_another_who_waits(
    steps: list[tuple[str, Priority, bool]],
) -> None:
    queue, waiting, since = Queue(), dict.fromkeys("abcd", 0), {each: {} for each in "abcd"}

    def start() -> None:
        person = queue.run().partition("-")[0]
        waiting[person] -= 1
        since[person] = {}
        for other in set("abcd") - {person}:
            if waiting[other]:
                since[other][person] = since[other].get(person, 0) + 1
                assert since[other][person] <= 2  # at most the rest of a round and one more

    for number, (person, priority, starts) in enumerate(steps):
        queue.add(f"{person}-{number}", person, priority)
        waiting[person] += 1
        if starts:
            start()
    while any(waiting.values()):
        start()
