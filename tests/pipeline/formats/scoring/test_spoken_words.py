from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.transcript import Sentence, Token
from pipeline.formats.scoring.spoken_words import joined_text, spoken_words


def sentences(*texts: str) -> list[Sentence]:
    return [Sentence(i, i + 1, text) for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], ""),
        (["你好。", "再见。"], "你好。再见。"),
        (["Hello.", "Bye."], "Hello. Bye."),
        (["他说 OK。", "Fine."], "他说 OK。 Fine."),
        (["好。", "OK"], "好。OK"),
        (["", "A", "", "B"], "A B"),
        (["Hello.", "“Bye.”"], "Hello. “Bye.”"),
        (["……", "A"], "……A"),
    ],
)
def test_sentences_join_as_their_scripts_are_written(texts: list[str], expected: str) -> None:
    assert joined_text(sentences(*texts)) == expected


def test_words_of_pieces_and_of_several_words_have_their_own_times() -> None:
    tokens = [Token(0, 100, " tran"), Token(100, 200, "script，"), Token(300, 500, "好的。")]

    assert [(word.text, word.start_ms, word.end_ms) for word in spoken_words(tokens)] == [
        ("transcript", 0, 200),
        ("好", 300, 400),
        ("的", 400, 500),
    ]


@given(st.lists(st.text(st.sampled_from("今天a1 ,。'-“"), max_size=4), max_size=12))
def test_words_have_text_and_are_sorted(texts: list[str]) -> None:
    tokens = [Token(100 * i, 100 * i + 80, text) for i, text in enumerate(texts)]

    words = spoken_words(tokens)

    assert all(word.text.strip() for word in words)
    assert all(left.start_ms <= right.start_ms for left, right in pairwise(words))
