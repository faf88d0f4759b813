"""Tests of time estimates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webui.services.runs.time_left import MIN_STEP, Job, Pace, waiting_seconds


def paced(*seen: tuple[float, float]) -> Pace:
    pace = Pace()
    for now_s, fraction in seen:
        pace = pace.seen(now_s, fraction)
    return pace


def steady(until_s: int, per_second: float, start: float = 0.0) -> list[tuple[float, float]]:
    return [(float(second), start + per_second * second) for second in range(until_s + 1)]


def test_a_steady_run_has_an_accurate_time_estimate() -> None:
    assert paced(*steady(20, 0.01)).seconds_left(20.0) == pytest.approx(80.0)


@pytest.mark.parametrize(
    ("seen", "now_s"),
    [([], 100.0), ([(0.0, 0.0)], 100.0), (steady(4, 0.01), 4.0)],
    ids=["nothing", "no progress", "too early"],
)
def test_there_is_no_estimate_without_observations(
    seen: list[tuple[float, float]], now_s: float
) -> None:
    assert paced(*seen).seconds_left(now_s) is None


def test_work_restored_from_a_checkpoint_does_not_distort_the_pace() -> None:
    taken_over = [(0.0, 0.0), (0.5, 0.25), (1.0, 0.5)]
    then = [(1.0 + second, 0.5 + 0.005 * second) for second in range(1, 30)]

    assert paced(*taken_over, *then).seconds_left(30.0) == pytest.approx(71.0, rel=0.05)


def test_a_stalled_run_has_growing_time_estimates() -> None:
    pace = paced(*steady(60, 0.01))

    assert pace.seconds_left(60.0) < pace.seconds_left(70.0) < pace.seconds_left(80.0)


def test_a_run_of_few_long_steps_counts_down_between_them() -> None:
    pace = paced((0.0, 0.0), (20.0, 0.2), (40.0, 0.4))

    assert pace.seconds_left(40.0) == pytest.approx(60.0)
    assert pace.seconds_left(50.0) == pytest.approx(50.0)
    assert pace.seconds_left(70.0) == pytest.approx(40.0)  # a step that is late is about to end


def test_a_restarted_run_is_timed_after_it_caught_up() -> None:
    killed = [*steady(50, 0.01), (60.0, 0.0), (61.0, 0.3), (62.0, 0.49)]
    going_on = [(62.0 + second, 0.5 + 0.005 * second) for second in range(1, 20)]

    assert paced(*killed).seconds_left(70.0) is None
    assert paced(*killed, *going_on).seconds_left(81.0) == pytest.approx(81.0, rel=0.05)


@given(st.lists(st.floats(0.0, 1.0), max_size=2_000))
def test_the_number_of_recorded_steps_is_bounded(fractions: list[float]) -> None:
    pace = paced(*((float(number), each) for number, each in enumerate(fractions)))

    assert len(pace.steps) <= 1 / MIN_STEP + 1


def test_the_next_queued_run_waits_for_the_rest_of_the_running_one() -> None:
    running = Job(True, duration_ms=None, elapsed_seconds=60.0, seconds_left=30.0)

    assert waiting_seconds([running, Job(False), Job(False)]) == (0.0, 30.0, None)


def test_queued_runs_are_estimated_at_the_pace_of_the_running_one() -> None:
    running = Job(True, duration_ms=100_000, elapsed_seconds=30.0, seconds_left=20.0)
    short, long = Job(False, duration_ms=10_000), Job(False, duration_ms=600_000)

    assert waiting_seconds([running, short, long]) == pytest.approx((0.0, 20.0, 25.0))


def test_queued_runs_have_no_estimate_before_the_running_one_has() -> None:
    assert waiting_seconds([Job(True, 1_000), Job(False, 1_000)]) == (0.0, None)


def test_queued_runs_begin_when_the_first_of_several_running_ones_ends() -> None:
    running = [Job(True, 100_000, elapsed, 100.0 - elapsed) for elapsed in (90.0, 40.0)]
    queued = [Job(False, duration_ms=20_000)] * 4

    waits = waiting_seconds([*running, *queued])

    assert waits == pytest.approx((0.0, 0.0, 10.0, 30.0, 50.0, 60.0))


def test_a_run_that_has_just_begun_is_estimated_at_the_pace_of_another() -> None:
    paced_run = Job(True, 100_000, elapsed_seconds=60.0, seconds_left=40.0)
    new, queued = Job(True, 30_000, elapsed_seconds=2.0), Job(False, 1_000)

    assert waiting_seconds([new, paced_run, queued]) == pytest.approx((0.0, 0.0, 28.0))


def test_queued_runs_have_no_estimate_beside_a_running_one_of_unknown_length() -> None:
    running = [Job(True, 100_000, 60.0, seconds_left=40.0), Job(True, elapsed_seconds=2.0)]

    assert waiting_seconds([*running, Job(False, 1_000)]) == (0.0, 0.0, None)
