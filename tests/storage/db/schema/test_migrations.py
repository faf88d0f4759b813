"""A database of any released version is migrated without loss."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.core.transcript import Sentence, Token, Transcript
from storage.db.database import Database, open_database
from storage.history.replay import verify
from storage.library.recordings import list_recordings
from storage.statistics.progress import preferred_transcripts
from storage.transcripts.transcripts import head_transcript
from tests.storage.samples import DIALOGUE, HOSTILE_TEXTS

OLD_DATABASES = sorted((Path(__file__).parents[3] / "data").glob("schema_*.sqlite3"))


@pytest.fixture(params=OLD_DATABASES, ids=lambda path: path.stem)
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    copy = shutil.copy(request.param, tmp_path / "studio.sqlite3")
    database = open_database(copy)
    yield database
    database.close()


def transcripts_by_title(database: Database) -> dict[str, Transcript]:
    with database.reading() as db:
        latest = preferred_transcripts(db)
        return {
            each.title: head_transcript(db, latest[each.recording_id].transcript_id)
            for each in list_recordings(db)
        }


def schema(database: Database) -> dict[str, tuple[object, ...]]:
    """Return the columns of every table and the SQL of everything else."""
    with database.reading() as db:
        tables = {
            table.name: tuple(
                sorted((each.name, each.type, each.notnull) for each in table.columns)
            )
            for table in db.tables
        }
        others = db.execute("SELECT name, sql FROM sqlite_master WHERE type != 'table'")
        return {**tables, **{name: (sql,) for name, sql in others}}


def test_a_migrated_database_has_the_schema_of_a_new_one(
    migrated: Database, database: Database
) -> None:
    assert schema(migrated) == schema(database)


def test_migration_keeps_the_transcripts(migrated: Database) -> None:
    found = transcripts_by_title(migrated)

    assert found["meeting"] == DIALOGUE
    assert found["silence"] == Transcript(5_000, "")
    assert found["hostile"].sentences == tuple(
        Sentence(i * 100, i * 100 + 90, text, (Token(i * 100, i * 100 + 90, text, 0.1),), "S1")
        for i, text in enumerate(HOSTILE_TEXTS)
    )


def test_the_root_edit_of_a_migrated_transcript_gives_its_rows(migrated: Database) -> None:
    with migrated.reading() as db:
        ids = [each.transcript_id for each in preferred_transcripts(db).values()]

        assert [verify(db, each) for each in ids] == [(), (), ()]
