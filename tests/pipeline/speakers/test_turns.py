from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.intervals import Interval
from pipeline.core.transcript import SpeakerTurn
from pipeline.speakers.clustering.cluster_cleanup import number_by_appearance
from pipeline.speakers.embedding.windows import windows_over
from pipeline.speakers.turns import Run, join_touching, share_overlaps, smooth, turns_of_windows

WINDOWS = tuple(
    Interval(start, end)
    for start, end in (
        (0, 1500),
        (750, 2250),
        (1500, 3000),
        (2250, 3750),
        (5000, 6500),
        (6400, 7000),
    )
)
SEGMENTS = (Interval(0, 3750), Interval(5000, 7000))
A, B, C = 0, 1, 2


@pytest.mark.parametrize(
    ("raw_labels", "expected"),
    [
        ([5, 5, 2, 2, 2, 2], [(0, 1880, "S1"), (1880, 3750, "S2"), (5000, 7000, "S2")]),
        ([0, 0, 0, 0, 0, 0], [(0, 3750, "S1"), (5000, 7000, "S1")]),
        (
            [0, 1, 0, 1, 1, 0],
            [
                (0, 1120, "S1"),
                (1120, 1880, "S2"),
                (1880, 2620, "S1"),
                (2620, 3750, "S2"),
                (5000, 7000, "S2"),
            ],
        ),
        ([-1, -1, 3, 3, 3, -1], [(0, 1880, "S1"), (1880, 3750, "S2"), (5000, 7000, "S2")]),
    ],
)
def test_turns_of_labelled_windows_are_those_of_the_reference(
    raw_labels: list[int], expected: list[tuple[int, int, str]]
) -> None:
    labels = number_by_appearance(np.array(raw_labels, np.int64))

    assert turns_of_windows(WINDOWS, labels, SEGMENTS, duration_ms=7000) == tuple(
        SpeakerTurn(*turn) for turn in expected
    )


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (
            [Run(0, 1.875, A), Run(1.875, 2.375, B), Run(2.375, 4, C)],
            [Run(0, 1.88, A), Run(1.88, 4, C)],
        ),
        ([Run(0, 1, A), Run(1, 1.625, B), Run(1.625, 4, C)], [Run(0, 1.62, A), Run(1.62, 4, C)]),
        (
            [Run(0, 1.875, A), Run(1.875, 2.5, B), Run(2.5, 4, C)],
            [Run(0, 2.5, A), Run(2.5, 4, C)],
        ),
    ],
)
def test_a_short_turn_goes_to_the_neighbour_that_rounding_leaves_nearer(
    runs: list[Run], expected: list[Run]
) -> None:
    assert smooth(runs) == expected


def test_a_single_short_turn_stays_as_it_is() -> None:
    assert smooth([Run(0.003, 0.4, A)]) == [Run(0.003, 0.4, A)]


def test_overlapping_neighbours_meet_midway() -> None:
    assert share_overlaps([Run(0, 1.5, A), Run(0.75, 2.25, B)]) == [
        Run(0, 1.125, A),
        Run(1.125, 2.25, B),
    ]


def test_only_equal_neighbours_that_touch_are_joined() -> None:
    runs = [Run(0, 1, A), Run(1, 2, A), Run(2.5, 3, A), Run(3, 4, B)]

    assert join_touching(runs) == [Run(0, 2, A), Run(2.5, 3, A), Run(3, 4, B)]


segment_lists = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 900)), max_size=8)


@given(segment_lists, st.randoms(use_true_random=False))
def test_turns_are_sorted_disjoint_and_cover_the_speech_to_ten_milliseconds(
    gaps_and_lengths: list[tuple[int, int]], random: object
) -> None:
    segments: list[Interval] = []
    for gap, length in gaps_and_lengths:
        start = (segments[-1].end_ms if segments else 0) + 10 * gap
        segments.append(Interval(start, start + 10 * length))
    windows = windows_over(segments, window_ms=1500, hop_ms=750)
    labels = np.array([random.randrange(3) for _ in windows], np.int64)  # type: ignore[attr-defined]

    turns = turns_of_windows(windows, number_by_appearance(labels), segments, duration_ms=100_000)

    assert all(earlier.end_ms <= later.start_ms for earlier, later in pairwise(turns))
    covered = sum(turn.duration_ms for turn in turns)
    assert covered == sum(segment.duration_ms for segment in segments)
