from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.transcript import Mark
from pipeline.punctuation.ct_transformer.text_assembly import assemble_text

N, C, S, Q, P = Mark.NONE, Mark.COMMA, Mark.FULL_STOP, Mark.QUESTION, Mark.ENUMERATION_COMMA


@pytest.mark.parametrize(
    ("words", "marks", "text"),
    [
        (["今", "天", "好"], [N, C, S], "今天，好。"),
        (["hello", "world"], [C, S], "Hello, world."),
        (["你", "好", "hello", "AI", "吗"], [N, S, N, N, Q], "你好。Hello AI吗？"),
        (["AI", "好"], [N, N], "Ai好。"),
        (["用", "ok", "好"], [N, C, S], "用ok,好。"),
        (["ok", "好"], [P, P], "Ok、好。"),
        (["好"], [C], "好。"),
        (["ok"], [C], "Ok."),
        (["ok"], [P], "Ok。"),
        (["ok"], [N], "Ok."),
        (["ok"], [Q], "Ok?"),
        ([], [], ""),
    ],
)
def test_words_are_written_by_the_published_rule(
    words: list[str], marks: list[Mark], text: str
) -> None:
    assert assemble_text([(words, marks)]) == text


def test_english_after_a_border_between_blocks_is_spaced_from_what_stands_before() -> None:
    assert assemble_text([(["好"], [S]), ([], []), (["yes", "no"], [N, S])]) == "好。 Yes no."


@given(st.lists(st.tuples(st.sampled_from(["好", "ok", "3"]), st.sampled_from(Mark))))
def test_without_marks_and_spaces_the_text_is_the_words(said: list[tuple[str, Mark]]) -> None:
    text = assemble_text([([word for word, _ in said], [mark for _, mark in said])])

    assert [each for each in text.lower() if each not in " ，。？、,.?"] == list(
        "".join(word for word, _ in said)
    )
