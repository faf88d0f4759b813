from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.intervals import Interval, in_lanes
from pipeline.core.transcript import Sentence, Token
from pipeline.formats.words import joined, words_of
from tests.pipeline.formats.documents import sentences, spans


def test_words_keep_the_times_of_their_tokens() -> None:
    tokens = (Token(0, 100, "你", 0.5), Token(100, 300, "好，"), Token(300, 900, " Ann's", 0.25))

    assert words_of(Sentence(0, 1_000, "你好， Ann's.", tokens)) == (
        Token(0, 100, "你", 0.5),
        Token(100, 300, "好"),
        Token(300, 900, "Ann's", 0.25),
    )


def test_pieces_of_one_word_are_one_word_of_the_lower_confidence() -> None:
    tokens = (Token(0, 100, " trans", 0.9), Token(100, 200, "cript", 0.4), Token(200, 300, "s"))

    assert words_of(Sentence(0, 300, "transcripts", tokens)) == (Token(0, 300, "transcripts", 0.4),)


def test_a_sentence_without_tokens_is_shared_out_evenly() -> None:
    assert words_of(Sentence(100, 400, "你好 Tom。")) == (
        Token(100, 200, "你"),
        Token(200, 300, "好"),
        Token(300, 400, "Tom"),
    )


def test_tokens_that_are_not_those_of_the_text_give_it_their_times() -> None:
    sentence = Sentence(0, 400, "你们好", (Token(0, 100, "你"), Token(300, 400, "好")))

    words = words_of(sentence)

    assert [word.text for word in words] == ["你", "们", "好"]
    assert (words[0].start_ms, words[-1].end_ms) == (0, 400)


def test_more_words_than_milliseconds_share_the_last() -> None:
    assert words_of(Sentence(0, 2, "一二三", (Token(0, 2, "一二三"),))) == (
        Token(0, 1, "一"),
        Token(1, 2, "二"),
        Token(1, 2, "三"),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("हिन्दी में नमस्ते दुनिया।", ["हिन्दी", "में", "नमस्ते", "दुनिया"]),
        ("สวัสดี ครับ", ["สวัสดี", "ครับ"]),
        ("مُحَمَّد، می\u200cخواهم", ["مُحَمَّد", "می\u200cخواهم"]),
        ("Vie\u0323\u0302t Nam", ["Vie\u0323\u0302t", "Nam"]),
        ("ខ្មែរ ស្រី", ["ខ្មែរ", "ស្រី"]),
        ("\u1112\u1161\u11ab \u1100\u1173\u11af", ["\u1112\u1161\u11ab", "\u1100\u1173\u11af"]),
        ("葛\U000e0100か\u3099a 👩\u200d👧", ["葛\U000e0100", "か\u3099", "a"]),
        ("$50 & 100% sure-ok", ["50", "100", "sure-ok"]),
    ],
)
def test_no_word_loses_its_signs(text: str, words: list[str]) -> None:
    whole = Sentence(0, 4_000, text)
    in_pieces = Sentence(0, 4_000, text, tuple(Token(i, i + 1, c) for i, c in enumerate(text)))

    assert [word.text for word in words_of(whole)] == words
    assert [word.text for word in words_of(in_pieces)] == words


def test_the_text_says_where_words_end_that_tokens_leave_without_a_blank() -> None:
    tokens = (Token(0, 100, "Hello"), Token(100, 300, "world"))

    assert words_of(Sentence(0, 300, "Hello world", tokens)) == tokens


@given(sentences())
def test_words_lie_inside_their_sentence_and_hold_no_space(sentence: Sentence) -> None:
    for word in words_of(sentence):
        assert sentence.start_ms <= word.start_ms < word.end_ms <= sentence.end_ms
        assert word.text.split() == [word.text]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["你", "好", "Tom", "Lee", "再", "见"], "你好Tom Lee再见"),
        ([], ""),
        (["3", "点"], "3点"),
        (
            ["the", "price", "is", "$", "50", "&", "100", "%", "sure", "-", "ok"],
            "the price is $ 50 & 100 % sure - ok",
        ),
        (["मैं", "हिन्दी", "बोलता", "हूँ"], "मैं हिन्दी बोलता हूँ"),
        (["他", "说", "：", "“", "好", "”", "。", "OK", "！"], "他说：“好”。OK！"),
    ],
)
def test_words_are_joined_as_they_are_written(words: list[str], text: str) -> None:
    assert joined(words) == text


@given(st.lists(spans(100_000).map(lambda span: Interval(*span)), max_size=12))
def test_nothing_overlaps_within_a_lane_and_nothing_is_lost(items: list[Interval]) -> None:
    in_order = sorted(items, key=lambda each: each.start_ms)

    lanes = in_lanes(in_order)

    assert sorted((each.start_ms, each.end_ms) for lane in lanes for each in lane) == sorted(
        (each.start_ms, each.end_ms) for each in items
    )
    for lane in lanes:
        assert all(a.end_ms <= b.start_ms for a, b in itertools.pairwise(lane))
