from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.asr.coverage import HeardUnit, count_heard_parts
from pipeline.asr.window_packing import PackedWindow, make_parts
from pipeline.intervals import Interval

PART_MS = 5_000


def window_of(num_parts: int) -> PackedWindow:
    """Parts of five seconds, a second apart, heard without the silence between."""
    pieces = [
        (i, Interval(i * (PART_MS + 1_000), i * (PART_MS + 1_000) + PART_MS))
        for i in range(num_parts)
    ]
    return PackedWindow(make_parts(pieces, pad_ms=0, duration_ms=100_000))


def said(start_ms: int, end_ms: int) -> HeardUnit:
    return HeardUnit(start_ms // PART_MS, start_ms, end_ms)


def test_a_window_heard_to_its_end_is_done() -> None:
    units = [said(1_000, 1_500), said(6_000, 6_400), said(14_000, 14_500)]

    assert count_heard_parts(window_of(3), units, mind_holes=True) == 3


def test_parts_after_the_last_word_belong_into_the_next_window() -> None:
    assert count_heard_parts(window_of(3), [said(4_000, 4_500)], mind_holes=True) == 1


def test_a_part_heard_in_its_beginning_alone_is_heard_again() -> None:
    units = [said(4_000, 4_500), said(5_200, 6_000)]

    assert count_heard_parts(window_of(2), units, mind_holes=True) == 1


def test_a_part_without_words_between_others_is_heard_again() -> None:
    units = [said(4_000, 4_500), said(14_000, 14_500)]

    assert count_heard_parts(window_of(3), units, mind_holes=True) == 1
    assert count_heard_parts(window_of(3), units, mind_holes=False) == 3


def test_a_word_stretched_over_a_part_does_not_count_as_heard_there() -> None:
    units = [said(4_000, 4_500), said(5_500, 9_500), said(14_000, 14_500)]

    assert count_heard_parts(window_of(3), units, mind_holes=True) == 1


def test_a_window_in_which_nothing_is_understood_is_done() -> None:
    assert count_heard_parts(window_of(4), [], mind_holes=True) == 4


@given(st.integers(1, 6), st.lists(st.integers(0, 29_000), max_size=20), st.booleans())
def test_at_least_one_part_is_done_each_time(
    num_parts: int, starts_ms: list[int], mind_holes: bool
) -> None:
    units = [said(start, start + 200) for start in sorted(starts_ms) if start < num_parts * PART_MS]

    assert 1 <= count_heard_parts(window_of(num_parts), units, mind_holes=mind_holes) <= num_parts
