"""Edit requests that correct and replace text."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest

from storage.db.errors import EditRefusedError, StaleEditError
from storage.edit_plans.request import MAX_TEXT_CHARACTERS
from storage.edit_plans.text import (
    MAX_FOUND_CHARACTERS,
    MAX_REPLACED_CHARACTERS,
    CorrectText,
    ReplaceText,
)
from tests.storage.edit_plans.edit_context import GOOD_DAY, HELLO, planned, utterances_after

VERIFIED = replace(GOOD_DAY, status="verified", reviewed_by="Bert")


def test_a_corrected_text_has_times_for_every_character_and_keeps_those_of_the_old() -> None:
    (row,) = utterances_after(CorrectText("u1", "今天真很好。"), GOOD_DAY)

    assert row.text == "今天真很好。"
    assert "".join(token.text for token in row.tokens) == "今天真很好。"
    assert row.tokens[0] == GOOD_DAY.tokens[0]
    assert (row.status, row.is_edited) == ("corrected", 1)


def test_the_same_text_again_changes_nothing() -> None:
    assert utterances_after(CorrectText("u1", "  今天很好。 "), VERIFIED) == (VERIFIED,)


def test_correcting_a_verified_sentence_clears_its_verification() -> None:
    (row,) = utterances_after(CorrectText("u1", "明天很好。"), VERIFIED)

    assert (row.status, row.reviewed_by) == ("corrected", None)


def test_a_text_can_be_corrected_and_verified_at_once() -> None:
    (row,) = utterances_after(CorrectText("u1", "明天很好。", is_verified=True), GOOD_DAY)

    assert (row.text, row.status, row.reviewed_by) == ("明天很好。", "verified", "Anna")


def test_line_ends_and_control_characters_become_spaces() -> None:
    (row,) = utterances_after(CorrectText("u1", "a\x00b\r\nc"), GOOD_DAY)

    assert row.text == "a b c"


@pytest.mark.parametrize(("text", "message"), [(" \n", "needs words"), ("好" * 10_001, "10001")])
def test_an_empty_or_too_long_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(EditRefusedError, match=message):
        planned(CorrectText("u1", text))


def test_a_deleted_sentence_is_refused() -> None:
    with pytest.raises(StaleEditError, match="no longer exist"):
        planned(CorrectText("u9", "好"))


def test_all_occurrences_are_replaced() -> None:
    other = replace(
        GOOD_DAY, id="u4", start_ms=5_000, end_ms=6_000, text="很好很好", tokens_json="[]"
    )

    found = utterances_after(ReplaceText("很好", "不错"), GOOD_DAY, HELLO, other)

    assert [row.text for row in found] == ["今天不错。", "Hello world.", "不错不错"]
    assert found[1] == HELLO


def test_only_the_chosen_sentences_are_searched() -> None:
    found = utterances_after(ReplaceText("o", "0", utterance_ids=("u1",)))

    assert [row.text for row in found] == ["今天很好。", "Hello world.", "Fine"]


@pytest.mark.parametrize(
    ("is_case_sensitive", "text"), [(True, "Hello world."), (False, "Bye world.")]
)
def test_case_sensitivity_is_an_option(is_case_sensitive: bool, text: str) -> None:
    request = ReplaceText("hello", "Bye", is_case_sensitive=is_case_sensitive)

    assert utterances_after(request, HELLO)[0].text == text


def test_search_and_replacement_are_literal_text() -> None:
    row = replace(HELLO, text="a.c abc")

    assert utterances_after(ReplaceText("a.c", r"\1\g<0>"), row)[0].text == r"\1\g<0> abc"


def test_replacing_all_words_of_a_sentence_with_nothing_is_refused() -> None:
    with pytest.raises(EditRefusedError, match="would leave the sentence"):
        planned(ReplaceText("Fine", ""))


def peak_mb(work: Callable[[], object]) -> float:
    """Return the most memory that Python's objects took meanwhile, in MB."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def test_a_replacement_that_makes_a_text_too_long_is_refused_before_it_takes_memory() -> None:
    full = replace(GOOD_DAY, text="a" * MAX_TEXT_CHARACTERS, tokens_json="[]")
    request = ReplaceText("a", "b" * 30_000)

    def refused() -> None:
        with pytest.raises(EditRefusedError, match=str(MAX_TEXT_CHARACTERS * 30_000)):
            planned(request, full)

    assert peak_mb(refused) < 10  # the text would take 300


def test_a_replacement_that_makes_too_much_text_in_all_sentences_is_refused() -> None:
    num_rows = MAX_REPLACED_CHARACTERS // MAX_TEXT_CHARACTERS + 1
    rows = [
        replace(GOOD_DAY, id=f"u{each}", text="a", tokens_json="[]") for each in range(num_rows)
    ]
    request = ReplaceText("a", "b" * MAX_TEXT_CHARACTERS)

    with pytest.raises(EditRefusedError, match="too much at once"):
        planned(request, *rows)


def test_a_text_to_replace_that_is_too_long_is_refused() -> None:
    with pytest.raises(EditRefusedError, match="at most 1000 characters"):
        planned(ReplaceText("a" * (MAX_FOUND_CHARACTERS + 1), "b"))
