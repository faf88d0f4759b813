from __future__ import annotations

from pipeline.live.recognition.tail_pace import TailPace


def passes(pace: TailPace, *, first_ms: int, last_ms: int, lag_ms: int) -> list[int]:
    return [
        now_ms for now_ms in range(first_ms, last_ms, 100) if pace.is_due(now_ms, lag_ms=lag_ms)
    ]


def test_without_lag_a_pass_is_due_every_800_ms() -> None:
    assert passes(TailPace(), first_ms=0, last_ms=2_500, lag_ms=0) == [0, 800, 1600, 2400]


def test_a_pass_over_long_audio_waits_for_a_fifth_more_of_it() -> None:
    pace = TailPace()
    due = [each for each in range(800, 9_000, 100) if pace.is_due(each, length_ms=each, lag_ms=0)]

    assert due == [800, 1_600, 2_400, 3_200, 4_000, 5_000, 6_300, 7_900]


def test_a_lag_doubles_the_interval_and_then_ends_the_passes() -> None:
    pace = TailPace()

    assert passes(pace, first_ms=0, last_ms=20_000, lag_ms=2_000) == [0, 1600]
    assert pace.state == "off"


def test_a_moderate_lag_keeps_the_interval() -> None:
    pace = TailPace()
    passes(pace, first_ms=0, last_ms=100, lag_ms=2_000)
    assert pace.state == "slow"

    assert passes(pace, first_ms=1_000, last_ms=5_000, lag_ms=1_000) == [1_600, 3_200, 4_800]


def test_passes_return_once_the_lag_is_short() -> None:
    pace = TailPace()
    passes(pace, first_ms=0, last_ms=20_000, lag_ms=2_000)

    assert passes(pace, first_ms=20_000, last_ms=21_000, lag_ms=1_000) == []
    assert passes(pace, first_ms=21_000, last_ms=22_000, lag_ms=400) == [21_000, 21_800]
    assert pace.state == "on"


def test_the_first_pass_of_a_segment_does_not_wait() -> None:
    pace = TailPace()
    assert pace.is_due(1_000, lag_ms=0)
    assert not pace.is_due(1_100, lag_ms=0)

    pace.restart()

    assert pace.is_due(1_200, lag_ms=0)
