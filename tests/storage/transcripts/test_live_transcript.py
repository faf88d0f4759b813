"""Live transcripts are written during their run and finalized at its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from storage.db.database import Connection, Database, open_database
from storage.db.errors import EditRefusedError, NotFoundError, StaleEditError
from storage.db.hidden_recordings import delete_hidden, list_hidden
from storage.db.records import PipelineRun, Speaker, TranscriptRecord, Utterance
from storage.db.row_changes import TranscriptRows
from storage.db.transcript_rows import all_rows
from storage.edit_plans.boundaries import DeleteUtterances, SplitUtterance
from storage.edit_plans.request import EditRequest
from storage.edit_plans.review_status import Verify
from storage.edit_plans.speakers import AddSpeaker, AssignSpeaker, MergeSpeakers, RenameSpeaker
from storage.edit_plans.text import CorrectText
from storage.exports import TranscriptVersion, export_document
from storage.history.edit_history import EditAuthor, plan_redo, plan_return, plan_undo
from storage.history.replay import verify
from storage.history.stored_edits import head_of
from storage.library.runs import list_runs
from storage.statistics.annotators import annotators_work
from storage.transcripts import live_transcript as growing
from storage.transcripts.changes import changes_since
from storage.transcripts.edit_application import edit, step
from storage.transcripts.live_transcript import (
    FINALIZE_SPEAKERS,
    drop_unreviewed,
    finalize,
    plan_finalization,
)
from storage.transcripts.transcripts import (
    head_transcript,
    list_speakers,
    list_transcripts,
    list_utterances,
    save_machine_transcript,
)
from tests.storage.drawn_requests import requests
from tests.storage.drawn_transcripts import sentences as drawn_sentences
from tests.storage.drawn_transcripts import transcripts
from tests.storage.samples import add_sample_run, delete_rows

ANNA = EditAuthor("Anna")


def said(start_ms: int, text: str, speaker: str | None, length_ms: int = 1_000) -> Sentence:
    end_ms = start_ms + length_ms
    return Sentence(start_ms, end_ms, text, (Token(start_ms, end_ms, text, 0.5),), speaker)


FOUND = (
    said(0, "一。", "S1"),
    said(1_000, "二。", "S2"),
    said(2_000, "三。", "S1"),
    said(3_000, "四。", "S3"),
)
# The final speakers differ: the first two are swapped, the third is removed.
FINAL = Transcript(
    duration_ms=4_500,
    language="zh",
    sentences=(
        said(0, "一。", "S2"),
        said(1_000, "二。", "S1"),
        said(2_000, "三。", "S2"),
        said(3_000, "四", "S1", 400),
        said(3_400, "。", "S2", 600),
    ),
    turns=(SpeakerTurn(0, 1_000, "S2"), SpeakerTurn(1_000, 2_000, "S1")),
)


@pytest.fixture
def db(database: Database) -> Iterator[Connection]:
    with database.transaction() as db:
        yield db
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.fixture(scope="module")
def shared_database() -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        database = open_database(Path(folder) / "studio.sqlite3")
        yield database
        database.close()


@pytest.fixture
def run(db: Connection) -> PipelineRun:
    return add_sample_run(db)


@pytest.fixture
def grown(db: Connection, run: PipelineRun) -> str:
    return append_live(db, run, 0, FOUND).transcript_id


def append_live(
    db: Connection, run: PipelineRun, first: int, found: Sequence[Sentence], *, duration_ms: int = 0
) -> TranscriptRecord:
    grown = growing.append_live(db, run, first, found, duration_ms=duration_ms)
    assert grown is not None
    return grown


def ask(db: Connection, transcript_id: str, request: EditRequest) -> None:
    edit(db, transcript_id, request, author=ANNA)


def spoken(db: Connection, transcript_id: str) -> list[tuple[str, str | None]]:
    labels = {each.speaker_id: each.label for each in list_speakers(db, transcript_id)}
    return [
        (each.text, None if each.speaker_id is None else labels[each.speaker_id])
        for each in list_utterances(db, transcript_id)
    ]


def utterance(db: Connection, transcript_id: str, text: str) -> Utterance:
    (found,) = [each for each in list_utterances(db, transcript_id) if each.text == text]
    return found


def speaker(db: Connection, transcript_id: str, label: str) -> Speaker:
    (found,) = [each for each in list_speakers(db, transcript_id) if each.label == label]
    return found


def test_the_first_sentences_create_a_live_transcript_and_later_ones_are_appended(
    db: Connection, run: PipelineRun
) -> None:
    first = append_live(db, run, 0, FOUND[:1], duration_ms=60_000)
    second = append_live(db, run, 1, FOUND[1:])

    assert first.transcript_id == second.transcript_id
    assert spoken(db, first.transcript_id) == [
        ("一。", "S1"),
        ("二。", "S2"),
        ("三。", "S1"),
        ("四。", "S3"),
    ]
    assert (second.duration_ms, second.language) == (60_000, "")
    assert verify(db, first.transcript_id) == ()


def test_repeated_sentences_of_a_resumed_run_are_skipped(db: Connection, run: PipelineRun) -> None:
    transcript_id = append_live(db, run, 0, FOUND[:3]).transcript_id

    append_live(db, run, 0, FOUND[:1])
    append_live(db, run, 1, FOUND[1:])

    assert [text for text, _ in spoken(db, transcript_id)] == ["一。", "二。", "三。", "四。"]


def test_a_page_receives_sentences_appended_since_its_revision(
    db: Connection, run: PipelineRun
) -> None:
    seen = append_live(db, run, 0, FOUND[:2])
    append_live(db, run, 2, FOUND[2:])

    changes = changes_since(db, seen.transcript_id, seen.revision)

    assert [each.text for each in changes.utterances] == ["三。", "四。"]
    assert (changes.is_complete, changes.can_undo) == (False, False)


def test_appended_sentences_do_not_prevent_undo(db: Connection, run: PipelineRun) -> None:
    transcript_id = append_live(db, run, 0, FOUND[:1]).transcript_id
    first = utterance(db, transcript_id, "一。").utterance_id
    move = edit(db, transcript_id, CorrectText(first, "1"), author=ANNA)
    assert move is not None
    append_live(db, run, 1, FOUND[1:])

    step(db, transcript_id, plan_undo, author=ANNA, base_revision=move.revision)

    assert [text for text, _ in spoken(db, transcript_id)] == ["一。", "二。", "三。", "四。"]


def test_another_persons_edit_prevents_undo(db: Connection, run: PipelineRun) -> None:
    record = append_live(db, run, 0, FOUND[:2])
    for text, wish in (("一。", "1"), ("二。", "2")):
        row_id = utterance(db, record.transcript_id, text).utterance_id
        seen = edit(db, record.transcript_id, CorrectText(row_id, wish), author=ANNA)
        assert seen is not None

    with pytest.raises(StaleEditError):
        step(db, record.transcript_id, plan_undo, author=ANNA, base_revision=seen.revision - 1)


def test_without_edits_a_finalized_transcript_equals_a_saved_one(
    db: Connection, run: PipelineRun, grown: str
) -> None:
    finalized = finalize(db, run, FINAL)
    saved = save_machine_transcript(db, run, FINAL)

    assert finalized.transcript_id == grown
    assert head_transcript(db, grown) == head_transcript(db, saved.transcript_id) == FINAL
    machine = export_document(db, grown, version=TranscriptVersion.MACHINE)
    assert machine.transcript == FINAL
    assert verify(db, grown) == ()


def test_a_plan_made_before_the_transaction_gives_the_same(
    db: Connection, run: PipelineRun, grown: str
) -> None:
    plan = plan_finalization(db, run, FINAL)

    finalize(db, run, FINAL, plan)

    assert plan is not None
    assert head_transcript(db, grown) == FINAL
    assert verify(db, grown) == ()


def test_an_edit_made_after_the_plan_is_kept(db: Connection, run: PipelineRun, grown: str) -> None:
    plan = plan_finalization(db, run, FINAL)
    first = list_utterances(db, grown)[0].utterance_id
    ask(db, grown, CorrectText(first, "改了。"))

    finalize(db, run, FINAL, plan)

    texts = {each.utterance_id: each.text for each in list_utterances(db, grown)}
    assert texts[first] == "改了。"
    assert verify(db, grown) == ()


def test_a_transcript_dropped_after_the_plan_is_saved_again(
    db: Connection, run: PipelineRun, grown: str
) -> None:
    plan = plan_finalization(db, run, FINAL)
    drop_unreviewed(db, run.run_id)

    saved = finalize(db, run, FINAL, plan)

    assert saved.transcript_id != grown
    assert head_transcript(db, saved.transcript_id) == FINAL


def test_a_run_without_live_sentences_is_saved_as_a_whole(db: Connection, run: PipelineRun) -> None:
    assert head_transcript(db, finalize(db, run, FINAL).transcript_id) == FINAL


def test_finalizing_keeps_the_ids_of_unchanged_rows(
    db: Connection, run: PipelineRun, grown: str
) -> None:
    before = {each.text: each.utterance_id for each in list_utterances(db, grown)}

    finalize(db, run, FINAL)

    after = {each.text: each.utterance_id for each in list_utterances(db, grown)}
    assert {text: after[text] for text in ("一。", "二。", "三。")} == {
        text: before[text] for text in ("一。", "二。", "三。")
    }
    assert after["。"] == before["四。"]  # the longer part


def test_the_name_of_a_provisional_speaker_moves_to_the_matching_final_speaker(
    db: Connection, run: PipelineRun, grown: str
) -> None:
    ask(db, grown, RenameSpeaker(speaker(db, grown, "S1").speaker_id, "Bo"))

    finalize(db, run, FINAL)

    names = {each.speaker_id: each.display_name for each in list_speakers(db, grown)}
    said_by = [(each.text, names[each.speaker_id or ""]) for each in list_utterances(db, grown)]
    assert said_by == [("一。", "Bo"), ("二。", None), ("三。", "Bo"), ("四", None), ("。", "Bo")]
    assert verify(db, grown) == ()


def test_finalizing_keeps_corrected_text_and_corrects_its_speaker_by_an_undoable_edit(
    db: Connection, run: PipelineRun, grown: str
) -> None:
    last = utterance(db, grown, "四。")
    ask(db, grown, CorrectText(last.utterance_id, "4"))

    finalize(db, run, FINAL)
    put_right = utterance(db, grown, "4")
    step(db, grown, plan_undo, author=ANNA)
    taken_back = utterance(db, grown, "4")

    heard = utterance(db, grown, "三。").speaker_id
    assert (put_right.speaker_id, taken_back.speaker_id) == (heard, last.speaker_id)
    assert [text for text, _ in spoken(db, grown)] == ["一。", "二。", "三。", "4"]
    assert verify(db, grown) == ()


def test_finalizing_keeps_an_assigned_or_verified_speaker(
    db: Connection, run: PipelineRun, grown: str
) -> None:
    first, last = utterance(db, grown, "一。"), utterance(db, grown, "四。")
    ask(db, grown, AssignSpeaker((first.utterance_id,), last.speaker_id))
    ask(db, grown, Verify((last.utterance_id,)))
    head = head_of(db, grown)

    finalize(db, run, FINAL)

    assert utterance(db, grown, "一。").speaker_id == last.speaker_id
    assert utterance(db, grown, "四。").speaker_id == last.speaker_id
    assert head_of(db, grown) == head


def test_a_deleted_sentence_is_restored_by_undo_but_not_by_finalizing(
    db: Connection, run: PipelineRun, grown: str
) -> None:
    ask(db, grown, DeleteUtterances((utterance(db, grown, "二。").utterance_id,)))

    finalize(db, run, FINAL)
    finalized = [text for text, _ in spoken(db, grown)]
    step(db, grown, plan_undo, author=ANNA)

    assert finalized == ["一。", "三。", "四", "。"]
    assert [text for text, _ in spoken(db, grown)] == ["一。", "二。", "三。", "四", "。"]


def test_a_merged_speaker_continues_as_the_one_it_was_merged_into(
    db: Connection, run: PipelineRun
) -> None:
    transcript_id = append_live(db, run, 0, FOUND[:2]).transcript_id
    one, two = (speaker(db, transcript_id, each).speaker_id for each in ("S1", "S2"))
    ask(db, transcript_id, MergeSpeakers((two,), one))

    append_live(db, run, 2, (said(2_000, "三。", "S2"),))
    while_growing = spoken(db, transcript_id)
    finalize(db, run, replace(FINAL, sentences=(*FINAL.sentences[:2], said(2_000, "三。", "S1"))))

    assert [label for _, label in while_growing] == ["S1", "S1", "S1"]
    assert {label for _, label in spoken(db, transcript_id)} == {
        speaker(db, transcript_id, list_speakers(db, transcript_id)[0].label).label
    }
    assert verify(db, transcript_id) == ()


def test_undo_and_redo_of_a_merge_leave_no_sentence_without_speaker(
    db: Connection, run: PipelineRun
) -> None:
    transcript_id = append_live(db, run, 0, FOUND[:2]).transcript_id
    one, two = (speaker(db, transcript_id, each).speaker_id for each in ("S1", "S2"))
    ask(db, transcript_id, MergeSpeakers((two,), one))
    merged = head_of(db, transcript_id)
    step(db, transcript_id, plan_undo, author=ANNA)
    append_live(db, run, 2, (said(2_000, "三。", "S2"),))
    finalize(db, run, FINAL)

    step(db, transcript_id, partial(plan_return, edit_id=merged), author=ANNA)

    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert verify(db, transcript_id) == ()


def test_a_label_that_undo_may_restore_is_not_reused(db: Connection, run: PipelineRun) -> None:
    transcript_id = append_live(db, run, 0, FOUND[:2]).transcript_id
    ask(db, transcript_id, AddSpeaker(name="Cai"))  # becomes S3
    step(db, transcript_id, plan_undo, author=ANNA)
    append_live(db, run, 2, FOUND[2:])

    step(db, transcript_id, plan_redo, author=ANNA)

    assert sorted(each.label for each in list_speakers(db, transcript_id)) == [
        "S1",
        "S2",
        "S3",
        "S4",
    ]


def test_the_machine_is_not_an_annotator(db: Connection, run: PipelineRun, grown: str) -> None:
    ask(db, grown, CorrectText(utterance(db, grown, "四。").utterance_id, "4"))

    finalize(db, run, FINAL)

    assert db.execute("SELECT kind FROM edits ORDER BY id DESC LIMIT 1").fetchone() == (
        FINALIZE_SPEAKERS,
    )
    assert [each.author for each in annotators_work(db)] == ["Anna"]


def test_an_unedited_live_transcript_is_deleted_if_its_run_does_not_finish(
    db: Connection, run: PipelineRun, grown: str
) -> None:
    hidden_id = drop_unreviewed(db, run.run_id)

    assert list_transcripts(db, run.recording_id) == ()
    assert list_hidden(db) == (hidden_id,)
    assert [each.run_id for each in list_runs(db, run.recording_id)] == [run.run_id]

    delete_hidden(db)

    assert db.execute("SELECT count(*) FROM growths").fetchone() == (0,)
    with pytest.raises(NotFoundError):
        head_transcript(db, grown)


def test_an_edited_live_transcript_stays_even_if_the_edit_was_undone(
    db: Connection, run: PipelineRun, grown: str
) -> None:
    ask(db, grown, CorrectText(utterance(db, grown, "一。").utterance_id, "1"))
    step(db, grown, plan_undo, author=ANNA)

    assert drop_unreviewed(db, run.run_id) is None
    assert [text for text, _ in spoken(db, grown)] == ["一。", "二。", "三。", "四。"]


def test_deleting_a_recording_deletes_its_live_steps(
    db: Connection, run: PipelineRun, grown: str
) -> None:
    delete_rows(db, run.recording_id)

    assert db.execute("SELECT count(*) FROM growths").fetchone() == (0,)
    with pytest.raises(NotFoundError):
        append_live(db, run, 4, FOUND[:1])
    assert grown


def test_a_split_sentence_keeps_its_words_and_both_parts_get_the_right_speaker(
    db: Connection, run: PipelineRun
) -> None:
    found = sentence_in_two_tokens("S1")
    transcript_id = append_live(db, run, 0, (found, said(2_000, "三。", "S2"))).transcript_id
    row_id = utterance(db, transcript_id, "好吗").utterance_id
    ask(db, transcript_id, SplitUtterance(row_id, at_character=1))
    final = Transcript(
        3_000,
        "zh",
        (
            Sentence(0, 900, "好", (Token(0, 900, "好"),), "S1"),
            Sentence(1_000, 1_900, "吗", (Token(1_000, 1_900, "吗"),), "S2"),
            said(2_000, "三。", "S2"),
        ),
    )

    finalize(db, run, final)

    assert spoken(db, transcript_id) == [("好", "S1"), ("吗", "S2"), ("三。", "S2")]


def sentence_in_two_tokens(speaker: str) -> Sentence:
    tokens = (Token(0, 900, "好"), Token(1_000, 1_900, "吗"))
    return Sentence(0, 1_900, "好吗", tokens, speaker)


@given(transcripts(), st.lists(drawn_sentences(), max_size=6), st.data())
@settings(max_examples=60, deadline=None)
def test_any_live_transcript_is_finalized_to_the_saved_result(
    shared_database: Database,
    final: Transcript,
    found: list[Sentence],
    data: st.DataObject,
) -> None:
    with shared_database.transaction() as db:
        run = add_sample_run(db)
        cut = data.draw(st.integers(0, len(found)))
        growing.append_live(db, run, 0, found[:cut])
        growing.append_live(db, run, cut, found[cut:])

        transcript_id = finalize(db, run, final).transcript_id

        assert head_transcript(db, transcript_id) == head_transcript(
            db, save_machine_transcript(db, run, final).transcript_id
        )
        assert verify(db, transcript_id) == ()


@given(transcripts(), st.lists(drawn_sentences(), min_size=1, max_size=8), st.data())
@settings(max_examples=80, deadline=None)
def test_no_edit_is_lost_by_any_live_steps(
    shared_database: Database,
    final: Transcript,
    found: list[Sentence],
    data: st.DataObject,
) -> None:
    with shared_database.transaction() as db:
        run = add_sample_run(db)
        transcript_id = append_live(db, run, 0, found[:2]).transcript_id
        first = 2
        states: dict[int, TranscriptRows] = {}
        for _ in range(data.draw(st.integers(1, 12))):
            if data.draw(st.integers(0, 2)) == 0 and first < len(found):
                append_live(db, run, first, found[first : first + 2])
                first += 2
            else:
                act(db, transcript_id, data)
            states[head_of(db, transcript_id)] = touched(db, transcript_id)
        head = head_of(db, transcript_id)
        before = touched(db, transcript_id)

        finalize(db, run, final)

        after = touched(db, transcript_id)
        assert without_settled_speakers(db, transcript_id, before, after)
        assert verify(db, transcript_id) == ()
        for edit_id in (*states, head):  # every earlier state can be restored
            if edit_id != head_of(db, transcript_id):
                step(db, transcript_id, partial(plan_return, edit_id=edit_id), author=ANNA)
            assert verify(db, transcript_id) == ()
        for _ in range(data.draw(st.integers(0, 4))):
            act(db, transcript_id, data)
            assert verify(db, transcript_id) == ()
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def act(db: Connection, transcript_id: str, data: st.DataObject) -> None:
    """Apply a drawn request, if it is valid."""
    what = data.draw(st.sampled_from(["edit", "edit", "edit", "undo", "redo", "return"]))
    try:
        if what == "edit":
            edit(
                db,
                transcript_id,
                data.draw(requests(all_rows(db, transcript_id))),
                author=ANNA,
            )
        elif what == "return":
            edits = db.execute("SELECT id FROM edits WHERE transcript_id = ?", [transcript_id])
            goal = data.draw(st.sampled_from([each for (each,) in edits]))
            step(db, transcript_id, partial(plan_return, edit_id=goal), author=ANNA)
        else:
            step(db, transcript_id, {"undo": plan_undo, "redo": plan_redo}[what], author=ANNA)
    except (EditRefusedError, StaleEditError):
        return


def touched(db: Connection, transcript_id: str) -> TranscriptRows:
    """Return the current rows that edits have changed."""
    ids = {
        row_id
        for (row_id,) in db.execute(
            "SELECT utterance_id FROM edited_utterances JOIN edits ON edits.id = edit_id "
            "WHERE transcript_id = ?",
            [transcript_id],
        )
    }
    found = all_rows(db, transcript_id)
    utterances = sorted((row for row in found.utterances if row.id in ids), key=lambda row: row.id)
    return TranscriptRows(utterances=tuple(utterances))


def without_settled_speakers(
    db: Connection, transcript_id: str, before: TranscriptRows, after: TranscriptRows
) -> bool:
    """Return whether the rows differ only in speakers corrected by the machine's edit."""
    kind = db.execute(
        "SELECT kind FROM edits WHERE id = ?", [head_of(db, transcript_id)]
    ).fetchone()[0]
    if kind != FINALIZE_SPEAKERS:
        return before == after
    return [replace(row, speaker_id=None) for row in before.utterances] == [
        replace(row, speaker_id=None) for row in after.utterances
    ]
