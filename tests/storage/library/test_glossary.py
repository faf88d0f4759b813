"""Words of the glossary."""

from __future__ import annotations

import pytest

from storage.db.database import Database
from storage.db.errors import EditRefusedError, NotFoundError
from storage.db.hidden_recordings import hide_recording
from storage.library import glossary
from storage.library.glossary import add_word, delete_word, list_words, use_word, words_in_use
from tests.storage.samples import add_sample_run


def test_a_corrected_word_keeps_where_it_is_from_until_the_recording_is_deleted(
    database: Database,
) -> None:
    with database.transaction() as db:
        recording_id = add_sample_run(db).recording_id
        add_word(db, "王经理", added_by="Anna", heard_as="王经历", recording_id=recording_id)
    with database.reading() as db:
        (before,) = list_words(db)
    with database.transaction() as db:
        hide_recording(db, recording_id)
    with database.reading() as db:
        (after,) = list_words(db)

    assert (before.heard_as, before.recording_id, before.added_by) == (
        "王经历",
        recording_id,
        "Anna",
    )
    assert before.recording_title
    assert (after.word, after.recording_id, after.recording_title) == ("王经理", None, None)


def test_a_word_added_again_stays_one_word_and_stays_off(database: Database) -> None:
    with database.transaction() as db:
        add_word(db, "Kubernetes", added_by="")
        use_word(db, "Kubernetes", is_on=False)
        add_word(db, " Kubernetes ", added_by="Anna", heard_as="酷伯")
        found, used = list_words(db), words_in_use(db)

    assert [(each.word, each.heard_as, each.is_on) for each in found] == [
        ("Kubernetes", "酷伯", False)
    ]
    assert used == ()


def test_a_deleted_word_is_gone_and_cannot_be_switched(database: Database) -> None:
    with database.transaction() as db:
        add_word(db, "甲方", added_by="")
        add_word(db, "乙方", added_by="")
        delete_word(db, "甲方", deleted_by="Anna")

        assert words_in_use(db) == ("乙方",)
        with pytest.raises(NotFoundError):
            use_word(db, "甲方", is_on=True)


@pytest.mark.parametrize("word", ["", " \n ", "长" * 41])
def test_a_blank_or_too_long_word_is_refused(database: Database, word: str) -> None:
    with database.transaction() as db, pytest.raises(EditRefusedError, match="1 to 40"):
        add_word(db, word, added_by="")


def test_a_full_glossary_refuses_a_new_word_and_takes_an_old_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glossary, "MAX_WORDS", 1)
    with database.transaction() as db:
        add_word(db, "甲方", added_by="")
        add_word(db, "甲方", added_by="", heard_as="假方")

        with pytest.raises(EditRefusedError, match="delete some"):
            add_word(db, "乙方", added_by="")
