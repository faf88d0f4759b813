from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asr.paraformer.detokenize import SILENT_TOKENS, TimedText, space_before, words_from
from pipeline.asr.paraformer.reference_words import reference_words

CLEAN = [  # spec A.5; times in hundreds: a token that starts at 1 lasts from 100 to 180
    ("今 天", "今 天", [(0, 80), (100, 180)]),
    ("今 and@@ roid 好", "今 android 好", [(0, 80), (100, 280), (300, 380)]),
    ("a i 技 术", "AI 技 术", [(0, 180), (200, 280), (300, 380)]),
    ("用 a i 做", "用 AI 做", [(0, 80), (100, 280), (300, 380)]),
    ("he@@ llo w@@ orld", "hello world", [(0, 180), (200, 380)]),
    ("我 a b c d", "我 ABCD", [(0, 80), (100, 480)]),
    ("i am a b c", "i am ABC", [(0, 80), (100, 180), (200, 480)]),
    ("1 0 个", "1 0 个", [(0, 80), (100, 180), (200, 280)]),
    ("don't go", "don't go", [(0, 80), (100, 180)]),
]
FAULTS = [  # what the reference makes of them, spec A.5
    ("9@@ g", "9@@ g", [(0, 80), (100, 180)]),
    ("今 <unk> 天", "今 天", [(0, 80), (100, 180)]),
    ("and@@ 中 ok", "中 andok", [(0, 80), (200, 280)]),
    ("and@@", "", []),
]
MENDED = [
    ("9@@ g", "9g", [(0, 180)]),
    ("今 <unk> 天", "今 天", [(0, 80), (200, 280)]),
    ("and@@ 中 ok", "and 中 ok", [(0, 80), (100, 180), (200, 280)]),
    ("and@@", "and", [(0, 80)]),
    ("x & y", "x & y", [(0, 80), (100, 180), (200, 280)]),
    ("@", "@", [(0, 80)]),
    ("m@@ p@@ 3 的", "mp3 的", [(0, 280), (300, 380)]),
    ("wi@@ -@@ fi", "wi-fi", [(0, 280)]),
    ("<s> 好 </s>", "好", [(100, 180)]),
    ("@@ 好", "好", [(100, 180)]),
]


def tokens_of(text: str) -> tuple[TimedText, ...]:
    return tuple(
        TimedText(token, 100 * number, 100 * number + 80, confidence=0.5)
        for number, token in enumerate(text.split())
    )


def shown(words: tuple[TimedText, ...]) -> tuple[str, list[tuple[int, int]]]:
    return " ".join(word.text for word in words), [(word.start_ms, word.end_ms) for word in words]


@pytest.mark.parametrize(("tokens", "text", "times"), [*CLEAN, *MENDED])
def test_words_and_their_times(tokens: str, text: str, times: list[tuple[int, int]]) -> None:
    assert shown(words_from(tokens_of(tokens))) == (text, times)


@pytest.mark.parametrize(("tokens", "text", "times"), [*CLEAN, *FAULTS])
def test_the_reference_rules_give_the_reference_words(
    tokens: str, text: str, times: list[tuple[int, int]]
) -> None:
    assert shown(reference_words(tokens_of(tokens))) == (text, times)


def test_a_sign_has_a_time_by_the_reference_rules_too() -> None:
    words = reference_words(tokens_of("x & y"))

    assert [word.text for word in words] == ["x", "&", "y"]
    assert shown((words[0], words[2]))[1] == [(0, 80), (200, 280)]


def test_the_confidence_of_a_word_is_the_mean_of_its_pieces() -> None:
    pieces = (TimedText("he@@", 0, 80, 0.5), TimedText("llo", 100, 180, 1.0))

    assert words_from(pieces) == reference_words(pieces) == (TimedText("hello", 0, 180, 0.75),)


@pytest.mark.parametrize(
    ("tokens", "text_without_lm"),
    [
        ([("悬", "玄")], "玄"),
        ([("悬", "")], ""),
        ([("and@@", None), ("roid", "rew")], "andrew"),
        ([("a", "8"), ("i", None)], "8I"),
        ([("and@@", "and"), ("roid", None)], None),
    ],
)
def test_a_word_keeps_its_text_without_the_language_model(
    tokens: list[tuple[str, str | None]], text_without_lm: str | None
) -> None:
    pieces = [TimedText(each, 0, 80, 0.5, (), alone) for each, alone in tokens]

    assert [word.text_without_lm for word in words_from(pieces)] == [text_without_lm]
    assert [word.text_without_lm for word in reference_words(pieces)] == [text_without_lm]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["今", "天"], "今天"),
        (["今", "hello", "world", "天"], "今hello world天"),
        (["1", "0", "个"], "10个"),
        (["r", "&", "d"], "r & d"),
        (["WWW", ".", "baidu", ".", "com"], "WWW.baidu.com"),
        (["iphone", "5"], "iphone 5"),
    ],
)
def test_spaces_stand_where_the_script_wants_them(words: list[str], text: str) -> None:
    joined = ""
    for word in words:
        joined += space_before(word, previous=joined) + word

    assert joined == text


SPOKEN = ("今", "天", "a", "b", "hello", "and@@", "9@@", "-@@", "7", "&", "@", ".", "don't", "@@")
TOKENS = st.lists(st.sampled_from([*SPOKEN, *sorted(SILENT_TOKENS)]), max_size=20)


@given(TOKENS)
def test_every_word_has_a_time_and_what_was_said_stays_in_order(tokens: list[str]) -> None:
    timed = tokens_of(" ".join(tokens))

    words = words_from(timed)

    said = "".join(token.removesuffix("@@") for token in tokens if token not in SILENT_TOKENS)
    assert "".join(word.text for word in words).lower() == said
    assert all(word.text and word.start_ms < word.end_ms for word in words)
    starts = [word.start_ms for word in words]
    assert starts == sorted(starts)
    assert {(word.start_ms, word.end_ms) for word in words} <= {
        (first.start_ms, last.end_ms) for first in timed for last in timed
    }


@given(TOKENS)
def test_the_reference_rules_give_no_word_without_a_time(tokens: list[str]) -> None:
    words = reference_words(tokens_of(" ".join(tokens)))

    assert all(word.text and word.start_ms < word.end_ms for word in words)
