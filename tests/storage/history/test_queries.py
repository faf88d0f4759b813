"""Timeline, history of an utterance, versions, statistics."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial

import pytest

from pipeline.metrics import CharacterErrors
from storage.db.database import Connection, Database
from storage.db.errors import EditRefusedError, NotFoundError
from storage.db.records import HeadMove
from storage.edit_plans.boundaries import (
    DeleteUtterances,
    InsertUtterance,
    MergeUtterances,
    SplitUtterance,
)
from storage.edit_plans.request import EditRequest
from storage.edit_plans.review_status import Reject, Verify
from storage.edit_plans.speakers import (
    AssignSpeaker,
    MergeSpeakers,
    ReassignSpeaker,
    RenameSpeaker,
)
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor, plan_return, plan_undo
from storage.history.queries import SentenceStep, former_speakers, timeline, utterance_history
from storage.history.versions import delete_version, find_version, list_versions, name_version
from storage.statistics.annotators import active_ms, annotators_work
from storage.statistics.quality import review_quality
from storage.transcripts.edit_application import edit, step
from storage.transcripts.transcripts import (
    head_transcript,
    list_speakers,
    list_utterances,
    save_machine_transcript,
)
from tests.storage.samples import DIALOGUE, add_sample_run

ANNA, BERT = EditAuthor("Anna"), EditAuthor("Bert")


@pytest.fixture
def transcript_id(database: Database) -> str:
    with database.transaction() as db:
        return save_machine_transcript(db, add_sample_run(db), DIALOGUE).transcript_id


def ids(db: Connection, transcript_id: str) -> list[str]:
    return [each.utterance_id for each in list_utterances(db, transcript_id)]


def do(
    db: Connection, transcript_id: str, request: EditRequest, author: EditAuthor = ANNA
) -> HeadMove:
    move = edit(db, transcript_id, request, author=author)
    assert move is not None
    return move


def texts(steps: tuple[SentenceStep, ...]) -> list[tuple[str, str | None, str | None]]:
    return [
        (
            step.edit.kind,
            None if step.before is None else step.before.text,
            None if step.after is None else step.after.text,
        )
        for step in steps
    ]


def test_the_timeline_lists_every_edit_and_marks_those_in_force(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        first = ids(db, transcript_id)[0]
        speaker = list_speakers(db, transcript_id)[0]
        do(db, transcript_id, CorrectText(first, "A"))
        step(db, transcript_id, plan_undo, author=ANNA)
        do(db, transcript_id, RenameSpeaker(speaker.speaker_id, "王老师"), BERT)
        do(db, transcript_id, Verify(tuple(ids(db, transcript_id))))

        found = timeline(db, transcript_id, limit=10)

    assert [
        (each.edit.kind, each.edit.author, each.is_in_force, each.num_utterances, each.excerpt)
        for each in found
    ] == [
        ("verify", "Anna", True, 3, "你好。"),
        ("rename_speaker", "Bert", True, 0, "王老师"),
        ("correct_text", "Anna", False, 1, "A"),
        ("machine", "machine", True, 0, ""),
    ]


def test_the_timeline_is_paged(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        for text in "ABCD":
            do(db, transcript_id, CorrectText(ids(db, transcript_id)[0], text))

        newest = timeline(db, transcript_id, limit=2)
        older = timeline(db, transcript_id, limit=2, before_edit_id=newest[-1].edit.edit_id)

    assert [each.excerpt for each in (*newest, *older)] == ["D", "C", "B", "A"]
    assert all(each.is_in_force for each in (*newest, *older))


def test_the_history_of_an_utterance_begins_with_the_root_edit(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        first, second, _ = ids(db, transcript_id)
        do(db, transcript_id, CorrectText(first, "A"))
        do(db, transcript_id, CorrectText(second, "other"))
        step(db, transcript_id, plan_undo, author=ANNA)
        step(db, transcript_id, plan_undo, author=ANNA)
        do(db, transcript_id, CorrectText(first, "B"))

        steps = utterance_history(db, transcript_id, first)

    assert texts(steps) == [
        ("machine", None, "你好。"),
        ("correct_text", "你好。", "A"),
        ("correct_text", "你好。", "B"),
    ]
    assert [step.is_in_force for step in steps] == [True, False, True]


def test_the_history_of_a_part_includes_that_of_the_split_utterance(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        first = ids(db, transcript_id)[0]
        do(db, transcript_id, CorrectText(first, "您好吗。"))
        do(db, transcript_id, SplitUtterance(first, at_character=2))
        part = ids(db, transcript_id)[1]
        do(db, transcript_id, CorrectText(first, "later"))

        steps = utterance_history(db, transcript_id, part)

    assert texts(steps) == [
        ("machine", None, "你好。"),
        ("correct_text", "你好。", "您好吗。"),
        ("split_utterance", None, "吗。"),
    ]


def test_the_history_of_a_merged_utterance_includes_those_of_its_parts(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        first, second, _ = ids(db, transcript_id)
        speaker = list_speakers(db, transcript_id)[0]
        do(db, transcript_id, AssignSpeaker((second,), speaker.speaker_id))
        do(db, transcript_id, MergeUtterances((first, second)))

        steps = utterance_history(db, transcript_id, first)

    assert sorted(texts(steps), key=str) == [
        ("assign_speaker", "Hello there.", "Hello there."),
        ("machine", None, "Hello there."),
        ("machine", None, "你好。"),
        ("merge_utterances", "你好。", "你好。Hello there."),
    ]


def test_a_deleted_utterance_has_a_history_and_an_unknown_one_is_refused(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        first = ids(db, transcript_id)[0]
        do(db, transcript_id, DeleteUtterances((first,)))

        assert texts(utterance_history(db, transcript_id, first))[-1] == (
            "delete_utterances",
            "你好。",
            None,
        )
        with pytest.raises(NotFoundError):
            utterance_history(db, transcript_id, "0" * 32)


def test_the_history_of_an_inserted_utterance_begins_with_its_insertion(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        do(db, transcript_id, InsertUtterance(8_000, 8_500, "好"))

        steps = utterance_history(db, transcript_id, ids(db, transcript_id)[-1])

    assert texts(steps) == [("insert_utterance", None, "好")]


def test_a_named_version_is_returned_to(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        first = ids(db, transcript_id)[0]
        do(db, transcript_id, CorrectText(first, "A"))
        name_version(db, transcript_id, " first\nround ", author="Anna")
        do(db, transcript_id, CorrectText(first, "B"))

        edit_id = find_version(db, transcript_id, "first round").edit_id
        step(db, transcript_id, partial(plan_return, edit_id=edit_id), author=ANNA)

        assert head_transcript(db, transcript_id).sentences[0].text == "A"


def test_version_names_are_unique(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        name_version(db, transcript_id, "first", author="Anna")

        for name in ("first", " "):
            with pytest.raises(EditRefusedError):
                name_version(db, transcript_id, name, author="Bert")
        delete_version(db, transcript_id, "first")

        assert list_versions(db, transcript_id) == ()
        with pytest.raises(NotFoundError):
            delete_version(db, transcript_id, "first")


def test_the_former_speaker_is_that_before_people_assigned_another(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        first, second, third = (each.speaker_id for each in list_speakers(db, transcript_id))
        rows = {each.utterance_id: each.speaker_id for each in list_utterances(db, transcript_id)}
        (changed, back, undone), own = list(rows)[:3], list(rows.values())[:3]
        others = [first if each != first else second for each in own]
        do(db, transcript_id, AssignSpeaker((changed,), others[0]))
        do(db, transcript_id, AssignSpeaker((changed,), third))
        do(db, transcript_id, AssignSpeaker((back,), others[1]))
        do(db, transcript_id, AssignSpeaker((back,), own[1]))
        do(db, transcript_id, CorrectText(back, "改"))
        do(db, transcript_id, AssignSpeaker((undone,), others[2]))
        step(db, transcript_id, plan_undo, author=ANNA)

        assert former_speakers(db, transcript_id) == {changed: own[0]}


def test_a_speaker_that_was_merged_into_another_is_no_former_speaker(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        first, second, third = (each.speaker_id for each in list_speakers(db, transcript_id))
        of_second = tuple(
            each.utterance_id
            for each in list_utterances(db, transcript_id)
            if each.speaker_id == second
        )
        do(db, transcript_id, ReassignSpeaker(second, third))
        assert former_speakers(db, transcript_id) == dict.fromkeys(of_second, second)
        do(db, transcript_id, MergeSpeakers((second,), first))

        assert former_speakers(db, transcript_id) == {}


def test_statistics_are_per_annotator(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        first, second, third = ids(db, transcript_id)
        do(db, transcript_id, CorrectText(first, "A"))
        do(db, transcript_id, Verify((first, second)), BERT)
        do(db, transcript_id, CorrectText(third, "B"))
        step(db, transcript_id, plan_undo, author=ANNA)

        anna, bert = annotators_work(db, transcript_id)

        assert annotators_work(db) == (anna, bert)
        assert annotators_work(db, "0" * 32) == ()
    assert (anna.author, anna.num_edits, anna.num_taken_back, anna.num_utterances) == (
        "Anna",
        (("correct_text", 2),),
        1,
        2,
    )
    assert (bert.num_edits, bert.num_verified, bert.verified_ms) == ((("verify", 1),), 2, 3_400)
    assert anna.num_verified == 0


def test_long_pauses_are_not_working_time() -> None:
    start = datetime(2026, 1, 1, tzinfo=timezone.utc)
    times = [start + timedelta(seconds=each) for each in (0, 10, 12.5, 1_000, 1_005)]

    assert active_ms(times) == 17_500
    assert active_ms(times[:1]) == 0


def test_the_pace_is_utterances_per_working_hour(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        do(db, transcript_id, Verify(tuple(ids(db, transcript_id))))
        (anna,) = annotators_work(db, transcript_id)

    at_work = replace(anna, active_ms=360_000, num_utterances=3, verified_ms=90_000)
    assert (at_work.utterances_an_hour, at_work.real_time_factor) == (30.0, 4.0)
    assert (anna.utterances_an_hour, anna.real_time_factor) == (0.0, 0.0)


def test_unchanged_verified_utterances_have_no_errors(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        do(db, transcript_id, Verify((ids(db, transcript_id)[0],)))

        quality = review_quality(db, transcript_id)

    assert quality.characters == CharacterErrors(0, 2)
    assert quality.diarization.rate == 0.0
    assert (quality.num_verified, quality.verified_ms, quality.num_open) == (1, 1_500, 2)


def test_errors_are_counted_in_verified_utterances(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        first, second, _ = ids(db, transcript_id)
        speakers = list_speakers(db, transcript_id)
        do(db, transcript_id, CorrectText(first, "您好吗", is_verified=True))
        do(db, transcript_id, AssignSpeaker((second,), speakers[0].speaker_id))
        do(db, transcript_id, CorrectText(second, "Hello", is_verified=True))

        quality = review_quality(db, transcript_id)

    assert quality.characters == CharacterErrors(num_errors=2, num_reference=8)
    assert (quality.diarization.total_ms, quality.diarization.confusion_ms) == (3_400, 1_500)


def test_insertions_count_once_no_utterance_is_open(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        first, second, third = ids(db, transcript_id)
        do(db, transcript_id, Verify((first,)))
        do(db, transcript_id, Reject((third,)))
        open_still = review_quality(db, transcript_id)
        do(db, transcript_id, DeleteUtterances((second,)))
        judged = review_quality(db, transcript_id)

    assert open_still.characters == CharacterErrors(0, 2)
    assert judged.characters == CharacterErrors(num_errors=5, num_reference=2)
    assert judged.diarization.false_alarm_ms == 1_900
