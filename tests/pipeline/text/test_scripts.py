from __future__ import annotations

import pytest

from pipeline.text.scripts import (
    count_syllables,
    has_blank_between,
    has_blank_between_sentences,
    is_chinese,
    is_mark,
    is_of_spaced_word,
    stands_alone,
)


@pytest.mark.parametrize(
    ("character", "chinese", "alone", "spaced"),
    [
        ("汉", True, True, False),
        ("𠮷", True, True, False),
        ("〇", True, True, False),
        ("々", True, True, False),
        ("ｶ", False, True, False),
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
def test_characters_are_classified_by_the_word_division_of_their_script(
    character: str, chinese: bool, alone: bool, spaced: bool
) -> None:
    assert is_chinese(character) is chinese
    assert stands_alone(character) is alone
    assert is_of_spaced_word(character) is spaced


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("，。 ", True),
        ("%", True),
        ("", True),
        ("❤️", True),
        ("ी", False),
        ("好。", False),
        ("7", False),
    ],
)
def test_a_mark_is_a_text_without_anything_spoken(text: str, expected: bool) -> None:
    assert is_mark(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("今天。", 2), ("3337080787", 10), (" hello,", 2), (" I", 1), ("黑色T恤", 4), ("，", 0)],
)
def test_syllables_are_characters_digits_and_every_third_letter(text: str, expected: int) -> None:
    assert count_syllables(text) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("is", "$", True),
        ("$", "50", True),
        ("slides", "<unk>", True),
        ("हिन्दी", "में", True),
        ("สวัสดี", "ครับ", True),
        ("Vie\u0323\u0302t", "a", True),
        ("hello", "😀", True),
        ("好", "OK", False),
        ("OK", "好", False),
        ("か\u3099", "a", False),
        ("Tom", "，", False),
        ("50", "%", True),
        ("好", "(", False),
    ],
)
def test_words_of_a_file_keep_their_blanks_but_beside_chinese_and_wide_marks(
    before: str, after: str, expected: bool
) -> None:
    assert has_blank_between(before, after) is expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Hello.", "“Bye.”", True),
        ("It is $5.", "$6 too.", True),
        ("हिन्दी।", "में", True),
        ("好。", "OK", False),
        ("OK。", "Fine", True),
        ("Hello.", "好", False),
        ("", "Hello", False),
        ("Hello", "", False),
    ],
)
def test_sentences_of_spaced_words_have_a_blank_between(
    before: str, after: str, expected: bool
) -> None:
    assert has_blank_between_sentences(before, after) is expected
