from __future__ import annotations

import pytest

from pipeline.writing import count_syllables, is_chinese, is_mark, is_of_spaced_word, stands_alone


@pytest.mark.parametrize(
    ("character", "chinese", "alone", "spaced"),
    [
        ("汉", True, True, False),
        ("𠮷", True, True, False),
        ("か", False, True, False),
        ("a", False, False, True),
        ("é", False, False, True),
        ("7", False, False, True),
        ("한", False, False, True),
        ("ส", False, False, False),
        ("，", False, False, False),
        (" ", False, False, False),
    ],
)
def test_characters_are_told_apart_by_how_their_script_writes_words(
    character: str, chinese: bool, alone: bool, spaced: bool
) -> None:
    assert is_chinese(character) is chinese
    assert stands_alone(character) is alone
    assert is_of_spaced_word(character) is spaced


@pytest.mark.parametrize(
    ("text", "expected"), [("，。 ", True), ("%", True), ("", True), ("好。", False), ("7", False)]
)
def test_a_mark_is_a_text_without_anything_spoken(text: str, expected: bool) -> None:
    assert is_mark(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("今天。", 2), ("3337080787", 10), (" hello,", 2), (" I", 1), ("黑色T恤", 4), ("，", 0)],
)
def test_syllables_are_characters_digits_and_every_third_letter(text: str, expected: int) -> None:
    assert count_syllables(text) == expected
