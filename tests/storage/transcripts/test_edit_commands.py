"""One edit for one wish, and only upon what was seen."""

from __future__ import annotations

import pytest

from pipeline.core.transcript import Sentence, Transcript
from storage.db.database import Database, Rows
from storage.db.errors import DiskFullError, EditRefusedError, NotFoundError, StaleEditError
from storage.edits.boundaries import DeleteUtterances, MergeUtterances, SplitUtterance
from storage.edits.review_status import Verify
from storage.edits.speakers import AssignSpeaker, MergeSpeakers, RenameSpeaker
from storage.edits.text import CorrectText, ReplaceText
from storage.history.edit_history import Signature
from storage.history.replay import verify
from storage.transcripts.changes import MAX_STEPS, TranscriptChanges, changes_since, tokens_of
from storage.transcripts.edit_commands import edit, redo_last, return_to_edit, undo_last
from storage.transcripts.transcripts import head_transcript, save_machine_transcript
from tests.storage.samples import DIALOGUE, add_sample_run

ANNA, BERT = Signature("Anna"), Signature("Bert")


@pytest.fixture
def transcript_id(database: Database) -> str:
    with database.transaction() as rows:
        return save_machine_transcript(rows, add_sample_run(rows), DIALOGUE).transcript_id


@pytest.fixture
def opened(database: Database, transcript_id: str) -> TranscriptChanges:
    with database.reading() as rows:
        return changes_since(rows, transcript_id)


@pytest.fixture
def ids(opened: TranscriptChanges) -> list[str]:
    return [each.utterance_id for each in opened.utterances]


def texts(rows: Rows, transcript_id: str) -> list[str]:
    return [sentence.text for sentence in head_transcript(rows, transcript_id).sentences]


