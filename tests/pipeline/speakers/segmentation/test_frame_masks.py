from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.core.intervals import Interval
from pipeline.speakers.segmentation.frame_masks import (
    close_gaps,
    drop_short,
    extend_runs,
    mask_of,
    runs_of,
)

masks = hnp.arrays(np.bool_, st.integers(0, 60))


def drawn(text: str) -> np.ndarray:
    """A mask as a person draws it: # is in, . is out."""
    return np.array([letter == "#" for letter in text], dtype=np.bool_)


@given(masks)
def test_runs_and_mask_hold_the_same(mask: np.ndarray) -> None:
    intervals = [Interval(int(start) * 10, int(end) * 10) for start, end in runs_of(mask)]

    assert np.array_equal(mask_of(intervals, len(mask)), mask)


def test_a_mask_ends_with_the_recording() -> None:
    assert mask_of([Interval(20, 500)], 4).tolist() == [False, False, True, True]


def test_gaps_up_to_the_limit_are_closed_unless_something_is_in_the_way() -> None:
    mask, obstacles = drawn("##..##...##..#"), drawn("...........#..")

    assert np.array_equal(close_gaps(mask, max_gap=2), drawn("######...#####"))
    assert np.array_equal(close_gaps(mask, max_gap=2, obstacles=obstacles), drawn("######...##..#"))


def test_silence_before_the_first_and_after_the_last_run_is_not_a_gap() -> None:
    assert np.array_equal(close_gaps(drawn(".#.#."), max_gap=5), drawn(".###."))


def test_short_stretches_are_dropped() -> None:
    assert np.array_equal(drop_short(drawn("#.##.###"), min_length=3), drawn(".....###"))


def test_growing_stops_at_what_does_not_let_it_in() -> None:
    mask, into = drawn("...##....#"), drawn("#.#...###.")

    assert np.array_equal(extend_runs(mask, frames=2), drawn(".#########"[:7] + "###"))
    assert np.array_equal(extend_runs(mask, frames=2, into=into), drawn("..###..###"))


@given(masks, st.integers(0, 5))
def test_growing_equals_looking_around_every_frame(mask: np.ndarray, frames: int) -> None:
    slow = [mask[max(0, i - frames) : i + frames + 1].any() for i in range(len(mask))]

    assert extend_runs(mask, frames=frames).tolist() == slow
