"""Second annotations of a recording, and the transcript decided from both."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from pipeline.core.provenance import Provenance
from storage.annotation.adjudication import Side, adoption
from storage.annotation.agreement import agreement, passages
from storage.annotation.annotator_pairs import annotator_pairs
from storage.annotation.comparison import compare
from storage.annotation.second_annotations import (
    SecondAnnotation,
    StartsFrom,
    begin_adjudication,
    begin_second_annotation,
    find_second_annotation,
    list_second_annotations,
)
from storage.db.database import Connection, Database
from storage.db.errors import EditRefusedError, NotFoundError, StaleEditError
from storage.db.hidden_recordings import Step, list_hidden
from storage.db.records import Speaker, Utterance, UtteranceStatus
from storage.db.transcript_rows import all_rows
from storage.edit_plans.boundaries import InsertUtterance, MergeUtterances
from storage.edit_plans.request import EditRequest
from storage.edit_plans.review_status import Verify
from storage.edit_plans.speakers import AddSpeaker, AssignSpeaker, RenameSpeaker
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor, plan_undo
from storage.history.replay import verify
from storage.library.runs import complete_run, queue_run
from storage.statistics.progress import preferred_transcript
from storage.transcripts.edit_application import edit, step
from storage.transcripts.transcripts import (
    get_transcript,
    list_speakers,
    list_utterances,
    save_machine_transcript,
    utterance_tokens,
)
from tests.storage.samples import DIALOGUE, add_sample, delete_rows

ANNA, BEN = EditAuthor("Anna"), EditAuthor("Ben")


@pytest.fixture
def first_id(database: Database) -> str:
    """A transcript that Anna has corrected in one place and verified in another."""
    with database.transaction() as db:
        recording = add_sample(db)
        run = queue_run(db, recording.recording_id, options=())
        complete_run(db, run.run_id, Provenance(), stage_seconds=(), evidence_sha256=None)
        transcript_id = save_machine_transcript(db, run, DIALOGUE).transcript_id
        one, two, _ = list_utterances(db, transcript_id)
        change(db, transcript_id, CorrectText(one.utterance_id, "你们好。"))
        change(db, transcript_id, Verify((two.utterance_id,)))
    return transcript_id


def change(
    db: Connection, transcript_id: str, request: EditRequest, author: EditAuthor = ANNA
) -> None:
    assert edit(db, transcript_id, request, author=author) is not None


def begin(
    database: Database, first_id: str, starts_from: StartsFrom = "machine"
) -> SecondAnnotation:
    return begin_second_annotation(database, first_id, starts_from=starts_from, annotator="Ben")


def texts(db: Connection, transcript_id: str) -> list[str]:
    return [each.text for each in list_utterances(db, transcript_id)]


def test_the_second_transcript_has_the_time_of_its_own_creation(database, first_id):
    with database.transaction() as db:
        db.execute("UPDATE transcripts SET created_at = '2020-01-01T00:00:00+00:00'")
    pair = begin(database, first_id)
    with database.reading() as db:
        first, second = (get_transcript(db, each) for each in (first_id, pair.transcript_id))

    assert first.created_at < second.created_at <= pair.requested_at


def test_a_second_annotation_starts_without_the_firsts_corrections(database, first_id) -> None:
    second = begin(database, first_id)

    with database.reading() as db:
        found = list_utterances(db, second.transcript_id)
        assert [each.text for each in found] == [each.text for each in DIALOGUE.sentences]
        assert {each.status for each in found} == {UtteranceStatus.MACHINE}
        assert texts(db, first_id)[0] == "你们好。"
        assert list_second_annotations(db) == (second,)
        assert verify(db, second.transcript_id) == ()


def test_a_second_annotation_from_nothing_is_empty(database, first_id) -> None:
    second = begin(database, first_id, "nothing")

    with database.transaction() as db:
        assert texts(db, second.transcript_id) == []
        change(db, second.transcript_id, InsertUtterance(500, 2_000, "你好。"), BEN)
        assert texts(db, second.transcript_id) == ["你好。"]


def test_the_first_annotation_stays_the_one_that_is_opened(database, first_id) -> None:
    second = begin(database, first_id)
    with database.transaction() as db:
        one, *_ = list_utterances(db, second.transcript_id)
        change(db, second.transcript_id, Verify((one.utterance_id,)), BEN)
        recording_id = get_transcript(db, first_id).recording_id

        assert preferred_transcript(db, recording_id).transcript_id == first_id


def test_a_transcript_has_one_second_annotation(database, first_id) -> None:
    second = begin(database, first_id)

    for transcript_id in (first_id, second.transcript_id):
        with pytest.raises(EditRefusedError, match="has a second annotation already"):
            begin(database, transcript_id)


def test_an_unfinished_transcription_gets_no_second_annotation(database) -> None:
    with database.transaction() as db:
        run = queue_run(db, add_sample(db).recording_id, options=())
        transcript_id = save_machine_transcript(db, run, DIALOGUE).transcript_id

    with pytest.raises(EditRefusedError, match="still being transcribed"):
        begin(database, transcript_id)


def test_equal_annotations_agree_fully(database, first_id) -> None:
    second = begin(database, first_id)
    with database.transaction() as db:
        one, *_ = list_utterances(db, second.transcript_id)
        change(db, second.transcript_id, CorrectText(one.utterance_id, "你们好。"), BEN)
        rows = [all_rows(db, each) for each in (first_id, second.transcript_id)]

    figures = agreement(*rows, duration_ms=DIALOGUE.duration_ms)
    found = passages(*rows, all_rows(db, "none"))

    assert (figures.cer, figures.der, figures.kappa) == (0.0, 0.0, 1.0)
    assert [each.differs_in for each in found] == [(), (), ()]


def test_differences_are_named_and_grouped_by_time(database, first_id) -> None:
    second = begin(database, first_id)
    with database.transaction() as db:
        one, two, three = list_utterances(db, second.transcript_id)
        ids = one.utterance_id, two.utterance_id
        speaker = list_speakers(db, second.transcript_id)[0].speaker_id
        change(db, second.transcript_id, AssignSpeaker(ids, speaker), BEN)
        change(db, second.transcript_id, MergeUtterances(ids), BEN)
        change(db, second.transcript_id, InsertUtterance(7_000, 8_000, "我。"), BEN)
        change(db, second.transcript_id, AssignSpeaker((three.utterance_id,), speaker), BEN)
        rows = [all_rows(db, each) for each in (first_id, second.transcript_id)]
        found = passages(*rows, all_rows(db, "none"))

    assert [(len(each.first), len(each.second), each.differs_in) for each in found] == [
        (2, 1, ("text", "times")),
        (1, 1, ("speaker",)),
        (0, 1, ("text", "times")),
    ]


def test_the_figures_of_two_annotators_are_summed_over_their_recordings(database, first_id) -> None:
    second = begin(database, first_id)
    with database.transaction() as db:
        one, *_ = list_utterances(db, second.transcript_id)
        change(db, second.transcript_id, CorrectText(one.utterance_id, "你们好。"), BEN)

        (found,) = annotator_pairs(db)

    assert (found.first, found.second, found.num_recordings) == ("Anna", "Ben", 1)
    assert (found.cer, found.der, found.kappa) == (0.0, 0.0, 1.0)


@pytest.fixture
def pair(database: Database, first_id: str) -> SecondAnnotation:
    """Two annotations that differ in the first sentence's text and the third's speaker."""
    second = begin(database, first_id)
    with database.transaction() as db:
        *_, three = list_utterances(db, second.transcript_id)
        change(db, second.transcript_id, AddSpeaker((three.utterance_id,), "王经理"), BEN)
    adjudicated_id = begin_adjudication(database, second.transcript_id, author="Cleo")
    assert begin_adjudication(database, first_id, author="Cleo") == adjudicated_id
    with database.reading() as db:
        found = find_second_annotation(db, adjudicated_id)
        assert found is not None
    return found


def adopt(db: Connection, pair: SecondAnnotation, side: Side, number: int) -> None:
    sides = [
        all_rows(db, each) for each in (pair.first_id, pair.transcript_id, pair.adjudicated_id)
    ]
    passage = passages(*sides)[number]
    request = adoption(
        db,
        pair.adjudicated_id,
        side=side,
        source_ids=passage.first if side == "first" else passage.second,
        utterance_ids=passage.adjudicated,
    )
    change(db, pair.adjudicated_id, request, EditAuthor("Cleo"))


def find_speaker(db: Connection, transcript_id: str, name: str) -> Speaker:
    (found,) = [each for each in list_speakers(db, transcript_id) if each.display_name == name]
    return found


def adjudicated(db: Connection, pair: SecondAnnotation) -> tuple[Utterance, ...]:
    return list_utterances(db, pair.adjudicated_id)


def test_an_adjudication_starts_undecided_with_the_first_annotation(database, pair) -> None:
    with database.reading() as db:
        found = adjudicated(db, pair)

        assert [each.text for each in found] == texts(db, pair.first_id)
        assert UtteranceStatus.VERIFIED not in {each.status for each in found}


def test_either_annotation_is_adopted_by_one_edit_that_can_be_undone(database, pair) -> None:
    with database.transaction() as db:
        before = adjudicated(db, pair)
        adopt(db, pair, "second", 0)
        one, *_ = adjudicated(db, pair)
        assert (one.text, one.status, one.reviewed_by) == ("你好。", "verified", "Cleo")
        tokens = utterance_tokens(db, pair.adjudicated_id)[one.utterance_id]
        assert tokens == DIALOGUE.sentences[0].tokens
        assert verify(db, pair.adjudicated_id) == ()

        step(db, pair.adjudicated_id, plan_undo, author=ANNA)

        assert adjudicated(db, pair) == before


def test_an_adopted_speaker_is_the_same_person_or_added(database, pair) -> None:
    with database.transaction() as db:
        adopt(db, pair, "second", 1)
        adopt(db, pair, "second", 2)
        speakers = {each.speaker_id: each for each in list_speakers(db, pair.adjudicated_id)}
        _, two, three = adjudicated(db, pair)

        assert speakers[two.speaker_id].label == "S2"
        assert speakers[three.speaker_id].display_name == "王经理"

        adopt(db, pair, "second", 2)
        assert len(list_speakers(db, pair.adjudicated_id)) == len(speakers)


def test_a_passage_is_decided_once_its_sentences_are_verified(database, pair) -> None:
    with database.transaction() as db:
        adopt(db, pair, "first", 0)
        sides = [
            all_rows(db, each) for each in (pair.first_id, pair.transcript_id, pair.adjudicated_id)
        ]

    assert [each.is_decided for each in passages(*sides)] == [True, False, False]


def test_sentences_are_adopted_by_the_adjudicated_transcript_only(database, pair) -> None:
    with database.transaction() as db, pytest.raises(EditRefusedError, match="adjudicated"):
        adoption(db, pair.first_id, side="second", source_ids=(), utterance_ids=())


def test_sentences_of_other_transcripts_are_never_adopted(database, pair) -> None:
    with database.transaction() as db:
        foreign = [each.utterance_id for each in list_utterances(db, pair.first_id)]
        with pytest.raises(StaleEditError):
            adoption(db, pair.adjudicated_id, side="second", source_ids=foreign, utterance_ids=())


def test_a_renamed_speaker_is_found_by_its_label(database, pair) -> None:
    with database.transaction() as db:
        _, other, *_ = list_speakers(db, pair.adjudicated_id)
        change(db, pair.adjudicated_id, RenameSpeaker(other.speaker_id, "李雷"))
        adopt(db, pair, "second", 1)
        _, two, _ = adjudicated(db, pair)

        assert two.speaker_id == other.speaker_id


def test_an_added_speaker_is_no_other_person_with_the_same_label(database, pair) -> None:
    with database.transaction() as db:
        adopt(db, pair, "second", 2)
        *_, manager = adjudicated(db, pair)
        one, *_ = list_utterances(db, pair.first_id)
        change(db, pair.first_id, AddSpeaker((one.utterance_id,), "李雷"))
        added = find_speaker(db, pair.first_id, "李雷")
        assert added.label == find_speaker(db, pair.adjudicated_id, "王经理").label

        adopt(db, pair, "first", 0)

        found = compare(db, pair.adjudicated_id)
        first, *_ = adjudicated(db, pair)
        speaker = find_speaker(db, pair.adjudicated_id, "李雷")
        assert first.speaker_id == speaker.speaker_id != manager.speaker_id
        names = {each: found.speakers[at].display_name for each, at in found.speaker_of.items()}
        assert names[manager.speaker_id] == "王经理"
        assert names[first.speaker_id] == names[added.speaker_id] == "李雷"


def test_an_adopted_speaker_without_a_name_is_added_once(database, pair) -> None:
    with database.transaction() as db:
        other = find_speaker(db, pair.transcript_id, "王经理").speaker_id
        change(db, pair.transcript_id, RenameSpeaker(other, ""), BEN)
        adopt(db, pair, "second", 2)
        speakers = list_speakers(db, pair.adjudicated_id)
        adopt(db, pair, "second", 2)

        found = compare(db, pair.adjudicated_id)
        *_, three = adjudicated(db, pair)
        assert list_speakers(db, pair.adjudicated_id) == speakers
        assert found.speaker_of[three.speaker_id] == found.speaker_of[other]


def test_a_speaker_added_in_the_adjudication_is_a_person_of_its_own(database, pair) -> None:
    with database.transaction() as db:
        one, *_ = adjudicated(db, pair)
        change(db, pair.adjudicated_id, AddSpeaker((one.utterance_id,), "韩梅梅"))

        found = compare(db, pair.adjudicated_id)

        added = find_speaker(db, pair.adjudicated_id, "韩梅梅")
        assert found.speakers[found.speaker_of[added.speaker_id]].display_name == "韩梅梅"


def test_the_pair_goes_with_its_recording(database, pair) -> None:
    with database.transaction() as db:
        delete_rows(db, get_transcript(db, pair.first_id).recording_id)

        assert list_second_annotations(db) == ()
        assert db.table("second_annotations").count == 0


def test_a_transcript_without_second_annotation_has_no_adjudication(database, first_id) -> None:
    with pytest.raises(NotFoundError):
        begin_adjudication(database, first_id, author="Cleo")


@pytest.mark.parametrize("is_adjudication", [False, True])
def test_of_two_requests_at_once_one_adds_a_transcript_and_nothing_is_left_of_the_other(
    database: Database, first_id: str, monkeypatch: pytest.MonkeyPatch, is_adjudication: bool
) -> None:
    if is_adjudication:
        begin(database, first_id)

    def ask() -> None:
        if is_adjudication:
            begin_adjudication(database, first_id, author="Cleo")
        else:
            begin(database, first_id)

    in_steps = database.in_steps

    def ask_meanwhile(steps: Iterable[Step]) -> None:
        monkeypatch.setattr(database, "in_steps", in_steps)
        ask()
        in_steps(steps)

    monkeypatch.setattr(database, "in_steps", ask_meanwhile)
    with pytest.raises(EditRefusedError):
        ask()

    with database.reading() as db:
        (count,) = db.execute("SELECT count(*) FROM transcripts").fetchone()
        assert count == 2 + is_adjudication
        assert list_hidden(db) == ()
        assert len(list_second_annotations(db)) == 1


def test_others_write_while_a_second_annotation_is_added(
    database: Database, first_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile = []
    in_steps = database.in_steps

    def write_meanwhile(steps: Iterable[Step]) -> None:
        with database.transaction() as db:
            change(db, first_id, CorrectText(list_utterances(db, first_id)[0].utterance_id, "早"))
        meanwhile.append(len(list(steps)))
        in_steps(())

    monkeypatch.setattr(database, "in_steps", write_meanwhile)
    begin(database, first_id)

    assert meanwhile == [3]  # for speakers, sentences and turns
