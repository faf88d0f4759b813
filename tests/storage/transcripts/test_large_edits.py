"""Edits of thousands of sentences, which must not keep other people's edits waiting."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from benchmarks.edited_workspace import made_transcript
from pipeline.formats.importing import import_transcript
from storage.db import database as database_module
from storage.db.database import Connection, Database
from storage.db.errors import EditRefusedError
from storage.db.row_changes import LARGE_NUM_ROWS, TranscriptRows, read_rows, write_rows
from storage.db.transcript_rows import all_rows
from storage.edit_plans.request import EditRequest
from storage.edit_plans.review_status import Verify
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor, plan_undo
from storage.history.replay import verify
from storage.importing.imports import (
    ImportSource,
    import_corrections_concurrently,
    import_in_steps,
)
from storage.transcripts import edit_application
from storage.transcripts.edit_application import edit_concurrently, step_concurrently
from storage.transcripts.transcripts import (
    get_transcript,
    list_utterances,
    save_machine_transcript,
)
from tests.conditions import LONGEST_WAIT_S, eventually
from tests.storage.samples import add_sample_run

NUM_SENTENCES = LARGE_NUM_ROWS // 2 + 1
WRITES_ROWS = ("UPDATE utterances", "WITH new", "INSERT INTO edited_utterances")
ANN = EditAuthor("ann")


def transcript_of(database: Database, num_sentences: int) -> str:
    with database.transaction() as db:
        run = add_sample_run(db)
        return save_machine_transcript(db, run, made_transcript(num_sentences)).transcript_id


def statuses(database: Database, transcript_id: str) -> set[str]:
    with database.reading() as db:
        return {each.status.value for each in list_utterances(db, transcript_id)}


def verify_all(database: Database, transcript_id: str) -> EditRequest:
    with database.reading() as db:
        return Verify(tuple(each.utterance_id for each in list_utterances(db, transcript_id)))


def correct_first(database: Database, transcript_id: str) -> EditRequest:
    with database.reading() as db:
        return CorrectText(list_utterances(db, transcript_id)[0].utterance_id, "改过了")


def refuse(*_: object, **__: object) -> None:
    raise EditRefusedError("It is refused.", reason="refused")


def moved_kinds(database: Database) -> list[str]:
    """Return the kinds of the edits that the database file holds without its log."""
    with closing(sqlite3.connect(f"{database.path.as_uri()}?immutable=1", uri=True)) as connection:
        return [kind for (kind,) in connection.execute("SELECT kind FROM edits ORDER BY id")]


def test_an_edit_of_many_sentences_and_its_undo_take_few_statements(database: Database) -> None:
    transcript_id = transcript_of(database, NUM_SENTENCES)
    request = verify_all(database, transcript_id)
    statements: list[str] = []
    database._connection.set_trace_callback(statements.append)

    edit_concurrently(database, transcript_id, request, author=ANN)
    done = statuses(database, transcript_id)
    step_concurrently(database, transcript_id, plan_undo, author=ANN)
    database._connection.set_trace_callback(None)

    assert done == {"verified"}
    assert statuses(database, transcript_id) == {"machine"}
    writing = [each for each in statements if each.startswith(WRITES_ROWS)]
    assert len(writing) == 3
    assert all("verified" not in each for each in writing)  # the values are staged before
    with database.reading() as db:
        assert verify(db, transcript_id) == ()


def test_new_rows_are_inserted_in_one_statement(database: Database) -> None:
    statements: list[str] = []
    database._connection.set_trace_callback(statements.append)

    transcript_of(database, 20)
    database._connection.set_trace_callback(None)

    # Each row's trigger reports the statement again.
    inserts = {each for each in statements if each.startswith("INSERT INTO utterances ")}
    assert len(inserts) == 1


def test_others_write_while_the_values_of_a_large_edit_are_staged(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    large_id, small_id = transcript_of(database, NUM_SENTENCES), transcript_of(database, 3)
    request, small = verify_all(database, large_id), correct_first(database, small_id)
    temporary_tables, writes = database.temporary_tables, list[bool]()

    @contextmanager
    def written_before() -> Iterator[Connection]:
        writer = threading.Thread(
            target=lambda: edit_concurrently(database, small_id, small, author=ANN)
        )
        if not writes:
            writer.start()
            writer.join(LONGEST_WAIT_S)
            writes.append(not writer.is_alive())
        with temporary_tables() as db:
            yield db

    monkeypatch.setattr(database, "temporary_tables", written_before)
    edit_concurrently(database, large_id, request, author=ANN)

    assert writes == [True]
    assert statuses(database, large_id) == {"verified"}


def test_no_staged_values_are_left_after_a_large_edit_that_fails(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcript_id = transcript_of(database, NUM_SENTENCES)
    request = verify_all(database, transcript_id)
    edit_concurrently(database, transcript_id, request, author=ANN)
    with monkeypatch.context() as patched:
        patched.setattr(edit_application, "make_move", refuse)
        with pytest.raises(EditRefusedError):
            step_concurrently(database, transcript_id, plan_undo, author=ANN)
    assert statuses(database, transcript_id) == {"verified"}

    step_concurrently(database, transcript_id, plan_undo, author=ANN)

    assert statuses(database, transcript_id) == {"machine"}
    with database.temporary_tables() as db:
        left = db.execute("SELECT name FROM temp.sqlite_master WHERE type = 'table'").fetchall()
    assert left == []


def test_others_write_while_the_log_of_a_large_edit_moves_into_the_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    large_id, small_id = transcript_of(database, NUM_SENTENCES), transcript_of(database, 3)
    request = verify_all(database, large_id)
    small = correct_first(database, small_id)
    checkpoint = database._checkpoint_beside

    def write_meanwhile() -> bool:
        before = database.path.read_bytes()
        writer = threading.Thread(
            target=lambda: edit_concurrently(database, small_id, small, author=ANN)
        )
        writer.start()
        writer.join(30)
        assert not writer.is_alive()
        assert database.path.read_bytes() == before  # the small commit has moved nothing
        return checkpoint()

    monkeypatch.setattr(database, "_checkpoint_beside", write_meanwhile)
    edit_concurrently(database, large_id, request, author=ANN)

    with database.reading() as db:
        assert list_utterances(db, small_id)[0].text == "改过了"
    assert moved_kinds(database) == ["machine", "machine", "verify", "correct_text"]
    assert database._connection.execute("PRAGMA wal_autocheckpoint").fetchone()[0] > 0


def test_the_log_of_a_large_edit_moves_when_a_reader_that_delays_it_has_finished(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcript_id = transcript_of(database, NUM_SENTENCES)
    request = verify_all(database, transcript_id)
    checkpoint, tries = database._checkpoint_beside, list[bool]()

    def counted() -> bool:
        tries.append(checkpoint())
        return tries[-1]

    monkeypatch.setattr(database, "_checkpoint_beside", counted)
    monkeypatch.setattr(database_module, "CHECKPOINT_DEADLINE_S", LONGEST_WAIT_S)
    with ThreadPoolExecutor(1) as threads:
        with database.reading() as db:
            assert list_utterances(db, transcript_id)  # from here on it reads this state
            done = threads.submit(edit_concurrently, database, transcript_id, request, author=ANN)
            eventually(lambda: len(tries) > 1)
            assert not any(tries)
        done.result(LONGEST_WAIT_S)

    assert tries[-1]
    assert moved_kinds(database) == ["machine", "verify"]


def test_imports_of_many_sentences_move_their_log_beside_others_too(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcript_id = transcript_of(database, NUM_SENTENCES)
    with database.reading() as db:
        recording_id = get_transcript(db, transcript_id).recording_id
    lines = (f"x 1 S1 {each} {each + 1} 改了 {each}\n" for each in range(LARGE_NUM_ROWS + 1))
    imported = import_transcript("".join(lines).encode(), "stm")
    source, moves = ImportSource("stm", "a.stm"), []

    def move() -> bool:
        moves.append("moved")
        return True

    monkeypatch.setattr(database, "_checkpoint_beside", move)

    import_corrections_concurrently(database, transcript_id, imported, source=source, author=ANN)
    assert moves == ["moved"]
    import_in_steps(database, recording_id, imported, source=source, author=ANN)
    assert moves == ["moved"] * 2


def test_rows_encoded_in_batches_are_read_back(database: Database) -> None:
    transcript_id = transcript_of(database, NUM_SENTENCES)
    with database.reading() as db:
        rows = all_rows(db, transcript_id)

    text = write_rows(rows)

    assert read_rows(text) == rows
    assert json.loads(text).keys() == {"speakers", "utterances", "turns"}
    assert read_rows(write_rows(TranscriptRows())) == TranscriptRows()
