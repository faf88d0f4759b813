"""Properties of any sequence of edit requests: nothing is lost or half applied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.transcript import Transcript
from storage.db.database import Connection, Database, open_database
from storage.db.errors import EditRefusedError, StaleEditError
from storage.db.records import Utterance
from storage.db.row_changes import TranscriptRows
from storage.db.transcript_rows import all_rows
from storage.history.edit_history import EditAuthor, plan_redo, plan_undo
from storage.history.replay import verify
from storage.transcripts.changes import TranscriptChanges, changes_since
from storage.transcripts.edit_application import edit, step
from storage.transcripts.transcripts import head_transcript, save_machine_transcript
from tests.storage.drawn_requests import CONVERSATION, requests
from tests.storage.samples import add_sample_run

ANNA = EditAuthor("Anna")


@pytest.fixture(scope="module")
def shared_database() -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        database = open_database(Path(folder) / "studio.sqlite3")
        yield database
        database.close()


def save(db: Connection, transcript: Transcript) -> str:
    return save_machine_transcript(db, add_sample_run(db), transcript).transcript_id


def sorted_rows(db: Connection, transcript_id: str) -> TranscriptRows:
    found = all_rows(db, transcript_id)
    by_id = [
        sorted(table, key=lambda row: row.id)
        for table in (found.speakers, found.utterances, found.turns)
    ]
    return TranscriptRows(*map(tuple, by_id))


def ask(db: Connection, transcript_id: str, data: st.DataObject) -> bool:
    """Send a drawn request; return whether it has changed the transcript."""
    request = data.draw(requests(all_rows(db, transcript_id)))
    before = sorted_rows(db, transcript_id)
    try:
        move = edit(db, transcript_id, request, author=ANNA)
    except (EditRefusedError, StaleEditError):
        move = None
    assert (move is None) == (sorted_rows(db, transcript_id) == before)
    return move is not None


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_undo_and_redo_of_any_sequence_of_edits_give_the_same_rows(
    shared_database: Database, data: st.DataObject
) -> None:
    with shared_database.transaction() as db:
        transcript_id = save(db, CONVERSATION)
        states = [sorted_rows(db, transcript_id)]
        for _ in range(data.draw(st.integers(1, 8))):
            if ask(db, transcript_id, data):
                states.append(sorted_rows(db, transcript_id))
            head_transcript(db, transcript_id)  # its constructor validates the values
        assert verify(db, transcript_id) == ()

        for state in states[-2::-1]:
            step(db, transcript_id, plan_undo, author=ANNA)
            assert sorted_rows(db, transcript_id) == state
        assert head_transcript(db, transcript_id) == CONVERSATION
        for state in states[1:]:
            step(db, transcript_id, plan_redo, author=ANNA)
            assert sorted_rows(db, transcript_id) == state
        assert verify(db, transcript_id) == ()


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_a_page_that_applies_changes_equals_a_newly_opened_page(
    shared_database: Database, data: st.DataObject
) -> None:
    with shared_database.transaction() as db:
        transcript_id = save(db, CONVERSATION)
        shown = changes_since(db, transcript_id)
        page = {each.utterance_id: each for each in shown.utterances}
        for _ in range(data.draw(st.integers(1, 5))):
            for _ in range(data.draw(st.integers(0, 3))):
                if data.draw(st.booleans()):
                    ask(db, transcript_id, data)
                    continue
                plan = data.draw(st.sampled_from([plan_undo, plan_redo]))
                try:
                    step(db, transcript_id, plan, author=ANNA)
                except EditRefusedError:
                    continue
            shown = changes_since(db, transcript_id, shown.revision)
            follow(page, shown)

        fresh = changes_since(db, transcript_id)

        assert in_order(page) == list(fresh.utterances)
        assert shown.speakers == fresh.speakers
        assert (shown.can_undo, shown.can_redo) == (fresh.can_undo, fresh.can_redo)


def follow(page: dict[str, Utterance], shown: TranscriptChanges) -> None:
    assert not shown.is_complete
    for utterance_id in shown.removed_ids:
        page.pop(utterance_id, None)
    page.update({each.utterance_id: each for each in shown.utterances})


def in_order(page: dict[str, Utterance]) -> list[Utterance]:
    return sorted(page.values(), key=lambda each: (each.start_ms, each.position, each.utterance_id))
