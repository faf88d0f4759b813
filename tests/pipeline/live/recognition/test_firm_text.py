from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.live.recognition.firm_text import FirmText, split_last_word


def shown(*hypotheses: str) -> list[tuple[str, int]]:
    text, steps = FirmText(), []
    for each in hypotheses:
        text.add(each)
        steps.append((text.text, text.num_firm))
    return steps


def test_what_two_hypotheses_have_in_common_becomes_firm() -> None:
    assert shown("今天天", "今天天气", "今天天气很好") == [
        ("今天天", 0),
        ("今天天气", 3),
        ("今天天气很好", 4),
    ]


def test_a_later_change_inside_the_firm_part_is_not_shown() -> None:
    assert shown("今天天气", "今天天气", "明天天气很好", "明天天气很好") == [
        ("今天天气", 0),
        ("今天天气", 4),
        ("今天天气很好", 4),
        ("今天天气很好", 6),
    ]


def test_another_reading_of_a_few_characters_is_shown_once_two_hypotheses_agree_on_it() -> None:
    assert shown("这份希望中小股", "这分希望中小股东一", "这分希望中小股东一致行动") == [
        ("这份希望中小股", 0),
        ("这份希望中小股东一", 1),
        ("这分希望中小股东一致行动", 9),
    ]


def test_a_reading_that_the_next_hypothesis_takes_back_is_never_shown() -> None:
    assert shown("这份希望中小股", "这分希望中小股东一", "这份希望中小股东一致") == [
        ("这份希望中小股", 0),
        ("这份希望中小股东一", 1),
        ("这份希望中小股东一致", 1),
    ]


def test_a_hypothesis_unlike_the_shown_text_replaces_it_at_once() -> None:
    assert shown("再死四身", "在此次生版都好")[-1] == ("在此次生版都好", 0)


def test_a_word_more_inside_the_firm_part_is_not_repeated_after_it() -> None:
    assert shown("上海家店", "上海家店", "上海的家店南响")[-1] == ("上海家店南响", 4)


@given(st.lists(st.text("一二三四五", max_size=12), max_size=8))
def test_the_firm_part_only_grows(hypotheses: list[str]) -> None:
    firm = ""
    for text, num_firm in shown(*hypotheses):
        assert text[:num_firm].startswith(firm)
        firm = text[:num_firm]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("今天天气", ("今天天", "气")),
        ("今天，天。", ("今天", "，天")),
        ("今", ("", "今")),
        ("", ("", "")),
        ("。", ("", "")),
        ("The weather is", ("The weather", " is")),
        ("The weather, is fine.", ("The weather, is", " fine")),
        ("用 Python", ("用", " Python")),
        ("用 Python 写", ("用 Python", " 写")),
        ("一共12", ("一共", "12")),
    ],
)
def test_the_last_word_is_split_off_with_the_marks_before_it(
    text: str, parts: tuple[str, str]
) -> None:
    assert split_last_word(text) == parts


def test_added_words_are_shown_and_become_firm_with_the_next_hypothesis() -> None:
    text = FirmText()
    text.add("今天天")
    text.extend("气")
    assert (text.text, text.num_firm) == ("今天天气", 0)
    text.add("今天天气很")
    assert (text.text, text.num_firm) == ("今天天气很", 4)
