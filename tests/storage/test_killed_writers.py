"""Acknowledged writes survive when the writer is killed."""

from __future__ import annotations

from pathlib import Path

from benchmarks.killed_writers import kill_writers


def test_two_writers_killed_at_random_lose_no_acknowledged_write(tmp_path: Path) -> None:
    outcome = kill_writers(tmp_path, num_kills=3)

    assert outcome.num_kills == 3
    assert outcome.num_acknowledged >= 3
    assert (outcome.lost, outcome.failures) == ([], [])
    assert outcome.num_unheard <= 5  # at most one per killed writer
