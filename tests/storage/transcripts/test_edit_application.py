"""One edit per request, refused if based on stale rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pytest

from pipeline.core.transcript import Sentence, Transcript
from storage.db.database import Connection, Database
from storage.db.errors import DiskFullError, EditRefusedError, NotFoundError, StaleEditError
from storage.db.row_changes import TranscriptRows
from storage.edit_plans.boundaries import DeleteUtterances, MergeUtterances, SplitUtterance
from storage.edit_plans.request import EditContext, Scope
from storage.edit_plans.review_status import Flag, Verify
from storage.edit_plans.speakers import AssignSpeaker, MergeSpeakers, RenameSpeaker
from storage.edit_plans.text import CorrectText, ReplaceText
from storage.history.edit_history import EditAuthor, PlannedMove, plan_redo, plan_return, plan_undo
from storage.history.replay import verify
from storage.history.stored_edits import head_of
from storage.transcripts import edit_application
from storage.transcripts.changes import MAX_STEPS, TranscriptChanges, changes_since, tokens_of
from storage.transcripts.edit_application import edit, edit_concurrently, step, step_concurrently
from storage.transcripts.transcripts import head_transcript, save_machine_transcript
from tests.storage.samples import DIALOGUE, add_sample_run

ANNA, BERT = EditAuthor("Anna"), EditAuthor("Bert")


@pytest.fixture
def transcript_id(database: Database) -> str:
    with database.transaction() as db:
        return save_machine_transcript(db, add_sample_run(db), DIALOGUE).transcript_id


@pytest.fixture
def opened(database: Database, transcript_id: str) -> TranscriptChanges:
    with database.reading() as db:
        return changes_since(db, transcript_id)


@pytest.fixture
def ids(opened: TranscriptChanges) -> list[str]:
    return [each.utterance_id for each in opened.utterances]


def texts(db: Connection, transcript_id: str) -> list[str]:
    return [sentence.text for sentence in head_transcript(db, transcript_id).sentences]


def test_a_repeated_request_is_applied_once_with_the_same_result(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    request = SplitUtterance(ids[0], at_character=1)
    with database.transaction() as db:
        first = edit(db, transcript_id, request, author=EditAuthor("Anna", "c-1"))
    with database.transaction() as db:
        second = edit(db, transcript_id, request, author=EditAuthor("Anna", "c-1"))

        assert first == second
        assert texts(db, transcript_id) == ["你", "好。", "Hello there.", "谁？"]


def test_a_repeated_undo_is_applied_once(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as db:
        for text in ("A", "B"):
            edit(db, transcript_id, CorrectText(ids[0], text), author=ANNA)
        for _ in range(2):
            step(db, transcript_id, plan_undo, author=EditAuthor("Anna", "c-2"))

        assert texts(db, transcript_id)[0] == "A"


def test_an_id_used_for_another_transcript_is_refused(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as db:
        other = save_machine_transcript(db, add_sample_run(db), DIALOGUE).transcript_id
        edit(db, transcript_id, CorrectText(ids[0], "A"), author=EditAuthor("Anna", "c-1"))

        with pytest.raises(EditRefusedError, match="another transcript"):
            step(db, other, plan_undo, author=EditAuthor("Anna", "c-1"))


def test_a_request_that_changes_nothing_is_no_edit(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as db:
        assert edit(db, transcript_id, CorrectText(ids[0], "你好。"), author=ANNA) is None
        assert changes_since(db, transcript_id).revision == opened.revision


def test_an_edit_of_a_sentence_changed_by_another_person_is_refused_with_both_versions(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as db:
        edit(db, transcript_id, CorrectText(ids[0], "您好。"), author=BERT)

        with pytest.raises(StaleEditError, match="Someone else") as refused:
            edit(
                db,
                transcript_id,
                CorrectText(ids[0], "你们好。"),
                author=ANNA,
                base_revision=opened.revision,
            )

    (conflict,) = refused.value.conflicts
    assert (conflict.current.text, conflict.wanted.text) == ("您好。", "你们好。")


def test_verifying_a_changed_sentence_is_refused(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as db:
        edit(db, transcript_id, CorrectText(ids[1], "Bye."), author=BERT)

        with pytest.raises(StaleEditError):
            edit(
                db,
                transcript_id,
                Verify(tuple(ids)),
                author=ANNA,
                base_revision=opened.revision,
            )


def test_edits_of_different_sentences_do_not_conflict(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as db:
        for utterance_id, text in zip(ids, "ABC", strict=True):
            edit(
                db,
                transcript_id,
                CorrectText(utterance_id, text),
                author=ANNA,
                base_revision=opened.revision,
            )

        assert texts(db, transcript_id) == ["A", "B", "C"]


def test_a_speaker_renamed_by_two_people_keeps_the_first_name(
    database: Database, transcript_id: str, opened: TranscriptChanges
) -> None:
    speaker_id = opened.speakers[0].speaker_id
    with database.transaction() as db:
        edit(db, transcript_id, RenameSpeaker(speaker_id, "Bert's"), author=BERT)

        with pytest.raises(StaleEditError) as refused:
            edit(
                db,
                transcript_id,
                RenameSpeaker(speaker_id, "Anna's"),
                author=ANNA,
                base_revision=opened.revision,
            )

    (conflict,) = refused.value.conflicts
    assert (conflict.current.display_name, conflict.wanted.display_name) == ("Bert's", "Anna's")


def test_undo_of_an_edit_after_the_base_revision_is_refused(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as db:
        edit(db, transcript_id, CorrectText(ids[0], "您好。"), author=BERT)

        for plan in (plan_undo, plan_redo):
            with pytest.raises(StaleEditError):
                step(db, transcript_id, plan, author=ANNA, base_revision=opened.revision)


def test_a_base_revision_of_the_future_is_refused(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    future = opened.revision + 1
    with database.transaction() as db:
        with pytest.raises(StaleEditError, match="backup"):
            edit(
                db,
                transcript_id,
                CorrectText(ids[0], "A"),
                author=ANNA,
                base_revision=future,
            )
        with pytest.raises(StaleEditError, match="backup"):
            step(db, transcript_id, plan_undo, author=ANNA, base_revision=future)


def test_an_edit_of_a_deleted_sentence_is_refused(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as db:
        edit(db, transcript_id, DeleteUtterances((ids[0],)), author=BERT)

        with pytest.raises(StaleEditError, match="no longer exist"):
            edit(
                db,
                transcript_id,
                CorrectText(ids[0], "A"),
                author=ANNA,
                base_revision=opened.revision,
            )


def test_a_sentence_of_another_transcript_cannot_be_edited(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as db:
        other = save_machine_transcript(db, add_sample_run(db), DIALOGUE).transcript_id

        with pytest.raises(StaleEditError):
            edit(db, other, CorrectText(ids[0], "A"), author=ANNA)
        with pytest.raises(NotFoundError):
            edit(db, "0" * 32, CorrectText(ids[0], "A"), author=ANNA)


def test_find_and_replace_is_one_edit(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as db:
        edit(db, transcript_id, CorrectText(ids[2], "你好谁？"), author=ANNA)
        edit(db, transcript_id, ReplaceText("你好", "您好"), author=ANNA)
        assert texts(db, transcript_id) == ["您好。", "Hello there.", "您好谁？"]

        step(db, transcript_id, plan_undo, author=ANNA)
        assert texts(db, transcript_id) == ["你好。", "Hello there.", "你好谁？"]


def test_undo_restores_merged_speakers_with_their_turns(
    database: Database, transcript_id: str, opened: TranscriptChanges
) -> None:
    first, second, third = (each.speaker_id for each in opened.speakers)
    with database.transaction() as db:
        edit(db, transcript_id, MergeSpeakers((second, third), first), author=ANNA)
        merged = head_transcript(db, transcript_id)
        step(db, transcript_id, plan_undo, author=ANNA)

        assert merged.speakers == ("S1",)
        assert head_transcript(db, transcript_id) == DIALOGUE


def test_changes_list_removed_utterances(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as db:
        speaker_id = opened.speakers[0].speaker_id
        edit(db, transcript_id, AssignSpeaker(tuple(ids), speaker_id), author=ANNA)
        edit(db, transcript_id, MergeUtterances((ids[0], ids[1])), author=ANNA)

        changes = changes_since(db, transcript_id, opened.revision)

        assert changes.removed_ids == (ids[1],)
        assert [each.utterance_id for each in changes.utterances] == [ids[0], ids[2]]
        assert (changes.can_undo, changes.can_redo) == (True, False)
        assert [token.text for token in tokens_of(db, transcript_id, [ids[0]])[ids[0]]] == [
            "你",
            "好",
            "Hello",
        ]


@pytest.mark.parametrize("revision", [0, 10_000])
def test_a_reader_with_an_unknown_revision_gets_the_whole_transcript(
    database: Database, transcript_id: str, opened: TranscriptChanges, revision: int
) -> None:
    with database.reading() as db:
        assert changes_since(db, transcript_id, revision) == opened


def test_a_reader_far_behind_gets_the_whole_transcript(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as db:
        for number in range(MAX_STEPS + 1):
            edit(db, transcript_id, CorrectText(ids[0], f"第{number}"), author=ANNA)
            if number == MAX_STEPS - 1:
                assert not changes_since(db, transcript_id, opened.revision).is_complete

        assert changes_since(db, transcript_id, opened.revision).is_complete


def test_return_to_an_edit_restores_its_state(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as db:
        moves = [edit(db, transcript_id, CorrectText(ids[0], text), author=ANNA) for text in "ABC"]

        step(db, transcript_id, partial(plan_return, edit_id=moves[0].head_edit_id), author=ANNA)

        assert texts(db, transcript_id)[0] == "A"


def test_a_sentence_of_the_machine_may_be_empty(database: Database) -> None:
    silent = Transcript(100, "zh", (Sentence(0, 100, ""),))
    with database.transaction() as db:
        transcript_id = save_machine_transcript(db, add_sample_run(db), silent).transcript_id
        (row,) = changes_since(db, transcript_id).utterances

        edit(db, transcript_id, CorrectText(row.utterance_id, "好"), author=ANNA)

        assert texts(db, transcript_id) == ["好"]


def test_a_full_disk_during_an_edit_leaves_the_transcript_unchanged(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}").fetchone()
    acknowledged = ["你好。"]

    def edit_until_full() -> None:
        for number in range(1_000):
            text = f"第{number}" + "好" * 500
            with database.transaction() as db:
                edit(db, transcript_id, CorrectText(ids[0], text), author=ANNA)
            acknowledged.append(text)

    with pytest.raises(DiskFullError, match="disk is full"):
        edit_until_full()

    with database.reading() as db:
        assert texts(db, transcript_id)[0] == acknowledged[-1]
        assert verify(db, transcript_id) == ()


@dataclass(frozen=True)
class InterruptedVerify:
    """A verification, during whose planning each of some actions takes place once."""

    ids: tuple[str, ...]
    meanwhile: list[Callable[[], object]] = field(default_factory=list)
    kind = Verify.kind

    @property
    def scope(self) -> Scope:
        return Verify(self.ids).scope

    def plan(self, context: EditContext) -> TranscriptRows:
        if self.meanwhile:
            self.meanwhile.pop()()
        return Verify(self.ids).plan(context)


def correct(database: Database, transcript_id: str, row_id: str) -> None:
    with database.transaction() as db:
        edit(db, transcript_id, CorrectText(row_id, "改了。"), author=BERT)


def test_others_can_write_while_an_edit_is_planned(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    request = InterruptedVerify(tuple(ids[1:]), [lambda: correct(database, transcript_id, ids[0])])

    edit_concurrently(database, transcript_id, request, author=ANNA, base_revision=opened.revision)

    with database.reading() as db:
        found = changes_since(db, transcript_id).utterances
        assert verify(db, transcript_id) == ()
    assert [each.status.value for each in found] == ["corrected", "verified", "verified"]
    assert not request.meanwhile


def test_a_change_during_the_planning_of_an_edit_is_a_conflict(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    request = InterruptedVerify(tuple(ids), [lambda: correct(database, transcript_id, ids[0])])

    with pytest.raises(StaleEditError) as caught:
        edit_concurrently(
            database, transcript_id, request, author=ANNA, base_revision=opened.revision
        )

    assert [each.row_id for each in caught.value.conflicts] == [ids[0]]


def test_an_edit_sent_twice_concurrently_is_applied_once(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    author = EditAuthor("Anna", "c-1")

    def send_first() -> None:
        edit_concurrently(
            database,
            transcript_id,
            Verify(tuple(ids)),
            author=author,
            base_revision=opened.revision,
        )

    request = InterruptedVerify(tuple(ids), [send_first])
    second = edit_concurrently(
        database, transcript_id, request, author=author, base_revision=opened.revision
    )
    third = edit_concurrently(
        database, transcript_id, request, author=author, base_revision=opened.revision
    )

    with database.reading() as db:
        (count,) = db.execute("SELECT count(*) FROM edits WHERE parent_id IS NOT NULL").fetchone()
    assert count == 1
    assert second == third


def test_another_edit_while_an_undo_is_planned_is_undone_instead(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as db:
        edit(db, transcript_id, CorrectText(ids[0], "A"), author=ANNA)
    plans = []

    def plan(db: Connection, transcript_id: str) -> PlannedMove:
        plans.append(plan_undo(db, transcript_id))
        if len(plans) == 1:
            with database.transaction() as other:
                edit(other, transcript_id, CorrectText(ids[1], "B"), author=BERT)
        return plans[-1]

    step_concurrently(database, transcript_id, plan, author=ANNA)

    with database.reading() as db:
        assert texts(db, transcript_id)[:2] == ["A", "Hello there."]


def test_another_edit_while_a_seen_edit_is_being_undone_is_a_conflict(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as db:
        move = edit(db, transcript_id, CorrectText(ids[0], "A"), author=ANNA)
        assert move is not None

    def plan(db: Connection, transcript_id: str) -> PlannedMove:
        planned = plan_undo(db, transcript_id)
        with database.transaction() as other:
            edit(other, transcript_id, CorrectText(ids[1], "B"), author=BERT)
        return planned

    with pytest.raises(StaleEditError):
        step_concurrently(database, transcript_id, plan, author=ANNA, base_revision=move.revision)


@pytest.mark.parametrize("edited", [0, 1])
def test_steps_planned_before_their_transactions_restore_the_rows(
    database: Database, transcript_id: str, ids: list[str], edited: int
) -> None:
    with database.transaction() as db:
        before = texts(db, transcript_id)
        root = head_of(db, transcript_id)
        edit(db, transcript_id, CorrectText(ids[edited], "A"), author=ANNA)
        after = texts(db, transcript_id)
    wanted = [
        (plan_undo, before),
        (plan_redo, after),
        (partial(plan_return, edit_id=root), before),
        (plan_redo, after),
    ]

    for number, (plan, expected) in enumerate(wanted):
        author = EditAuthor("Anna", f"step-{number}")
        first = step_concurrently(database, transcript_id, plan, author=author)
        assert step_concurrently(database, transcript_id, plan, author=author) == first
        with database.reading() as db:
            assert texts(db, transcript_id) == expected
            assert verify(db, transcript_id) == ()


@dataclass(frozen=True)
class NotedMerge(MergeSpeakers):
    """A merge of speakers that notes the rows that it is given."""

    given: list[TranscriptRows] = field(default_factory=list)

    def plan(self, context: EditContext) -> TranscriptRows:
        self.given.append(context.current)
        return super().plan(context)


def test_the_rows_of_a_speaker_named_many_times_are_read_once(
    database: Database, transcript_id: str, opened: TranscriptChanges
) -> None:
    first, second, *_ = (each.speaker_id for each in opened.speakers)
    request = NotedMerge((first,) * 1_000, second)

    edit_concurrently(database, transcript_id, request, author=ANNA)

    (rows,) = request.given
    assert (len(rows.utterances), len(rows.turns)) == (1, 1)


def test_an_edit_that_writes_too_much_is_refused(
    database: Database, transcript_id: str, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edit_application, "MAX_EDIT_CHARACTERS", 2_000)
    one, both = Flag((ids[0],), "x" * 1_500), Flag((ids[0], ids[1]), "x" * 1_500)

    with pytest.raises(EditRefusedError, match="too much at once"):
        edit_concurrently(database, transcript_id, both, author=ANNA)
    edit_concurrently(database, transcript_id, one, author=ANNA)
