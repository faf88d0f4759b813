from __future__ import annotations

import pytest

from benchmarks.our_worker import GraphClock


@pytest.mark.parametrize(
    ("runs", "idle_s"),
    [
        ([], 10.0),
        ([(0.0, 10.0)], 0.0),
        ([(1.0, 3.0), (5.0, 6.0)], 7.0),
        ([(1.0, 5.0), (2.0, 3.0), (4.0, 6.0)], 5.0),  # at the same time in several threads
        ([(5.0, 6.0), (1.0, 3.0)], 7.0),
    ],
)
def test_time_without_any_graph_at_work_is_counted_once(runs, idle_s):
    clock = GraphClock()
    clock._runs = list(runs)

    assert clock.idle_s(0.0, 10.0) == idle_s
    assert clock.idle_s(10.0, 12.0) == 2.0
