"""Estimates of the remaining and waiting times of jobs from their progress so far."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MIN_STEP = 0.002  # share of the whole; smaller steps are ignored, so a run has at most 500
MIN_SECONDS = 5.0  # no estimate before that time
SHORTEST_VIEW_S = 10.0  # the pace of shorter spans is too noisy
FEWEST_STEPS = 2
LATE = 2.0  # times the longest expected step: then the pace has changed


@dataclass(frozen=True, slots=True)
class Pace:
    """Observed progress of a run over time.

    The pace is computed over the latter half of the time, at least SHORTEST_VIEW_S, so that the
    loading of models and the restoring of a checkpoint have little influence.

    Attributes:
        steps: (seconds, completed share), both increasing.
        done_before: share completed before a restart, which is only restored up to that point.
    """

    steps: tuple[tuple[float, float], ...] = ()
    done_before: float = 0.0

    def seen(self, now_s: float, fraction: float) -> Pace:
        """Return the pace with an observation added, or unchanged if the progress is too small.

        The measurement starts anew while a resumed run repeats earlier progress.
        """
        done = self.steps[-1][1] if self.steps else 0.0
        done_before = max(self.done_before, done) if fraction < done else self.done_before
        if not self.steps or fraction < done_before or fraction < done:
            return Pace(((now_s, fraction),), done_before)
        if fraction < done + MIN_STEP:
            return self
        return Pace((*self.steps, (now_s, fraction)), done_before)

    def seconds_left(self, now_s: float) -> float | None:
        """Estimate the seconds until the end; return None without enough observations."""
        if len(self.steps) < FEWEST_STEPS or now_s - self.steps[0][0] < MIN_SECONDS:
            return None
        then_s, before = self._long_enough_ago(now_s)
        last_s, done = self.steps[-1]
        seconds_per_whole = (last_s - then_s) / (done - before)
        waited_s = now_s - last_s
        step = max(done - before for (_, before), (_, done) in pairwise(self.steps))
        if waited_s > LATE * step * seconds_per_whole:
            return (1.0 - done) * (now_s - then_s) / (done - before)
        after_next_step = max(0.0, 1.0 - done - step) * seconds_per_whole
        return max(after_next_step, (1.0 - done) * seconds_per_whole - waited_s)

    def _long_enough_ago(self, now_s: float) -> tuple[float, float]:
        view_s = max(SHORTEST_VIEW_S, (now_s - self.steps[0][0]) / 2)
        old = [step for step in self.steps[:-1] if step[0] <= now_s - view_s]
        return old[-1] if old else self.steps[0]


@dataclass(frozen=True, slots=True)
class Job:
    """State of a job, from which waiting times are estimated.

    Attributes:
        is_running: whether it has begun.
        duration_ms: length of its recording, None if unknown.
        elapsed_seconds: seconds since it began.
        seconds_left: seconds until its end, None if unknown.
    """

    is_running: bool
    duration_ms: int | None = None
    elapsed_seconds: float = 0.0
    seconds_left: float | None = None

    def seconds(self, seconds_per_ms: float | None) -> float | None:
        """Estimate the seconds of work left, from those per ms of audio; None if unknown."""
        if self.seconds_left is not None:
            return self.seconds_left
        if self.duration_ms is None or seconds_per_ms is None:
            return None
        return max(0.0, self.duration_ms * seconds_per_ms - self.elapsed_seconds)


def waiting_seconds(jobs: Sequence[Job]) -> tuple[float | None, ...]:
    """Estimate the seconds until each job begins, 0 for a running one, None if unknown.

    Each queued job begins when the first of the workers, one per running job, is free.

    Args:
        jobs: in the order in which they run, the running ones first.
    """
    seconds_per_ms = pace_of(jobs)
    free_s = [each.seconds(seconds_per_ms) for each in jobs if each.is_running] or [0.0]
    known_s = [each for each in free_s if each is not None]
    heapq.heapify(known_s)
    is_known = len(known_s) == len(free_s)
    waits: list[float | None] = []
    for job in jobs:
        if job.is_running:
            waits.append(0.0)
            continue
        waits.append(known_s[0] if is_known else None)
        own = job.seconds(seconds_per_ms)
        is_known = is_known and own is not None
        if is_known:
            heapq.heapreplace(known_s, known_s[0] + (own or 0.0))
    return tuple(waits)


def pace_of(jobs: Sequence[Job]) -> float | None:
    """Return the seconds of work per ms of audio of the first running job with an estimate."""
    return next(filter(None, map(_seconds_per_ms, jobs)), None)


def _seconds_per_ms(job: Job) -> float | None:
    if not job.is_running or not job.duration_ms or job.seconds_left is None:
        return None
    return (job.elapsed_seconds + job.seconds_left) / job.duration_ms
