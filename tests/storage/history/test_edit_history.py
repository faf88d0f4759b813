"""Edits are applied, undone and redone without loss."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.db.database import Connection, Database, open_database
from storage.db.errors import EditRefusedError, NotFoundError, StaleEditError, StorageError
from storage.db.row_changes import Replacement, TranscriptRows
from storage.db.transcript_rows import all_rows
from storage.history.edit_history import EditAuthor, apply, plan_redo, plan_return, plan_undo
from storage.history.replay import verify
from storage.history.stored_edits import find_move, head_of
from storage.transcripts.edit_application import step
from storage.transcripts.transcripts import get_transcript, save_machine_transcript
from tests.storage.drawn_replacements import replacements
from tests.storage.drawn_transcripts import transcripts
from tests.storage.samples import DIALOGUE, add_sample_run, delete_rows

ANNA = EditAuthor("Anna")


@pytest.fixture
def transcript_id(database: Database) -> str:
    with database.transaction() as db:
        return save_machine_transcript(db, add_sample_run(db), DIALOGUE).transcript_id


@pytest.fixture(scope="module")
def shared_database() -> Database:
    with TemporaryDirectory() as folder:
        database = open_database(Path(folder) / "studio.sqlite3")
        yield database
        database.close()


def rewording(db: Connection, transcript_id: str, text: str) -> Replacement:
    first = min(all_rows(db, transcript_id).utterances, key=lambda each: each.start_ms)
    return Replacement(
        TranscriptRows(utterances=(first,)),
        TranscriptRows(utterances=(replace(first, text=text),)),
    )


def reword(db: Connection, transcript_id: str, text: str, client_edit_id: str | None = None) -> int:
    change = rewording(db, transcript_id, text)
    author = EditAuthor("Anna", client_edit_id)
    move = apply(db, transcript_id, change, kind="correct_text", author=author)
    return move.head_edit_id


def first_text(db: Connection, transcript_id: str) -> str:
    return min(all_rows(db, transcript_id).utterances, key=lambda each: each.start_ms).text


@given(transcripts(), st.data())
@settings(max_examples=40, deadline=None)
def test_undo_and_redo_of_any_edits_give_the_same_rows(
    shared_database: Database, transcript: object, data: st.DataObject
) -> None:
    with shared_database.transaction() as db:
        transcript_id = save_machine_transcript(db, add_sample_run(db), transcript).transcript_id
        states = [all_rows_sorted(db, transcript_id)]
        for _ in range(data.draw(st.integers(1, 4))):
            change = data.draw(replacements(all_rows(db, transcript_id)))
            apply(db, transcript_id, change, kind="any", author=ANNA)
            states.append(all_rows_sorted(db, transcript_id))
        assert verify(db, transcript_id) == ()

        back = [states[-1]]
        for _ in states[1:]:
            step(db, transcript_id, plan_undo, author=ANNA)
            back.append(all_rows_sorted(db, transcript_id))
        forth = [back[-1]]
        for _ in states[1:]:
            step(db, transcript_id, plan_redo, author=ANNA)
            forth.append(all_rows_sorted(db, transcript_id))

        assert back == states[::-1]
        assert forth == states
        assert verify(db, transcript_id) == ()


@given(transcripts(), st.data())
@settings(max_examples=30, deadline=None)
def test_any_walk_through_the_edit_tree_ends_in_replayable_rows(
    shared_database: Database, transcript: object, data: st.DataObject
) -> None:
    with shared_database.transaction() as db:
        transcript_id = save_machine_transcript(db, add_sample_run(db), transcript).transcript_id
        states = {head_of(db, transcript_id): all_rows_sorted(db, transcript_id)}

        for _ in range(data.draw(st.integers(1, 8))):
            walk(db, transcript_id, data, states)

            found = all_rows_sorted(db, transcript_id)
            assert states.setdefault(head_of(db, transcript_id), found) == found
            assert verify(db, transcript_id) == ()


def walk(
    db: Connection, transcript_id: str, data: st.DataObject, states: dict[int, TranscriptRows]
) -> None:
    match data.draw(st.sampled_from(["edit", "undo", "redo", "return"])):
        case "edit":
            change = data.draw(replacements(all_rows(db, transcript_id)))
            apply(db, transcript_id, change, kind="any", author=ANNA)
        case "return":
            goal = data.draw(st.sampled_from(sorted(states)))
            if goal != head_of(db, transcript_id):
                step(db, transcript_id, partial(plan_return, edit_id=goal), author=ANNA)
        case move:
            try:
                plan = {"undo": plan_undo, "redo": plan_redo}[move]
                step(db, transcript_id, plan, author=ANNA)
            except EditRefusedError:
                assert move == "redo" or head_of(db, transcript_id) == min(states)


def all_rows_sorted(db: Connection, transcript_id: str) -> TranscriptRows:
    found = all_rows(db, transcript_id)
    return TranscriptRows(
        *(
            tuple(sorted(table, key=lambda row: row.id))
            for table in (found.speakers, found.utterances, found.turns)
        )
    )


def test_an_edit_can_be_undone_after_reopening_the_database(
    database: Database, database_path: Path, transcript_id: str
) -> None:
    with database.transaction() as db:
        reword(db, transcript_id, "您好。")
    database.close()

    again = open_database(database_path)
    with again.transaction() as db:
        corrected = first_text(db, transcript_id)
        step(db, transcript_id, plan_undo, author=ANNA)
        original = first_text(db, transcript_id)
    again.close()

    assert (corrected, original) == ("您好。", "你好。")


def test_an_edit_after_undo_starts_a_branch_and_loses_nothing(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        first = reword(db, transcript_id, "A")
        step(db, transcript_id, plan_undo, author=ANNA)
        reword(db, transcript_id, "B")

        with pytest.raises(EditRefusedError, match="nothing to redo"):
            step(db, transcript_id, plan_redo, author=ANNA)
        step(db, transcript_id, partial(plan_return, edit_id=first), author=ANNA)

        assert first_text(db, transcript_id) == "A"


def test_redo_applies_the_edit_undone_last_even_if_another_branch_is_newer(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        first = reword(db, transcript_id, "A")
        step(db, transcript_id, plan_undo, author=ANNA)
        reword(db, transcript_id, "B")
        step(db, transcript_id, partial(plan_return, edit_id=first), author=ANNA)
        step(db, transcript_id, plan_undo, author=ANNA)

        step(db, transcript_id, plan_redo, author=ANNA)

        assert first_text(db, transcript_id) == "A"


def test_the_root_edit_cannot_be_undone(database: Database, transcript_id: str) -> None:
    with pytest.raises(EditRefusedError, match="nothing to undo"), database.transaction() as db:
        step(db, transcript_id, plan_undo, author=ANNA)


def test_an_edit_of_changed_rows_is_refused_with_both_versions(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        late = rewording(db, transcript_id, "late")
        reword(db, transcript_id, "early")

    with pytest.raises(StaleEditError) as refused, database.transaction() as db:
        apply(db, transcript_id, late, kind="correct_text", author=ANNA)

    (conflict,) = refused.value.conflicts
    assert (conflict.current.text, conflict.wanted.text) == ("early", "late")
    with database.reading() as db:
        assert first_text(db, transcript_id) == "early"
        assert verify(db, transcript_id) == ()


def test_a_head_move_is_found_by_its_client_id(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        edit_id = reword(db, transcript_id, "A", client_edit_id="c-1")
        taken_back = step(db, transcript_id, plan_undo, author=EditAuthor("Anna", "c-2"))

        assert find_move(db, transcript_id, "c-1").head_edit_id == edit_id
        assert find_move(db, transcript_id, "c-2") == taken_back
        assert find_move(db, transcript_id, "c-3") is None


def test_a_repeated_client_id_is_no_second_edit(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        reword(db, transcript_id, "A", client_edit_id="c-1")

    with pytest.raises(EditRefusedError, match="edit id"), database.transaction() as db:
        reword(db, transcript_id, "B", client_edit_id="c-1")

    with database.reading() as db:
        assert first_text(db, transcript_id) == "A"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE edits SET author = 'somebody else'",
        "DELETE FROM edits",
        "UPDATE head_moves SET author = 'somebody else'",
        "DELETE FROM head_moves",
    ],
)
def test_rows_of_the_history_cannot_be_changed(
    database: Database, transcript_id: str, statement: str
) -> None:
    with pytest.raises(StorageError, match="never changed"), database.transaction() as db:
        db.execute(statement)


def test_deleting_a_recording_deletes_its_history(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        reword(db, transcript_id, "您好。")
        step(db, transcript_id, plan_undo, author=ANNA)
        recording_id = get_transcript(db, transcript_id).recording_id

        delete_rows(db, recording_id)

        for table in ("edits", "edited_utterances", "head_moves", "utterances", "turns"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_rows_changed_without_an_edit_are_reported(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        db.execute("UPDATE utterances SET text = 'other' WHERE start_ms = 500")
        db.execute("DELETE FROM utterances WHERE start_ms = 5000")

        problems = verify(db, transcript_id)

    assert len(problems) == 2
    assert all("is not what the edits make of it" in each for each in problems)


def test_an_edit_of_another_transcript_cannot_be_returned_to(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        other = save_machine_transcript(db, add_sample_run(db), DIALOGUE)

        with pytest.raises(NotFoundError):
            step(db, transcript_id, partial(plan_return, edit_id=other.head_edit_id), author=ANNA)
