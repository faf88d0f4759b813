from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Token
from pipeline.text.forced_alignment import align_text


def shown(tokens: tuple[Token, ...]) -> list[tuple[str, int, int]]:
    return [(token.text, token.start_ms, token.end_ms) for token in tokens]


def test_words_that_were_not_recognised_are_placed_in_speech() -> None:
    heard = [Token(0, 200, "今"), Token(200, 400, "天"), Token(5_000, 5_200, "好")]
    speech = [Interval(0, 600), Interval(4_600, 5_200)]

    assert shown(align_text("今天很是好", heard, speech)) == [
        ("今", 0, 200),
        ("天", 200, 400),
        ("很", 400, 4_700),  # half of it on either side of the pause
        ("是", 4_700, 5_000),
        ("好", 5_000, 5_200),
    ]


def test_words_without_recognised_tokens_share_the_speech() -> None:
    speech = [Interval(2_000, 2_200), Interval(100, 300)]

    assert shown(align_text("一二三四", [], speech)) == [
        ("一", 100, 200),
        ("二", 200, 300),
        ("三", 2_000, 2_100),
        ("四", 2_100, 2_200),
    ]


def test_without_speech_nothing_is_aligned() -> None:
    assert align_text("你好", [], []) == ()


@st.composite
def recordings(draw: st.DrawFn) -> tuple[list[Token], list[Interval]]:
    tokens: list[Token] = []
    speech: list[Interval] = []
    now_ms = 0
    for _ in range(draw(st.integers(1, 4))):
        now_ms += draw(st.integers(0, 900))
        first_ms = now_ms
        for text in draw(st.lists(st.sampled_from(["今", "天，", " ab", " 3"]), max_size=4)):
            start_ms = now_ms + draw(st.integers(0, 90))
            now_ms = start_ms + draw(st.integers(100, 300))
            tokens.append(Token(start_ms, now_ms, text, 0.5))
        now_ms += draw(st.integers(1, 200))
        speech.append(Interval(first_ms, now_ms))
    return tokens, speech


@given(recordings())
def test_recognised_words_keep_their_times(recording: tuple[list[Token], list[Interval]]) -> None:
    tokens, speech = recording
    text = "".join(token.text for token in tokens)

    assert align_text(text, tokens, speech) == tuple(tokens)


@given(recordings(), st.text(st.sampled_from("今天好 ab3，"), max_size=15))
def test_every_word_begins_and_ends_in_speech(
    recording: tuple[list[Token], list[Interval]], text: str
) -> None:
    tokens, speech = recording

    aligned = align_text(text, tokens, speech)

    assert "".join(token.text for token in aligned).strip() == text.strip()
    assert all(left.start_ms <= right.start_ms for left, right in pairwise(aligned))
    for token in aligned:
        assert any(each.contains(token.start_ms) for each in speech)
        assert any(each.contains(token.end_ms - 1) for each in speech)
