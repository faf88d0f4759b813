"""Sentences of many recordings with a word."""

from __future__ import annotations

import pytest

from storage.db.database import Database
from storage.library import sentences
from storage.library.sentences import sentences_with_word
from storage.transcripts.transcripts import list_utterances
from tests.storage.library.test_search import save_spoken


def transcripts(database: Database) -> list[str]:
    with database.reading() as db:
        return [each for (each,) in db.execute("SELECT id FROM transcripts ORDER BY rowid")]


def texts_with(database: Database, word: str, ids: list[str]) -> list[str]:
    with database.reading() as db:
        return [each.text for each in sentences_with_word(db, word, ids, owner=None)]


def test_sentences_of_the_given_transcripts_are_found_by_recording_and_time(database):
    with database.transaction() as db:
        save_spoken(db, "first", ("王经里你好。", "再见。", "王经里再见。"))
        save_spoken(db, "second", ("请王经里说。",))
        save_spoken(db, "third", ("王经里。",))
    first, second, _ = transcripts(database)
    found = texts_with(database, "王经里", [first, second])
    assert found == ["请王经里说。", "王经里你好。", "王经里再见。"]


def test_reviewed_sentences_are_left_out(database):
    with database.transaction() as db:
        save_spoken(db, "first", ("王经里一。", "王经里二。", "王经里三。"))
        (transcript_id,) = (each for (each,) in db.execute("SELECT id FROM transcripts"))
        verified, rejected, _ = list_utterances(db, transcript_id)
        for each, status in ((verified, "verified"), (rejected, "rejected")):
            db.execute("UPDATE utterances SET status = ? WHERE id = ?", [status, each.utterance_id])
    assert texts_with(database, "王经里", [transcript_id]) == ["王经里三。"]


@pytest.mark.parametrize("word", ["%", "_", "100%", "'", "!"])
def test_a_word_has_no_special_characters(database, word):
    with database.transaction() as db:
        save_spoken(db, "first", ("你好。", f"有{word}在内。"))
    assert texts_with(database, word, transcripts(database)) == [f"有{word}在内。"]


def test_an_answer_is_bounded(database, monkeypatch):
    monkeypatch.setattr(sentences, "MOST_SENTENCES", 2)
    with database.transaction() as db:
        save_spoken(db, "first", ("你好一。", "你好二。", "你好三。"))
    assert len(texts_with(database, "你好", transcripts(database))) == 2
