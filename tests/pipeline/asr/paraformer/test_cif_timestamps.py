from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.asr.paraformer.cif_timestamps import (
    TimeSpan,
    clamp_times,
    integrate,
    reference_times,
    segment_times,
)

VECTORS = [  # spec A.4: fires, frames, characters, milliseconds
    ([3, 9, 20, 33], 40, 3, [(30, 150), (150, 370), (370, 610)]),
    ([20, 25, 60, 66], 70, 3, [(370, 470), (470, 710), (1170, 1345)]),
    ([2, 8, 14], 15, 2, [(10, 130), (130, 300)]),
    ([2, 8, 40], 60, 2, [(10, 130), (130, 370)]),
    ([2, 8, 40], 41, 2, [(10, 130), (130, 370)]),
    ([6, 12], 30, 1, [(90, 405)]),
]


def peaks_at(fires: list[int], num_frames: int) -> NDArray[np.float32]:
    peaks = np.full(num_frames, 0.5, dtype=np.float32)
    peaks[fires] = 1.0
    return peaks


def spans(times: list[tuple[int, int]]) -> tuple[TimeSpan, ...]:
    return tuple(TimeSpan(*each) for each in times)


@pytest.mark.parametrize(("fires", "num_frames", "num_chars", "times"), VECTORS)
def test_the_reference_rules_give_the_published_times(
    fires: list[int], num_frames: int, num_chars: int, times: list[tuple[int, int]]
) -> None:
    weights = np.zeros(num_frames, dtype=np.float32)

    found = reference_times(weights, peaks_at(fires, num_frames), num_chars)

    assert found == spans(times)


def test_where_peaks_and_characters_differ_in_number_the_weights_are_scaled() -> None:
    weights = np.zeros(30, dtype=np.float32)
    weights[[3, 4, 10, 11, 19, 20]] = [0.6, 0.6, 0.5, 0.7, 0.4, 0.5]

    found = reference_times(weights, peaks_at([5], 30), 2)

    assert found == spans([(50, 190), (190, 485)])


def test_times_are_truncated_as_the_reference_does() -> None:
    # Frame 401.5 times 0.02 times 1000 is 8029.99... in floating point.
    found = reference_times(np.zeros(410, np.float32), peaks_at([398, 403], 410), 1)

    assert found[0].start_ms == 7930
    assert reference_times(np.zeros(420, np.float32), peaks_at([403, 408, 413], 420), 2)[0] == (
        TimeSpan(8029, 8130)
    )


def test_the_reference_rules_may_start_before_the_segment_and_the_default_does_not() -> None:
    peaks = peaks_at([0, 6], 20)
    weights = np.zeros(20, dtype=np.float32)

    assert reference_times(weights, peaks, 1)[0].start_ms == -30
    assert segment_times(weights, peaks, 1, duration_ms=400)[0].start_ms == 0


def test_no_characters_have_no_times() -> None:
    peaks = peaks_at([3, 9], 20)

    assert reference_times(np.zeros(20, np.float32), peaks, 0) == ()
    assert segment_times(np.zeros(20, np.float32), peaks, 0, duration_ms=400) == ()


@pytest.mark.parametrize("num_frames", [0, 1, 30])
def test_characters_without_any_evidence_still_have_times(num_frames: int) -> None:
    nothing = np.zeros(num_frames, dtype=np.float32)

    found = segment_times(nothing, nothing, 3, duration_ms=600)

    assert len(found) == 3
    assert all(0 <= each.start_ms < each.end_ms <= 600 for each in found)


def test_the_integral_is_what_the_network_records() -> None:
    weights = np.array([0.5, 0.4, 0.3, 0.9, 0.05], dtype=np.float32)

    # What is over at a fire stays: 1.2 - 0.9999, then 1.1001 - 0.9999.
    np.testing.assert_allclose(integrate(weights), [0.5, 0.9, 1.2, 1.1001, 0.1502], atol=1e-6)


WEIGHTS = st.lists(
    st.floats(0, 2, width=32) | st.sampled_from([0.0, 1.0]), min_size=0, max_size=80
).map(lambda values: np.array(values, dtype=np.float32))


@given(WEIGHTS, WEIGHTS, st.integers(0, 40), st.integers(1, 2_000))
def test_times_are_as_many_as_characters_sorted_and_inside(
    weights: NDArray[np.float32], peaks: NDArray[np.float32], num_chars: int, duration_ms: int
) -> None:
    num_frames = min(weights.size, peaks.size)

    found = segment_times(
        weights[:num_frames], peaks[:num_frames], num_chars, duration_ms=duration_ms
    )

    assert len(found) == num_chars
    assert all(0 <= each.start_ms < each.end_ms <= duration_ms for each in found)
    starts = [each.start_ms for each in found]
    assert starts == sorted(starts)


@given(WEIGHTS, st.integers(1, 40))
def test_the_reference_rules_too_give_one_time_for_each_character(
    weights: NDArray[np.float32], num_chars: int
) -> None:
    found = reference_times(weights, integrate(weights), num_chars)

    assert len(found) == (num_chars if weights.size else 0)


@given(st.lists(st.tuples(st.integers(-50, 900), st.integers(-50, 900)).map(sorted), max_size=9))
def test_times_that_fit_already_stay(times: list[list[int]]) -> None:
    fitting = [
        TimeSpan(start, end)
        for start, end in sorted(times)
        if 0 <= start < end <= 900  # what the segment allows
    ]

    assert clamp_times(tuple(fitting), duration_ms=900) == tuple(fitting)
