import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.intervals import Interval, intersect, merge_close, subtract, total_ms

intervals = st.builds(
    lambda start, length: Interval(start, start + length), st.integers(0, 300), st.integers(1, 60)
)
lists = st.lists(intervals, max_size=12)


def covered(each):
    return {ms for interval in each for ms in range(interval.start_ms, interval.end_ms)}


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 5), (6, 5)])
def test_an_interval_without_length_or_before_the_start_is_refused(start, end):
    with pytest.raises(ValueError, match=f"start_ms={start}, end_ms={end}"):
        Interval(start, end)


@given(lists)
def test_merging_covers_the_same_moments_with_disjoint_sorted_intervals(each):
    merged = merge_close(each)

    assert covered(merged) == covered(each)
    assert all(a.end_ms < b.start_ms for a, b in itertools.pairwise(merged))


@given(lists, st.integers(0, 40))
def test_merging_closes_gaps_up_to_the_limit_and_no_longer_ones(each, gap):
    merged = merge_close(each, max_gap_ms=gap)

    assert covered(each) <= covered(merged)
    assert all(b.start_ms - a.end_ms > gap for a, b in itertools.pairwise(merged))


@given(lists, lists)
def test_an_intersection_covers_what_both_cover(first, second):
    common = intersect(merge_close(first), merge_close(second))

    assert covered(common) == covered(first) & covered(second)
    assert total_ms(common) == len(covered(first) & covered(second))


@given(lists, lists)
def test_a_difference_covers_what_only_the_first_covers(first, second):
    left = subtract(merge_close(first), merge_close(second))

    assert covered(left) == covered(first) - covered(second)
    assert all(a.end_ms < b.start_ms for a, b in itertools.pairwise(left))


@given(intervals, intervals)
def test_overlap_and_gap_measure_the_same_border_from_both_sides(first, second):
    assert first.overlap_ms(second) == len(covered([first]) & covered([second]))
    assert first.gap_ms(second) == second.gap_ms(first)
    assert first.overlap_ms(second) == 0 or first.gap_ms(second) == 0
