"""Metadata of recordings: stored unchanged except for harmful characters."""

from __future__ import annotations

import pytest

from storage.db.database import Database
from storage.db.errors import NotFoundError
from storage.library.metadata import RecordingDetails, describe_recording, tags_of_recordings
from tests.storage.samples import add_sample


def test_all_metadata_is_stored(database: Database) -> None:
    details = RecordingDetails("周会", ("重点", "Q3"), "zh", "第一行\n第二行")
    with database.transaction() as db:
        recording = describe_recording(db, add_sample(db).recording_id, details)
        tags = tags_of_recordings(db)

    assert (recording.title, recording.language, recording.notes) == ("周会", "zh", details.notes)
    assert tags == {recording.recording_id: ("Q3", "重点")}


def test_metadata_that_is_not_given_stays(database: Database) -> None:
    with database.transaction() as db:
        recording_id = add_sample(db).recording_id
        first = describe_recording(
            db, recording_id, RecordingDetails("周会", ("重点",), "zh", "旧")
        )
        second = describe_recording(db, recording_id, RecordingDetails())

        assert second == first
        assert tags_of_recordings(db) == {recording_id: ("重点",)}


def test_language_tags_and_notes_can_be_cleared(database: Database) -> None:
    with database.transaction() as db:
        recording_id = add_sample(db).recording_id
        describe_recording(db, recording_id, RecordingDetails("x", ("重点",), "zh", "旧"))
        after = describe_recording(db, recording_id, RecordingDetails(None, (), "", ""))

        assert (after.title, after.language, after.notes) == ("x", "", "")
        assert tags_of_recordings(db) == {}


@pytest.mark.parametrize(
    ("tags", "kept"),
    [
        ((" 重点 ", "重点", "", "\n"), ("重点",)),
        (("x" * 100,), ("x" * 40,)),
        (tuple(f"{each:02}" for each in range(50)), tuple(f"{each:02}" for each in range(20))),
        (("a\x00b", "\u202egpj"), ("a b", "gpj")),
        (("<img src=x onerror=alert(1)>",), ("<img src=x onerror=alert(1)>",)),
    ],
)
def test_tags_are_short_and_unique(
    database: Database, tags: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    with database.transaction() as db:
        recording_id = add_sample(db).recording_id
        describe_recording(db, recording_id, RecordingDetails(tags=tags))

        assert tags_of_recordings(db) == {recording_id: kept}


@pytest.mark.parametrize(
    ("notes", "kept"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\x1b[31mred\x00", "[31mred"),
        ("half \ud800 pair", "half  pair"),
        ("x" * 20_000, "x" * 10_000),
    ],
)
def test_notes_keep_lines_and_lose_control_characters(
    database: Database, notes: str, kept: str
) -> None:
    with database.transaction() as db:
        recording_id = add_sample(db).recording_id
        after = describe_recording(db, recording_id, RecordingDetails(notes=notes))

    assert after.notes == kept


@pytest.mark.parametrize("language", ["Chinese", "z", "zh-CN", "'; --"])
def test_a_language_that_is_no_code_is_refused(database: Database, language: str) -> None:
    with database.transaction() as db:
        recording_id = add_sample(db).recording_id
        with pytest.raises(ValueError, match="language"):
            describe_recording(db, recording_id, RecordingDetails(language=language))


def test_metadata_of_an_unknown_recording_is_refused(database: Database) -> None:
    with pytest.raises(NotFoundError), database.transaction() as db:
        describe_recording(db, "0" * 32, RecordingDetails(tags=("x",)))
