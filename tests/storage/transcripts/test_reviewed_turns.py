"""Turns follow the speakers of edited utterances."""

from __future__ import annotations

import time

import pytest

from storage.db.records import Turn, Utterance, UtteranceStatus
from storage.transcripts import reviewed_turns as reviewed_turns_module
from storage.transcripts.reviewed_turns import reviewed_turns

A = Turn(0, 5_000, 0, "A")
B = Turn(5_000, 9_000, 1, "B")


def said(
    start_ms: int, end_ms: int, speaker_id: str | None, *, is_edited: bool = True
) -> Utterance:
    status = UtteranceStatus.CORRECTED if is_edited else UtteranceStatus.MACHINE
    return Utterance(start_ms, end_ms, "u", 0, speaker_id, "好", status, is_edited)


def spoken(*utterances: Utterance, turns: tuple[Turn, ...] = (A, B)) -> list[tuple[int, int, str]]:
    found = reviewed_turns(turns, utterances)
    assert [each.position for each in found] == list(range(len(found))) or found == turns
    return [(each.start_ms, each.end_ms, each.speaker_id) for each in found]


def test_turns_stay_without_edits() -> None:
    assert reviewed_turns((A, B), [said(1_000, 2_000, "B", is_edited=False)]) == (A, B)


def test_a_corrected_text_of_the_same_speaker_moves_no_turn() -> None:
    assert reviewed_turns((A, B), [said(4_500, 6_000, "B")]) == (A, B)


def test_a_reassigned_sentence_is_cut_out_of_the_turn() -> None:
    assert spoken(said(1_000, 3_000, "B")) == [
        (0, 1_000, "A"),
        (1_000, 3_000, "B"),
        (3_000, 5_000, "A"),
        (5_000, 9_000, "B"),
    ]


def test_a_short_remainder_of_a_turn_is_cut_too() -> None:
    assert spoken(said(300, 4_700, "C")) == [(300, 4_700, "C"), (5_000, 9_000, "B")]


def test_a_sentence_beside_it_keeps_its_turn() -> None:
    assert spoken(said(300, 5_000, "B"), said(0, 300, "A", is_edited=False)) == [
        (0, 300, "A"),
        (300, 9_000, "B"),
    ]


def test_overlapping_speech_of_another_speaker_stays() -> None:
    first = said(0, 5_000, "A", is_edited=False)

    assert spoken(said(2_000, 3_000, "C"), first) == [
        (0, 5_000, "A"),
        (2_000, 3_000, "C"),
        (5_000, 9_000, "B"),
    ]


def test_a_rejected_sentence_moves_no_turn() -> None:
    rejected = Utterance(1_000, 2_000, "u", 0, "B", "好", UtteranceStatus.REJECTED, True)

    assert reviewed_turns((A, B), [rejected]) == (A, B)


def test_a_sentence_without_speaker_moves_no_turn() -> None:
    assert reviewed_turns((A, B), [said(1_000, 2_000, None)]) == (A, B)


def test_a_speaker_without_any_turn_gets_one() -> None:
    assert spoken(said(9_500, 9_900, "C"), turns=()) == [(9_500, 9_900, "C")]


def test_thousands_of_corrected_speakers_take_no_time_to_speak_of() -> None:
    num_speakers = 4_000
    turns = [Turn(each * 100, each * 100 + 90, each, f"s{each}") for each in range(num_speakers)]
    utterances = [
        said(turn.start_ms, turn.end_ms, f"s{(turn.position + 1) % num_speakers}") for turn in turns
    ]
    began_s = time.process_time()

    found = reviewed_turns(turns, utterances)

    assert [each.speaker_id for each in found] == [each.speaker_id for each in utterances]
    assert time.process_time() - began_s < 10  # it was 68 on a quick machine


def test_turns_stay_in_a_transcript_made_to_have_too_many_cuts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    utterances = [said(1_000, 3_000, "B"), said(3_500, 4_500, "B")]
    monkeypatch.setattr(reviewed_turns_module, "MAX_CUTS", 1)

    assert reviewed_turns((A, B), utterances) == (A, B)
    assert reviewed_turns((A, B), utterances[:1]) != (A, B)
