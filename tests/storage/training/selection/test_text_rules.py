from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.training.export_options import CaseRule, DigitRule, PunctuationRule, TextRules
from storage.training.selection.text_rules import normalized_text

WITHOUT_MARKS = TextRules(punctuation=PunctuationRule.REMOVE)
WITH_CHINESE_DIGITS = TextRules(digits=DigitRule.CHINESE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好，世界。", "你好世界"),
        ("“Hello,world!” she said.", "Hello world she said"),
        ("don't pay 3.5 or 30,000", "don't pay 3.5 or 30,000"),
        ("A--B", "A B"),
        ("增长了50%。", "增长了50%"),
        ("用 Python，写的", "用 Python写的"),
        ("。。。", ""),
    ],
)
def test_punctuation_is_removed_and_words_stay_separated(text: str, expected: str) -> None:
    assert normalized_text(text, WITHOUT_MARKS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年", "二零二四年"),
        ("３.5分", "三点五分"),
        ("room 101", "room 101"),
    ],
)
def test_digits_are_read_one_by_one_in_chinese_texts(text: str, expected: str) -> None:
    assert normalized_text(text, WITH_CHINESE_DIGITS) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [(CaseRule.KEEP, "用AI写"), (CaseRule.LOWER, "用ai写"), (CaseRule.UPPER, "用AI写")],
)
def test_letters_get_the_case_that_is_asked_for(rule: CaseRule, expected: str) -> None:
    assert normalized_text("用AI写", TextRules(case=rule)) == expected


def test_a_text_without_rules_is_put_on_one_line_and_nothing_else() -> None:
    assert normalized_text(" 你好，\r\nWorld 3!\u2028 ", TextRules()) == "你好， World 3!"


@given(
    st.text(),
    st.builds(
        TextRules,
        punctuation=st.sampled_from(PunctuationRule),
        digits=st.sampled_from(DigitRule),
        case=st.sampled_from(CaseRule),
    ),
)
def test_any_text_becomes_one_line_that_utf_8_can_write(text: str, rules: TextRules) -> None:
    result = normalized_text(text, rules)

    assert result == " ".join(result.split())
    assert not any(unicodedata.category(letter) == "Cc" for letter in result)
    assert result.encode("utf-8").decode("utf-8") == result


@given(st.text(alphabet="你好ab1,.，。-' %"))
def test_the_rules_change_nothing_the_second_time(text: str) -> None:
    once = normalized_text(text, WITHOUT_MARKS)

    assert normalized_text(once, WITHOUT_MARKS) == once
