from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.asr.whisper.windows.coverage import Coverage, TimedUnit, judge_coverage
from pipeline.asr.whisper.windows.window_packing import PackedWindow, make_parts
from pipeline.core.intervals import Interval

PART_MS = 5_000


def window_of(*lengths_ms: int) -> PackedWindow:
    """Parts of these lengths, a second apart, heard without the silence between."""
    pieces: list[tuple[int, Interval]] = []
    start_ms = 0
    for number, length_ms in enumerate(lengths_ms):
        pieces.append((number, Interval(start_ms, start_ms + length_ms)))
        start_ms += length_ms + 1_000
    return PackedWindow(make_parts(pieces, pad_ms=0, duration_ms=100_000))


def said(window: PackedWindow, *parts: int) -> list[TimedUnit]:
    """A word every half second through these parts."""
    return [
        TimedUnit(part, time_ms, time_ms + 500)
        for part in parts
        for time_ms in range(
            window.starts_ms[part], window.starts_ms[part] + window.parts[part].duration_ms, 500
        )
    ]


THREE = window_of(PART_MS, PART_MS, PART_MS)


def test_a_window_with_words_all_through_is_done() -> None:
    assert judge_coverage(THREE, said(THREE, 0, 1, 2)) == Coverage(3)


def test_parts_after_the_last_word_belong_into_the_next_window() -> None:
    assert judge_coverage(THREE, said(THREE, 0)) == Coverage(1)


def test_a_part_without_words_between_others_is_a_hole() -> None:
    assert judge_coverage(THREE, said(THREE, 0, 2)) == Coverage(3, ((1, 2),))


def test_parts_without_words_before_others_are_one_hole() -> None:
    assert judge_coverage(THREE, said(THREE, 2)) == Coverage(3, ((0, 2),))


def test_a_hole_and_an_unheard_end_are_told_apart() -> None:
    window = window_of(*[PART_MS] * 5)

    assert judge_coverage(window, said(window, 0, 2)) == Coverage(3, ((1, 2),))


def test_a_single_word_does_not_show_that_a_long_part_was_heard() -> None:
    units = [*said(THREE, 0), TimedUnit(1, 7_000, 9_500), *said(THREE, 2)]

    assert judge_coverage(THREE, units) == Coverage(3, ((1, 2),))


def test_a_part_of_which_the_end_is_missing_is_not_heard() -> None:
    units = [unit for unit in said(THREE, 0, 1) if unit.start_ms < 7_000]

    assert judge_coverage(THREE, units) == Coverage(1)


def test_a_long_number_is_more_than_one_word() -> None:
    number = TimedUnit(1, PART_MS, PART_MS + 4_500, num_syllables=10)

    assert judge_coverage(THREE, [*said(THREE, 0), number, *said(THREE, 2)]) == Coverage(3)


def test_short_sounds_need_no_word() -> None:
    window = window_of(PART_MS, 1_000, PART_MS)

    assert judge_coverage(window, said(window, 0, 2)) == Coverage(3)


def test_a_window_in_which_nothing_is_understood_is_done() -> None:
    assert judge_coverage(THREE, []) == Coverage(3)


@given(
    st.lists(st.integers(100, 8_000), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 29_000), st.integers(0, 3_000)), max_size=20),
)
def test_work_goes_on_and_holes_lie_apart_within_what_is_done(
    lengths_ms: list[int], chunks: list[tuple[int, int]]
) -> None:
    window = window_of(*lengths_ms)
    units = [
        TimedUnit(window.place(start, start + length).part, start, start + length)
        for start, length in sorted(chunks)
        if start < window.duration_ms
    ]

    coverage = judge_coverage(window, sorted(units, key=lambda unit: unit.part))

    assert 1 <= coverage.num_parts <= len(window.parts)
    borders = [-1, *(border for hole in coverage.holes for border in hole)]
    assert all(left < right for left, right in pairwise(borders))
    assert borders[-1] <= coverage.num_parts
