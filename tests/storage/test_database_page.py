"""docs/database.md agrees with the schema."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from storage.db.database import Database
from storage.edit_plans.speakers import RenameSpeaker
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor
from storage.library.search import index_queue
from storage.transcripts.edit_application import edit
from storage.transcripts.transcripts import list_speakers, list_utterances, save_machine_transcript
from tests.storage.samples import DIALOGUE, add_sample_run

PAGE = (Path(__file__).parents[2] / "docs" / "database.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
# Internal tables of SQLite, the migrations and the search index.
INNER_TABLES = re.compile(r"_sqlite_migrations|sqlite_sequence|utterance_(search_.*|numbers)")


@pytest.fixture
def edited(database: Database) -> Database:
    with database.transaction() as db:
        transcript_id = save_machine_transcript(db, add_sample_run(db), DIALOGUE).transcript_id
        first = list_utterances(db, transcript_id)[0].utterance_id
        speaker = list_speakers(db, transcript_id)[0].speaker_id
        for request in (
            CorrectText(first, "您好。", is_verified=True),
            RenameSpeaker(speaker, "王"),
        ):
            edit(db, transcript_id, request, author=EditAuthor("Anna"))
    index_queue(database, longest_s=60.0)
    return database


def test_every_table_is_documented(database: Database) -> None:
    explained = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))

    with database.reading() as db:
        tables = {name for name in db.table_names() if not INNER_TABLES.fullmatch(name)}

    assert explained == tables


def test_the_documented_queries_give_the_expected_rows(edited: Database) -> None:
    with edited.reading() as db:
        now, corrected, work, said = (db.execute(query).fetchall() for query in QUERIES)

    assert [row[1:] for row in now] == [
        (500, 2_000, "王", "您好。", "verified"),
        (2_100, 4_000, "S2", "Hello there.", "machine"),
        (5_000, 6_000, None, "谁？", "machine"),
    ]
    assert corrected == [("你好。", "您好。", "Anna")]
    assert sorted(row[1:] for row in work) == [
        ("Anna", "correct_text", 1, 1),
        ("Anna", "rename_speaker", 1, 0),
    ]
    assert said == [("meeting", 2, "Hello there.")]
