"""Edit requests that split, merge, insert, delete and retime sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.db.errors import EditRefusedError
from storage.db.values import write_tokens
from storage.edit_plans.boundaries import (
    DeleteUtterances,
    InsertUtterance,
    MergeUtterances,
    RetimeUtterance,
    SplitUtterance,
)
from storage.edit_plans.request import MAX_TEXT_CHARACTERS, EditRequest
from tests.storage.edit_plans.edit_context import AGAIN, GOOD_DAY, HELLO, planned, utterances_after


def pieces(request: EditRequest, *rows: object) -> list[tuple[str, str, int, int]]:
    found = utterances_after(request, *rows)
    return [(row.id, row.text, row.start_ms, row.end_ms) for row in found]


@pytest.mark.parametrize(
    "request_", [SplitUtterance("u1", at_character=2), SplitUtterance("u1", at_ms=1_440)]
)
def test_a_sentence_is_split_between_two_characters(request_: SplitUtterance) -> None:
    assert pieces(request_, GOOD_DAY) == [
        ("u1", "今天", 1_000, 1_400),
        ("n1", "很好。", 1_500, 2_000),
    ]


def test_the_parts_have_the_tokens_of_their_words() -> None:
    left, right = utterances_after(SplitUtterance("u1", at_character=2), GOOD_DAY)

    assert left.tokens + right.tokens == GOOD_DAY.tokens


def test_a_space_belongs_to_neither_part() -> None:
    for at_character in (5, 6):
        assert pieces(SplitUtterance("u2", at_character=at_character), HELLO) == [
            ("u2", "Hello", 2_000, 2_400),
            ("n1", "world.", 2_500, 3_000),
        ]


def test_a_word_that_is_split_shares_its_time() -> None:
    assert pieces(SplitUtterance("u3", at_character=1), AGAIN) == [
        ("u3", "F", 3_500, 3_625),
        ("n1", "ine", 3_625, 4_000),
    ]


def test_a_text_without_tokens_is_split_by_its_length() -> None:
    bare = replace(GOOD_DAY, tokens_json="[]")

    assert pieces(SplitUtterance("u1", at_character=2), bare) == [
        ("u1", "今天", 1_000, 1_500),
        ("n1", "很好。", 1_500, 2_000),
    ]


@pytest.mark.parametrize("at_character", [-3, 0, 4, 5, 99])
def test_a_part_without_words_is_refused(at_character: int) -> None:
    with pytest.raises(EditRefusedError, match="need words"):
        planned(SplitUtterance("u1", at_character=at_character))


@pytest.mark.parametrize("request_", [SplitUtterance("u1"), SplitUtterance("u1", 1, 1_200)])
def test_a_split_without_position_is_refused(request_: SplitUtterance) -> None:
    with pytest.raises(EditRefusedError, match="at a character or at a time"):
        planned(request_)


def test_one_word_cannot_be_split_by_time() -> None:
    with pytest.raises(EditRefusedError, match="only one word"):
        planned(SplitUtterance("u3", at_ms=3_700))


def test_merging_the_parts_restores_words_and_times() -> None:
    parts = utterances_after(SplitUtterance("u2", at_character=5), HELLO)

    (row,) = utterances_after(MergeUtterances(("n1", "u2")), *parts)

    assert (row.id, row.text, row.interval, row.tokens) == (
        "u2",
        HELLO.text,
        HELLO.interval,
        HELLO.tokens,
    )


@pytest.mark.parametrize(
    ("left", "right", "text"),
    [
        ("很好。", "你", "很好。你"),
        ("ok.", "Yes", "ok. Yes"),
        ("好", "ok", "好ok"),
        ("ok", "好", "ok好"),
    ],
)
def test_merged_sentences_are_spaced_by_their_script(left: str, right: str, text: str) -> None:
    first = replace(AGAIN, id="a", text=left, tokens_json="[]")
    second = replace(AGAIN, id="b", start_ms=3_600, text=right, tokens_json="[]")

    assert utterances_after(MergeUtterances(("a", "b")), first, second)[0].text == text


def test_sentences_of_different_speakers_are_not_merged() -> None:
    with pytest.raises(EditRefusedError, match="different speakers"):
        planned(MergeUtterances(("u1", "u2")), GOOD_DAY, HELLO)


def test_sentences_with_too_much_text_for_one_are_not_merged() -> None:
    half = replace(GOOD_DAY, text="好" * (MAX_TEXT_CHARACTERS // 2 + 1))
    other = replace(half, id="u2")

    with pytest.raises(EditRefusedError, match=str(MAX_TEXT_CHARACTERS + 2)):
        planned(MergeUtterances(("u1", "u2")), half, other)


def test_one_sentence_cannot_be_merged() -> None:
    with pytest.raises(EditRefusedError, match="at least two"):
        planned(MergeUtterances(("u1",)), GOOD_DAY)


def test_an_inserted_sentence_has_times_for_its_words() -> None:
    found = utterances_after(InsertUtterance(5_000, 6_000, " 你好 ", "s2"))

    added = found[-1]
    assert (added.id, added.text, added.speaker_id) == ("n1", "你好", "s2")
    assert added.tokens_json == write_tokens(added.tokens)
    assert [(each.start_ms, each.end_ms) for each in added.tokens] == [
        (5_000, 5_500),
        (5_500, 6_000),
    ]
    assert (added.status, added.is_edited) == ("corrected", 1)


def test_a_sentence_is_inserted_without_text() -> None:
    *_, inserted = utterances_after(InsertUtterance(4_100, 4_900, "  ", "s1"))

    assert (inserted.text, inserted.tokens, inserted.speaker_id) == ("", (), "s1")


def test_deleted_sentences_are_removed() -> None:
    assert utterances_after(DeleteUtterances(("u1",)), GOOD_DAY) == ()


def test_a_longer_sentence_keeps_the_times_of_its_words() -> None:
    (row,) = utterances_after(RetimeUtterance("u1", 900, 2_100), GOOD_DAY)

    assert (row.start_ms, row.end_ms, row.tokens) == (900, 2_100, GOOD_DAY.tokens)


def test_a_shorter_sentence_has_its_words_inside() -> None:
    (row,) = utterances_after(RetimeUtterance("u1", 1_300, 1_900), GOOD_DAY)

    assert "".join(token.text for token in row.tokens) == "今天很好。"
    assert all(1_300 <= token.start_ms < token.end_ms <= 1_900 for token in row.tokens)


@pytest.mark.parametrize("times_ms", [(-1, 5), (5, 5), (9, 5), (0, 10_001)])
def test_times_outside_the_recording_are_refused(times_ms: tuple[int, int]) -> None:
    with pytest.raises(EditRefusedError, match="10000 ms"):
        planned(RetimeUtterance("u1", *times_ms))
    with pytest.raises(EditRefusedError, match="10000 ms"):
        planned(InsertUtterance(*times_ms, "好"))
