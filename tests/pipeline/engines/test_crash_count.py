"""When another worker may try a job that workers died over."""

from __future__ import annotations

from pathlib import Path

from pipeline.engines.crash_count import CrashCount, kept_bytes


def crashes_at(*kept: int) -> CrashCount:
    crashes = CrashCount()
    for each in kept:
        crashes = crashes.with_crash(each)
    return crashes


def test_a_job_that_gets_further_each_time_may_go_on_for_ever() -> None:
    assert not crashes_at(*range(100)).is_crash_loop


def test_three_deaths_at_the_same_place_are_too_many() -> None:
    assert not crashes_at(0, 50, 50).is_crash_loop
    assert crashes_at(0, 50, 50, 50).is_crash_loop


def test_a_job_of_which_nothing_is_kept_is_begun_three_times() -> None:
    assert not crashes_at(0, 0).is_crash_loop
    assert crashes_at(0, 0, 0).is_crash_loop


def test_what_was_kept_and_lost_again_is_no_progress() -> None:
    assert crashes_at(80, 50, 70).is_crash_loop


def test_what_is_kept_is_counted_over_all_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "b").write_bytes(b"123")

    assert (kept_bytes(tmp_path), kept_bytes(tmp_path / "none"), kept_bytes(None)) == (8, 0, 0)
