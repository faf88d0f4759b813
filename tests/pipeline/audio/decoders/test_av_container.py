from __future__ import annotations

import pytest

from pipeline.audio.decoders.av_container import Timeline

RATE_HZ = 1_000
FRAME = 100  # samples, a tenth of a second


def missing(times_s: list[float | None], *, start_s: float = 0.0) -> list[int]:
    timeline = Timeline(start_s)
    return [timeline.num_missing(time_s, FRAME, RATE_HZ) for time_s in times_s]


def test_frames_that_follow_each_other_miss_nothing() -> None:
    assert missing([0.0, 0.1, 0.2, 0.3]) == [0, 0, 0, 0]


def test_jitter_is_not_a_gap() -> None:
    assert missing([0.0, 0.25, 0.12, 0.4]) == [0, 0, 0, 0]


def test_a_pause_is_filled_once() -> None:
    assert missing([0.0, 1.1, 1.2]) == [0, 1_000, 0]


def test_a_track_that_starts_after_the_file_is_moved_to_its_place() -> None:
    assert missing([11.5, 11.6], start_s=10.0) == [1_500, 0]


def test_frames_without_times_miss_nothing() -> None:
    assert missing([None, None, None]) == [0, 0, 0]


def test_a_clock_that_goes_back_misses_nothing() -> None:
    assert missing([5.0, 0.0, 0.1]) == [5_000, 0, 0]


@pytest.mark.parametrize("time_s", [4_000.0, 1e12])
def test_an_impossible_time_fills_nothing(time_s: float) -> None:
    assert missing([0.0, time_s]) == [0, 0]


def test_all_pauses_together_fill_at_most_an_hour() -> None:
    filled = missing([1_500.0 * number for number in range(1, 9)])

    assert sum(filled) <= 3_600 * RATE_HZ
    assert filled[:2] == [1_500_000, 1_499_900]
