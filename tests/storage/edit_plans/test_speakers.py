"""Edit requests that assign, rename, merge and add speakers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.db.errors import EditRefusedError, StaleEditError
from storage.db.row_changes import SpeakerRow
from storage.edit_plans import request as requests
from storage.edit_plans import speakers
from storage.edit_plans.speakers import (
    AddSpeaker,
    AssignSpeaker,
    AssignSpeakers,
    MergeSpeakers,
    ReassignSpeaker,
    RenameSpeaker,
)
from tests.storage.edit_plans.edit_context import (
    AGAIN,
    GOOD_DAY,
    HELLO,
    ROWS,
    planned,
    utterances_after,
)


def speakers_after(request: object, *rows: object) -> list[str | None]:
    return [row.speaker_id for row in utterances_after(request, *rows)]


def test_a_selection_is_assigned_to_a_speaker() -> None:
    assert speakers_after(AssignSpeaker(("u1", "u3"), "s2")) == ["s2", "s2", "s2"]


def test_a_sentence_may_have_no_speaker() -> None:
    assert speakers_after(AssignSpeaker(("u2",), None)) == ["s1", None, "s1"]


def test_assigning_a_speaker_keeps_a_verified_sentence_verified() -> None:
    verified = replace(GOOD_DAY, status="verified", reviewed_by="Bert")

    (row,) = utterances_after(AssignSpeaker(("u1",), "s2"), verified)

    assert row == replace(verified, speaker_id="s2", is_edited=1)


def test_assigning_the_current_speaker_changes_nothing() -> None:
    assert planned(AssignSpeaker(("u1",), "s1")) == ROWS


def test_a_suggestion_assigns_each_sentence_its_own_speaker() -> None:
    request = AssignSpeakers((("u1", "s2"), ("u2", None), ("u3", "s1")))

    assert speakers_after(request) == ["s2", None, "s1"]


def test_a_suggestion_with_a_repeated_sentence_is_refused() -> None:
    with pytest.raises(EditRefusedError, match="twice"):
        planned(AssignSpeakers((("u1", "s2"), ("u1", "s1"))))


def test_a_suggestion_may_add_speakers_with_new_labels() -> None:
    after = planned(AssignSpeakers((("u3", "s2"),), (("u2",), ("u1",))))

    assert after.speakers[2:] == (SpeakerRow("n1", 2, "S3"), SpeakerRow("n2", 3, "S4"))
    assert {row.id: row.speaker_id for row in after.utterances} == {
        "u1": "n2",
        "u2": "n1",
        "u3": "s2",
    }


def test_many_added_speakers_take_one_look_at_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def noted(*names: object) -> set[str]:
        looks.append(names)
        return set()

    monkeypatch.setattr(speakers, "taken_labels", noted)
    planned(AssignSpeakers((), (("u1",), ("u2",), ("u3",))))

    assert len(looks) == 1


@pytest.mark.parametrize(
    "request_",
    [
        AssignSpeakers((("u1", "s2"),), (("u1",),)),
        AssignSpeakers((), (("u1",), ("u1",))),
        AssignSpeakers((("u1", "s2"),), ((),)),
        AssignSpeakers(),
    ],
)
def test_a_suggestion_with_invalid_new_speakers_is_refused(
    request_: AssignSpeakers,
) -> None:
    with pytest.raises(EditRefusedError):
        planned(request_)


def test_all_sentences_of_a_speaker_are_reassigned_or_left_without_speaker() -> None:
    assert speakers_after(ReassignSpeaker("s1", None), GOOD_DAY, AGAIN) == [None, None]


def test_a_speakers_name_is_one_line() -> None:
    assert planned(RenameSpeaker("s1", " 王\n老师 ")).speakers == (
        SpeakerRow("s2", 1, "S2", "Anna"),
        SpeakerRow("s1", 0, "S1", "王 老师"),
    )


@pytest.mark.parametrize("name", ["Anna", "S2"])
def test_the_name_of_another_speaker_is_refused(name: str) -> None:
    with pytest.raises(EditRefusedError, match="merge the two"):
        planned(RenameSpeaker("s1", name))


@pytest.mark.parametrize("name", ["Speaker 1", "speaker1", "说话人 1", "说话人1", " s1 "])
def test_the_default_name_of_another_speaker_is_refused(name: str) -> None:
    with pytest.raises(EditRefusedError) as refused:
        planned(RenameSpeaker("s2", name))
    assert refused.value.reason == "name_taken"


def test_a_speaker_may_be_given_its_own_default_name() -> None:
    rows = planned(RenameSpeaker("s1", "Speaker 1"))
    assert {row.id: row.display_name for row in rows.speakers}["s1"] == "Speaker 1"


def test_a_blank_name_clears_the_name() -> None:
    assert SpeakerRow("s2", 1, "S2", None) in planned(RenameSpeaker("s2", " ")).speakers


def test_merged_speakers_are_one_with_all_their_sentences_and_turns() -> None:
    after = planned(MergeSpeakers(("s1",), "s2"), GOOD_DAY, AGAIN)

    assert [row.id for row in after.speakers] == ["s2"]
    assert {row.speaker_id for row in (*after.utterances, *after.turns)} == {"s2"}


@pytest.mark.parametrize("request_", [MergeSpeakers(("s1",), "s1"), MergeSpeakers((), "s1")])
def test_merging_one_speaker_is_refused(request_: MergeSpeakers) -> None:
    with pytest.raises(EditRefusedError):
        planned(request_)


def test_a_removed_speaker_is_refused() -> None:
    with pytest.raises(StaleEditError, match="no longer exist"):
        planned(AssignSpeaker(("u1",), "s9"))


def test_a_new_speaker_gets_the_chosen_sentences_and_the_next_label() -> None:
    after = planned(AddSpeaker(("u2",), "Carl"))

    assert after.speakers[-1] == SpeakerRow("n1", 2, "S3", "Carl")
    assert {row.id: row.speaker_id for row in after.utterances}["u2"] == "n1"
    assert HELLO.speaker_id == "s2"


def test_a_transcript_gets_no_more_speakers_than_its_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(requests, "MAX_SPEAKERS", 4)
    two, three = (("u1",), ("u2",)), (("u1",), ("u2",), ("u3",))

    assert len(planned(AssignSpeakers((), two)).speakers) == 4
    with pytest.raises(EditRefusedError, match="at most 4 speakers"):
        planned(AssignSpeakers((), three))
    monkeypatch.setattr(requests, "MAX_SPEAKERS", 2)
    with pytest.raises(EditRefusedError, match="at most 2 speakers"):
        planned(AddSpeaker(name="Bert"))
