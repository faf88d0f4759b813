"""Tests that ended sessions are stored until they expire."""

from __future__ import annotations

import stat
from pathlib import Path

from webui.auth.ended_sessions import ENDED_FILE, EndedSessions

ONE, TWO = "1" * 32, "2" * 32


def test_a_session_stays_ended_over_a_restart(tmp_path: Path) -> None:
    EndedSessions(tmp_path, lambda: 0).add(ONE, 100)

    assert ONE in EndedSessions(tmp_path, lambda: 99)
    assert TWO not in EndedSessions(tmp_path, lambda: 99)


def test_an_expired_session_is_removed_from_the_file(tmp_path: Path) -> None:
    EndedSessions(tmp_path, lambda: 0).add(ONE, 100)

    assert ONE not in EndedSessions(tmp_path, lambda: 100)
    assert (tmp_path / ENDED_FILE).read_text() == ""


def test_a_truncated_line_does_not_hide_other_lines(tmp_path: Path) -> None:
    EndedSessions(tmp_path, lambda: 0).add(ONE, 100)
    with (tmp_path / ENDED_FILE).open("a") as file:
        file.write(TWO[:7])

    EndedSessions(tmp_path, lambda: 0).add(TWO, 100)
    again = EndedSessions(tmp_path, lambda: 0)

    assert ONE in again
    assert TWO in again


def test_a_file_that_cannot_be_written_ends_the_session_until_the_restart(tmp_path: Path) -> None:
    (tmp_path / ENDED_FILE).mkdir()
    ended = EndedSessions(tmp_path, lambda: 0)

    ended.add(ONE, 100)

    assert ONE in ended


def test_the_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    EndedSessions(tmp_path, lambda: 0).add(ONE, 100)
    EndedSessions(tmp_path, lambda: 0)

    assert stat.S_IMODE((tmp_path / ENDED_FILE).stat().st_mode) == 0o600
