"""Damage to the schema: each command names the damage and the remedy."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storage.command_line import main
from storage.db.database import open_database
from storage.db.errors import StorageError
from storage.db.workspace import DATABASE_NAME
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor
from storage.transcripts.edit_application import edit
from storage.transcripts.transcripts import list_utterances, save_machine_transcript
from tests.storage.samples import DIALOGUE, add_sample_run

STEPS = "_sqlite_migrations"
NUM_FLIPPED = 40

# Damage to the table of migrations, and the utterances expected after recovery.
DAMAGES_OF_STEPS = {
    "dropped": f"DROP TABLE {STEPS}",
    "emptied": f"DELETE FROM {STEPS}",
    "of another shape": f"DROP TABLE {STEPS}; CREATE TABLE {STEPS} (a, b); "
    f"INSERT INTO {STEPS} VALUES (1, 2)",
    "without times": f"ALTER TABLE {STEPS} RENAME COLUMN applied_at TO other",
    "NULL names": f"UPDATE {STEPS} SET name = NULL",
    "NULL rows": f"DROP TABLE {STEPS}; CREATE TABLE {STEPS} (id INTEGER PRIMARY KEY, "
    "migration_set TEXT, name TEXT, applied_at TEXT); "
    f"INSERT INTO {STEPS} (migration_set) VALUES (NULL), ('speaker_studio')",
    "names of other kinds": f"DROP TABLE {STEPS}; CREATE TABLE {STEPS} (migration_set, name); "
    f"INSERT INTO {STEPS} VALUES ('speaker_studio', x'ff00')",
    "text that is no Unicode": f"UPDATE {STEPS} SET name = CAST(x'ff80' AS TEXT) "
    "WHERE name LIKE 'm0003%'",
    "a first step missing": f"DELETE FROM {STEPS} WHERE name LIKE 'm0001%'",
    "a middle step missing": f"DELETE FROM {STEPS} WHERE name LIKE 'm0003%'",
    "a view": f"DROP TABLE {STEPS}; CREATE VIEW {STEPS} AS SELECT 1 AS one",
    "a step twice": f"DROP TABLE {STEPS}; CREATE TABLE {STEPS} (id INTEGER PRIMARY KEY, "
    "migration_set TEXT, name TEXT, applied_at TEXT); "
    f"INSERT INTO {STEPS} (migration_set, name) VALUES ('speaker_studio', 'm0001_initial'), "
    "('speaker_studio', 'm0001_initial')",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Return a workspace with an edited transcript."""
    database = open_database(tmp_path / DATABASE_NAME)
    with database.transaction() as db:
        record = save_machine_transcript(db, add_sample_run(db), DIALOGUE)
        first = list_utterances(db, record.transcript_id)[0].utterance_id
        request = CorrectText(first, "您好。")
        edit(db, record.transcript_id, request, author=EditAuthor("ann"))
    database.truncate_wal()
    database.close()
    return tmp_path


def start(workspace: Path) -> str:
    """Open the database like the app; return the error message, "" if it opens."""
    try:
        open_database(workspace / DATABASE_NAME).close()
    except StorageError as error:
        return str(error)
    return ""


def commanded(workspace: Path, command: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main([command, "--workspace", str(workspace)], default_workspace=workspace)
    out, err = capsys.readouterr()
    return code, out + err


def change(workspace: Path, script: str) -> None:
    with closing(sqlite3.connect(workspace / DATABASE_NAME)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.executescript(script)


def texts(workspace: Path) -> list[str]:
    database = open_database(workspace / DATABASE_NAME)
    with database.reading() as db:
        found = [text for (text,) in db.execute("SELECT text FROM utterances ORDER BY start_ms")]
    database.close()
    return found


@pytest.mark.parametrize("script", DAMAGES_OF_STEPS.values(), ids=DAMAGES_OF_STEPS)
def test_a_damaged_table_of_migrations_is_reported_and_recovered(
    workspace: Path, script: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change(workspace, script)

    said = start(workspace)
    code, verified = commanded(workspace, "verify", capsys)

    assert "migrations" in said
    assert "storage recover" in said
    assert code == 1
    assert "migrations" in verified
    assert commanded(workspace, "recover", capsys)[0] == 0
    assert start(workspace) == ""
    assert commanded(workspace, "verify", capsys)[0] == 0
    assert texts(workspace) == ["您好。", "Hello there.", "谁？"]


def test_a_newer_version_is_reported_and_not_changed(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(
        workspace,
        f"INSERT INTO {STEPS} (migration_set, name, applied_at) "
        "VALUES ('speaker_studio', 'm9999_future', '')",
    )

    said = [start(workspace)]
    said += [commanded(workspace, each, capsys)[1] for each in ("verify", "recover")]

    assert all("newer version" in each for each in said)


TABLES = (
    *("recordings", "pipeline_runs", "transcripts", "speakers", "utterances", "turns", "edits"),
    *("edited_utterances", "head_moves", "versions", "purges", "recording_tags", "growths"),
    *("utterance_numbers", "utterance_search", "chosen_transcripts", "claims", "shares"),
    "hidden_recordings",
)


@pytest.mark.parametrize("table", TABLES)
def test_a_missing_table_is_reported_and_recreated(
    workspace: Path, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change(workspace, f"DROP TABLE {table}")

    said = start(workspace)
    code, verified = commanded(workspace, "verify", capsys)

    assert table in said
    assert "storage recover" in said
    assert code == 1
    assert table in verified
    assert commanded(workspace, "recover", capsys)[0] == 0
    assert start(workspace) == ""


def flipped(content: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.randint(1, 20)):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return content


def truncated(content: bytearray, chance: random.Random) -> bytearray:
    return content[: chance.randrange(1, len(content))]


def overwritten(content: bytearray, chance: random.Random) -> bytearray:
    first = chance.randrange(len(content) // 4096) * 4096
    content[first : first + 4096] = chance.randbytes(4096)
    return content


@pytest.mark.parametrize("damage", [flipped, truncated, overwritten])
def test_any_damage_ends_a_command_with_one_sentence(
    workspace: Path,
    damage: Callable[[bytearray, random.Random], bytearray],
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = workspace / DATABASE_NAME
    whole, chance = path.read_bytes(), random.Random(7)

    for _ in range(NUM_FLIPPED):
        path.write_bytes(damage(bytearray(whole), chance))
        start(workspace)
        commanded(workspace, "verify", capsys)
        if commanded(workspace, "recover", capsys)[0] == 0:
            assert start(workspace) == ""
        for file in workspace.glob(f"{DATABASE_NAME}-*"):
            file.unlink()
