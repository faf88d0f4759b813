"""How many progress reports leave a worker."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.progress import Stage, StageProgress
from pipeline.engines.worker import ReportThrottle

STEPS = st.lists(st.tuples(st.floats(0, 0.2), st.sampled_from(Stage)), max_size=200)


@given(STEPS)
def test_no_second_holds_more_than_twenty_reports_besides_new_stages(
    steps: list[tuple[float, Stage]],
) -> None:
    now_s = 0.0
    throttle = ReportThrottle(clock=lambda: now_s)
    sent_s: list[float] = []

    for pause_s, stage in steps:
        now_s += pause_s
        if throttle.lets_through(StageProgress(stage, 0, 1)):
            sent_s.append(now_s)

    busiest = max((sum(start <= t < start + 1 for t in sent_s) for start in sent_s), default=0)
    assert busiest <= 21 + len(Stage)  # both ends of the second counted


@given(STEPS)
def test_each_stage_is_announced_when_it_begins(steps: list[tuple[float, Stage]]) -> None:
    throttle = ReportThrottle(clock=lambda: 0.0)

    announced = [stage for _, stage in steps if throttle.lets_through(StageProgress(stage, 0, 1))]

    assert announced == list(dict.fromkeys(stage for _, stage in steps))
