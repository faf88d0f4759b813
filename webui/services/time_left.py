"""How long runs will still take, by the pace at which they were seen to get further."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MIN_STEP = 0.002  # of the whole; smaller steps are not noted, so that no run notes more than 500
MIN_SECONDS = 5.0  # before that, every guess is a wild one
SHORTEST_VIEW_S = 10.0  # the pace of less than that jumps about


@dataclass(frozen=True, slots=True)
class Pace:
    """When a run was seen to get further.

    The pace is that of the latter half of the time, and of 10 s at least: the beginning, with
    models to be loaded or work of an earlier time to be taken over, soon counts for nothing.

    Attributes:
        steps: (seconds, share of the whole that was done), both growing.
    """

    steps: tuple[tuple[float, float], ...] = ()

    def seen(self, now_s: float, fraction: float) -> Pace:
        """With what is seen now; a run that begins anew is timed anew."""
        if not self.steps or fraction < self.steps[-1][1]:
            return Pace(((now_s, fraction),))
        if fraction < self.steps[-1][1] + MIN_STEP:
            return self
        return Pace((*self.steps, (now_s, fraction)))

    def seconds_left(self, now_s: float) -> float | None:
        """Until the end; None as long as there is nothing to go by."""
        if not self.steps or now_s - self.steps[0][0] < MIN_SECONDS:
            return None
        then_s, before = self._long_enough_ago(now_s)
        done = self.steps[-1][1]
        if done <= before:
            return None
        return (1.0 - done) * (now_s - then_s) / (done - before)

    def _long_enough_ago(self, now_s: float) -> tuple[float, float]:
        view_s = max(SHORTEST_VIEW_S, (now_s - self.steps[0][0]) / 2)
        old = [step for step in self.steps if step[0] <= now_s - view_s]
        return old[-1] if old else self.steps[0]


@dataclass(frozen=True, slots=True)
class Job:
    """What is known of a job when the others ask how long they wait.

    Attributes:
        is_running: whether it has begun.
        duration_ms: length of its recording, None where that is not known.
        elapsed_seconds: since it began.
        seconds_left: until its end, None where that is not known.
    """

    is_running: bool
    duration_ms: int | None = None
    elapsed_seconds: float = 0.0
    seconds_left: float | None = None

    def seconds(self, seconds_per_ms: float | None) -> float | None:
        """How long others wait for it; `seconds_per_ms` is how long the work takes."""
        if self.is_running:
            return self.seconds_left
        if self.duration_ms is None or seconds_per_ms is None:
            return None
        return self.duration_ms * seconds_per_ms


def waiting_seconds(jobs: Sequence[Job]) -> tuple[float | None, ...]:
    """How long each waits for its turn: 0 once it runs, None where that cannot be known.

    Args:
        jobs: in the order in which they run.
    """
    seconds_per_ms = next(filter(None, map(_seconds_per_ms, jobs)), None)
    waits: list[float | None] = []
    ahead: float | None = 0.0
    for job in jobs:
        waits.append(0.0 if job.is_running else ahead)
        own = job.seconds(seconds_per_ms)
        ahead = None if ahead is None or own is None else ahead + own
    return tuple(waits)


def _seconds_per_ms(job: Job) -> float | None:
    if not job.is_running or not job.duration_ms or job.seconds_left is None:
        return None
    return (job.elapsed_seconds + job.seconds_left) / job.duration_ms
