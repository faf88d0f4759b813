from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.intervals import Interval, merge_close
from pipeline.speakers.embedding.windows import WindowPlan, slide, windows_along, windows_over

RATE = 16_000
SIZE, HOP = 24_000, 12_000  # samples: 1.5 s, 0.75 s
SEGMENT_START_S = 10.0


def slow_windows(length: int) -> list[tuple[int, int]]:
    """The published rule, one candidate start after the other."""
    windows: list[tuple[int, int]] = []
    last_end = 0
    start = 0
    while start < length:
        end = min(start + SIZE, length)
        if end <= last_end:
            break
        last_end = end
        windows.append((max(0, end - SIZE), end))
        start += HOP
    return windows


@pytest.mark.parametrize(
    ("length", "expected_s"),
    [
        (8000, [(10.0, 10.5)]),
        (24000, [(10.0, 11.5)]),
        (24001, [(10.0, 11.5), (10.0000625, 11.5000625)]),
        (30000, [(10.0, 11.5), (10.375, 11.875)]),
        (36000, [(10.0, 11.5), (10.75, 12.25)]),
        (36001, [(10.0, 11.5), (10.75, 12.25), (10.7500625, 12.2500625)]),
        (48000, [(10.0, 11.5), (10.75, 12.25), (11.5, 13.0)]),
    ],
)
def test_windows_of_a_segment_at_ten_seconds_are_those_of_the_reference(
    length: int, expected_s: list[tuple[float, float]]
) -> None:
    windows = slide(length, size=SIZE, hop=HOP)

    in_seconds = [
        (start / RATE + SEGMENT_START_S, end / RATE + SEGMENT_START_S) for start, end in windows
    ]
    assert in_seconds == expected_s


@given(st.integers(0, 400_000))
def test_windows_equal_the_rule_written_as_a_loop(length: int) -> None:
    assert list(slide(length, size=SIZE, hop=HOP)) == slow_windows(length)


@given(st.integers(1, 60_000), st.integers(100, 3000), st.integers(1, 3000))
def test_windows_cover_the_stretch_and_have_one_size(length: int, size: int, hop: int) -> None:
    hop = min(hop, size)

    windows = slide(length, size=size, hop=hop)

    assert windows[0][0] == 0
    assert windows[-1][1] == length
    assert all(end - start == min(size, length) for start, end in windows)
    assert all(later[0] <= earlier[1] for earlier, later in pairwise(windows))


def test_windows_stay_inside_their_segment() -> None:
    segments = (Interval(1000, 1300), Interval(2000, 4000))

    windows = windows_over(segments, window_ms=1500, hop_ms=750)

    assert windows == (Interval(1000, 1300), Interval(2000, 3500), Interval(2500, 4000))


def test_no_segment_gives_no_window() -> None:
    assert windows_over((), window_ms=1500, hop_ms=750) == ()


def test_windows_lie_in_the_middle_of_equal_parts_once_enough_has_been_said() -> None:
    plan = WindowPlan(dense_speech_ms=3000, part_ms=2250)
    segments = (Interval(0, 3000), Interval(5000, 8000), Interval(9000, 11000))

    windows = tuple(windows_along(segments, plan))

    assert windows == (
        *(Interval(0, 1500), Interval(750, 2250), Interval(1500, 3000)),
        *(Interval(5000, 6500), Interval(6500, 8000)),
        Interval(9250, 10750),
    )


def test_the_classic_windows_keep_their_hop_for_ever() -> None:
    segments = tuple(Interval(at, at + 9000) for at in range(0, 1_000_000, 10_000))

    windows = tuple(windows_along(segments, WindowPlan.classic()))

    assert windows == windows_over(segments, window_ms=1500, hop_ms=750)


def test_windows_of_a_segment_come_before_the_next_segment_is_there() -> None:
    def segments() -> Iterator[Interval]:
        yield Interval(0, 2000)
        pytest.fail("the second segment was asked for")

    windows = windows_along(segments(), WindowPlan())

    assert (next(windows), next(windows)) == (Interval(0, 1500), Interval(500, 2000))


STRETCHES = st.lists(st.tuples(st.integers(1, 500), st.integers(10, 600)), max_size=30)
DENSE_MS = st.none() | st.integers(0, 60_000)


def segments_of(stretches: list[tuple[int, int]]) -> list[Interval]:
    """Return segments on whole frames, from the frames of the pause before and of each."""
    at_ms, segments = 0, []
    for pause, length in stretches:
        segments.append(Interval(at_ms + 10 * pause, at_ms + 10 * (pause + length)))
        at_ms = segments[-1].end_ms
    return segments


@given(STRETCHES, DENSE_MS)
def test_windows_without_gaps_cover_all_speech(
    stretches: list[tuple[int, int]], dense_ms: int | None
) -> None:
    segments = segments_of(stretches)

    windows = tuple(windows_along(segments, WindowPlan(dense_speech_ms=dense_ms).without_gaps()))

    assert merge_close(windows) == merge_close(segments)


@given(STRETCHES, DENSE_MS, st.integers(1500, 3000))
def test_windows_leave_no_more_than_the_rest_of_a_part_uncovered(
    stretches: list[tuple[int, int]], dense_ms: int | None, part_ms: int
) -> None:
    segments = segments_of(stretches)
    plan = WindowPlan(dense_speech_ms=dense_ms, part_ms=part_ms)

    windows = tuple(windows_along(segments, plan))

    at_side_ms = (part_ms - plan.window_ms) // 2 + 10
    for segment in segments:
        own = [each for each in windows if each.overlap_ms(segment)]
        assert all(each.start_ms % 10 == each.end_ms % 10 == 0 for each in own)
        assert {each.duration_ms for each in own} == {min(1500, segment.duration_ms)}
        assert segment.start_ms <= own[0].start_ms <= segment.start_ms + at_side_ms
        assert segment.end_ms - at_side_ms <= own[-1].end_ms <= segment.end_ms
        assert all(
            earlier.start_ms < later.start_ms <= earlier.end_ms + 2 * at_side_ms
            for earlier, later in pairwise(own)
        )