def test_the_same_wish_sent_twice_is_done_once_and_answered_alike(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    wish = SplitUtterance(ids[0], at_character=1)
    with database.transaction() as rows:
        first = edit(rows, transcript_id, wish, signature=Signature("Anna", "c-1"))
    with database.transaction() as rows:
        second = edit(rows, transcript_id, wish, signature=Signature("Anna", "c-1"))

        assert first == second
        assert texts(rows, transcript_id) == ["你", "好。", "Hello there.", "谁？"]


def test_undo_sent_twice_is_done_once(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as rows:
        for text in ("A", "B"):
            edit(rows, transcript_id, CorrectText(ids[0], text), signature=ANNA)
        for _ in range(2):
            undo_last(rows, transcript_id, signature=Signature("Anna", "c-2"))

        assert texts(rows, transcript_id)[0] == "A"


def test_an_id_used_for_another_transcript_is_refused(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as rows:
        other = save_machine_transcript(rows, add_sample_run(rows), DIALOGUE).transcript_id
        edit(rows, transcript_id, CorrectText(ids[0], "A"), signature=Signature("Anna", "c-1"))

        with pytest.raises(EditRefusedError, match="another transcript"):
            undo_last(rows, other, signature=Signature("Anna", "c-1"))


def test_a_wish_that_changes_nothing_is_no_edit(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as rows:
        assert edit(rows, transcript_id, CorrectText(ids[0], "你好。"), signature=ANNA) is None
        assert changes_since(rows, transcript_id).revision == opened.revision


def test_a_sentence_changed_by_somebody_else_is_refused_with_both_versions(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as rows:
        edit(rows, transcript_id, CorrectText(ids[0], "您好。"), signature=BERT)

        with pytest.raises(StaleEditError, match="Somebody else") as refused:
            edit(
                rows,
                transcript_id,
                CorrectText(ids[0], "你们好。"),
                signature=ANNA,
                seen_revision=opened.revision,
            )

    (conflict,) = refused.value.conflicts
    assert (conflict.current.text, conflict.wanted.text) == ("您好。", "你们好。")


def test_verifying_what_is_different_by_now_is_refused(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as rows:
        edit(rows, transcript_id, CorrectText(ids[1], "Bye."), signature=BERT)

        with pytest.raises(StaleEditError):
            edit(
                rows,
                transcript_id,
                Verify(tuple(ids)),
                signature=ANNA,
                seen_revision=opened.revision,
            )


def test_edits_of_different_sentences_do_not_disturb_each_other(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as rows:
        for utterance_id, text in zip(ids, "ABC", strict=True):
            edit(
                rows,
                transcript_id,
                CorrectText(utterance_id, text),
                signature=ANNA,
                seen_revision=opened.revision,
            )

        assert texts(rows, transcript_id) == ["A", "B", "C"]


def test_a_speaker_renamed_by_two_people_keeps_the_first_name(
    database: Database, transcript_id: str, opened: TranscriptChanges
) -> None:
    speaker_id = opened.speakers[0].speaker_id
    with database.transaction() as rows:
        edit(rows, transcript_id, RenameSpeaker(speaker_id, "Bert's"), signature=BERT)

        with pytest.raises(StaleEditError) as refused:
            edit(
                rows,
                transcript_id,
                RenameSpeaker(speaker_id, "Anna's"),
                signature=ANNA,
                seen_revision=opened.revision,
            )

    (conflict,) = refused.value.conflicts
    assert (conflict.current.display_name, conflict.wanted.display_name) == ("Bert's", "Anna's")


def test_undo_does_not_take_back_what_nobody_has_seen(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as rows:
        edit(rows, transcript_id, CorrectText(ids[0], "您好。"), signature=BERT)

        for step in (undo_last, redo_last):
            with pytest.raises(StaleEditError):
                step(rows, transcript_id, signature=ANNA, seen_revision=opened.revision)


def test_who_has_seen_more_than_there_is_looks_at_another_database(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    future = opened.revision + 1
    with database.transaction() as rows:
        with pytest.raises(StaleEditError, match="backup"):
            edit(
                rows,
                transcript_id,
                CorrectText(ids[0], "A"),
                signature=ANNA,
                seen_revision=future,
            )
        with pytest.raises(StaleEditError, match="backup"):
            undo_last(rows, transcript_id, signature=ANNA, seen_revision=future)


def test_a_sentence_that_was_joined_meanwhile_is_told(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as rows:
        edit(rows, transcript_id, DeleteUtterances((ids[0],)), signature=BERT)

        with pytest.raises(StaleEditError, match="no longer there"):
            edit(
                rows,
                transcript_id,
                CorrectText(ids[0], "A"),
                signature=ANNA,
                seen_revision=opened.revision,
            )


def test_a_sentence_of_another_transcript_is_out_of_reach(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as rows:
        other = save_machine_transcript(rows, add_sample_run(rows), DIALOGUE).transcript_id

        with pytest.raises(StaleEditError):
            edit(rows, other, CorrectText(ids[0], "A"), signature=ANNA)
        with pytest.raises(NotFoundError):
            edit(rows, "0" * 32, CorrectText(ids[0], "A"), signature=ANNA)


def test_find_and_replace_is_one_edit(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as rows:
        edit(rows, transcript_id, CorrectText(ids[2], "你好谁？"), signature=ANNA)
        edit(rows, transcript_id, ReplaceText("你好", "您好"), signature=ANNA)
        assert texts(rows, transcript_id) == ["您好。", "Hello there.", "您好谁？"]

        undo_last(rows, transcript_id, signature=ANNA)
        assert texts(rows, transcript_id) == ["你好。", "Hello there.", "你好谁？"]


def test_merged_speakers_come_back_with_their_turns(
    database: Database, transcript_id: str, opened: TranscriptChanges
) -> None:
    first, second, third = (each.speaker_id for each in opened.speakers)
    with database.transaction() as rows:
        edit(rows, transcript_id, MergeSpeakers((second, third), first), signature=ANNA)
        merged = head_transcript(rows, transcript_id)
        undo_last(rows, transcript_id, signature=ANNA)

        assert merged.speakers == ("S1",)
        assert head_transcript(rows, transcript_id) == DIALOGUE


def test_changes_name_what_went(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as rows:
        speaker_id = opened.speakers[0].speaker_id
        edit(rows, transcript_id, AssignSpeaker(tuple(ids), speaker_id), signature=ANNA)
        edit(rows, transcript_id, MergeUtterances((ids[0], ids[1])), signature=ANNA)

        changes = changes_since(rows, transcript_id, opened.revision)

        assert changes.removed_ids == (ids[1],)
        assert [each.utterance_id for each in changes.utterances] == [ids[0], ids[2]]
        assert (changes.can_undo, changes.can_redo) == (True, False)
        assert [token.text for token in tokens_of(rows, transcript_id, [ids[0]])[ids[0]]] == [
            "你",
            "好",
            "Hello",
        ]


@pytest.mark.parametrize("revision", [0, 10_000])
def test_a_reader_with_a_revision_that_never_was_is_given_everything(
    database: Database, transcript_id: str, opened: TranscriptChanges, revision: int
) -> None:
    with database.reading() as rows:
        assert changes_since(rows, transcript_id, revision) == opened


def test_a_reader_far_behind_is_given_everything(
    database: Database, transcript_id: str, opened: TranscriptChanges, ids: list[str]
) -> None:
    with database.transaction() as rows:
        for number in range(MAX_STEPS + 1):
            edit(rows, transcript_id, CorrectText(ids[0], f"第{number}"), signature=ANNA)
            if number == MAX_STEPS - 1:
                assert not changes_since(rows, transcript_id, opened.revision).is_complete

        assert changes_since(rows, transcript_id, opened.revision).is_complete


def test_a_state_is_returned_to_by_its_edit(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as rows:
        moves = [
            edit(rows, transcript_id, CorrectText(ids[0], text), signature=ANNA) for text in "ABC"
        ]

        return_to_edit(rows, transcript_id, moves[0].head_edit_id, signature=ANNA)

        assert texts(rows, transcript_id)[0] == "A"


def test_a_sentence_may_be_without_words_from_the_machine(database: Database) -> None:
    silent = Transcript(100, "zh", (Sentence(0, 100, ""),))
    with database.transaction() as rows:
        transcript_id = save_machine_transcript(rows, add_sample_run(rows), silent).transcript_id
        (row,) = changes_since(rows, transcript_id).utterances

        edit(rows, transcript_id, CorrectText(row.utterance_id, "好"), signature=ANNA)

        assert texts(rows, transcript_id) == ["好"]


def test_a_disk_that_fills_up_in_an_edit_leaves_the_transcript_as_it_was(
    database: Database, transcript_id: str, ids: list[str]
) -> None:
    with database.transaction() as rows:
        (pages,) = rows.execute("PRAGMA page_count").fetchone()
        rows.execute(f"PRAGMA max_page_count = {pages}").fetchone()
    acknowledged = ["你好。"]

    def edit_until_full() -> None:
        for number in range(1_000):
            text = f"第{number}" + "好" * 500
            with database.transaction() as rows:
                edit(rows, transcript_id, CorrectText(ids[0], text), signature=ANNA)
            acknowledged.append(text)

    with pytest.raises(DiskFullError, match="disk is full"):
        edit_until_full()

    with database.reading() as rows:
        assert texts(rows, transcript_id)[0] == acknowledged[-1]
        assert verify(rows, transcript_id) == ()
