from __future__ import annotations

import pytest

from pipeline.engines.ray.attempt_folders import begin_attempt


def test_an_attempt_begins_with_the_work_of_the_last_one(tmp_path):
    first = begin_attempt(tmp_path / "kept")
    (first / "words.log").write_text("one")

    second = begin_attempt(tmp_path / "kept")

    assert second != first
    assert {each.name: each.read_text() for each in second.iterdir()} == {"words.log": "one"}
    assert [each.name for each in (tmp_path / "kept").iterdir()] == [second.name]


def test_a_former_worker_that_is_still_running_changes_nothing(tmp_path):
    first = begin_attempt(tmp_path)
    with (first / "words.log").open("w") as still_open:
        still_open.write("one")
        still_open.flush()
        begin_attempt(tmp_path)

        still_open.write(" and more")
        still_open.flush()
        with pytest.raises(FileNotFoundError):
            (first / "voices.log").write_text("late")

    third = begin_attempt(tmp_path)
    assert (third / "words.log").read_text() == "one"
    assert [each.name for each in tmp_path.iterdir()] == [third.name]


def test_a_checkpoint_of_the_worker_process_is_continued(tmp_path):
    (tmp_path / "words.log").write_text("of another engine")

    attempt = begin_attempt(tmp_path)

    assert (attempt / "words.log").read_text() == "of another engine"
    assert list(tmp_path.iterdir()) == [attempt]


def test_an_attempt_that_was_being_prepared_at_a_crash_is_prepared_anew(tmp_path):
    (begin_attempt(tmp_path) / "words.log").write_text("one")
    (tmp_path / "2.partial").mkdir()
    (tmp_path / "2.partial" / "words.log").write_text("o")

    assert (begin_attempt(tmp_path) / "words.log").read_text() == "one"


def test_attempts_are_counted_beyond_nine(tmp_path):
    for number in range(1, 12):
        assert begin_attempt(tmp_path).name == str(number)
