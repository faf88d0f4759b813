from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.options import Profile
from pipeline.core.transcript import Mark, RecognizedSegment, Sentence, SpeechSegment, Token
from pipeline.punctuation.marked_tokens import with_marks, words_of
from pipeline.punctuation.punctuated import punctuated_sentences, unpunctuated_sentences

N, C, S, Q, P = Mark.NONE, Mark.COMMA, Mark.FULL_STOP, Mark.QUESTION, Mark.ENUMERATION_COMMA
STEP_MS = 250


def heard(*texts: str, start_ms: int = 0) -> RecognizedSegment:
    """A segment with tokens one after the other; it reaches 100 ms beyond them on both sides."""
    tokens = tuple(
        Token(start_ms + i * STEP_MS, start_ms + (i + 1) * STEP_MS, text)
        for i, text in enumerate(texts)
    )
    end_ms = start_ms + len(texts) * STEP_MS
    return RecognizedSegment(SpeechSegment(max(0, start_ms - 100), end_ms + 100), tokens, "zh")


def texts_of(sentences: tuple[Sentence, ...]) -> list[str]:
    return [sentence.text for sentence in sentences]


def test_sentences_reach_to_full_stops_and_over_commas() -> None:
    segments = [heard("今", "天", "冷"), heard("是", "吗", "对", start_ms=1_000)]

    sentences = punctuated_sentences(segments, [N, C, N, N, Q, S])

    assert texts_of(sentences) == ["今天，冷是吗？", "对。"]
    assert [(each.start_ms, each.end_ms) for each in sentences] == [(0, 1_500), (1_500, 1_750)]


def test_a_token_keeps_its_time_and_carries_its_mark() -> None:
    (sentence,) = punctuated_sentences([heard("红", "蓝")], [P, S])

    assert sentence.tokens == (Token(0, 250, "红、"), Token(250, 500, "蓝。"))


def test_a_long_silence_ends_a_sentence_without_a_mark() -> None:
    segments = [heard("我", "想"), heard("走", start_ms=2_100)]

    assert texts_of(punctuated_sentences(segments, [N, N, S])) == ["我想", "走。"]


def test_english_is_spaced_and_begins_with_a_capital_and_has_its_own_marks() -> None:
    segments = [heard("hello", " world", " is", " it", " iPhone", " AI")]

    sentences = punctuated_sentences(segments, [C, S, N, Q, C, S])

    assert texts_of(sentences) == ["Hello, world.", "Is it?", "iPhone, AI."]


@pytest.mark.parametrize("word", ["no", "etc", "u"])
def test_a_stop_after_an_abbreviation_is_a_stop(word: str) -> None:
    segments = [heard("say", f" {word}", " then", " go")]

    assert texts_of(punctuated_sentences(segments, [N, S, N, S])) == [f"Say {word}.", "Then go."]


def test_english_in_a_chinese_sentence_has_chinese_marks() -> None:
    segments = [heard("用", "android", " ok", "好")]

    assert texts_of(punctuated_sentences(segments, [N, N, C, S])) == ["用android ok，好。"]


def test_a_wide_comma_is_not_followed_by_a_space() -> None:
    segments = [heard("用", "android", " ok", "好")]

    assert texts_of(punctuated_sentences(segments, [N, C, N, S])) == ["用android，ok好。"]


def test_a_narrow_mark_is_followed_by_a_space_also_before_a_digit() -> None:
    assert texts_of(punctuated_sentences([heard("ok", "1", "0")], [C, N, S])) == ["Ok, 10."]


def test_in_classic_every_mark_ends_a_sentence() -> None:
    segments = [heard("今", "天", "天", "气", "不", "错", "hello", " world", "好")]

    sentences = punctuated_sentences(segments, [N, N, C, N, N, S, N, C, S], profile=Profile.CLASSIC)

    assert texts_of(sentences) == ["今天天，", "气不错。", "hello world，", "好。"]
    assert [(each.start_ms, each.end_ms) for each in sentences] == [
        (0, 750),
        (750, 1_500),
        (1_500, 2_000),
        (2_000, 2_250),
    ]


def test_in_classic_a_tail_without_a_mark_is_kept() -> None:
    sentences = punctuated_sentences([heard("好", "的")], [S, N], profile=Profile.CLASSIC)

    assert texts_of(sentences) == ["好。", "的。"]


def test_without_marks_each_segment_is_a_sentence() -> None:
    segments = [heard("今", "天"), heard(start_ms=900), heard("hello", " you", start_ms=1_200)]

    sentences = unpunctuated_sentences(segments)

    assert texts_of(sentences) == ["今天", "hello you"]
    assert [(each.start_ms, each.end_ms) for each in sentences] == [(0, 500), (1_200, 1_700)]


def test_without_marks_in_classic_a_sentence_has_the_times_of_its_segment() -> None:
    (sentence,) = unpunctuated_sentences([heard("今", "天", start_ms=500)], profile=Profile.CLASSIC)

    assert (sentence.start_ms, sentence.end_ms, sentence.text) == (400, 1_100, "今天")


def test_too_few_marks_are_an_error_and_not_lost_words() -> None:
    with pytest.raises(ValueError, match="zip"):
        with_marks([heard("今", "天")], [N])


@st.composite
def marked_segments(draw: st.DrawFn) -> tuple[list[RecognizedSegment], list[Mark]]:
    segments: list[RecognizedSegment] = []
    start_ms = 0
    for _ in range(draw(st.integers(0, 4))):
        texts = draw(st.lists(st.sampled_from(["好", "天", " hello", " AI", "3"]), max_size=12))
        segments.append(heard(*texts, start_ms=start_ms))
        start_ms += len(texts) * STEP_MS + draw(st.sampled_from([200, 2_000]))
    num_words = len(words_of(segments))
    return segments, draw(st.lists(st.sampled_from(Mark), min_size=num_words, max_size=num_words))


@given(marked_segments(), st.sampled_from(Profile))
def test_every_word_is_in_exactly_one_sentence_with_its_time(
    drawn: tuple[list[RecognizedSegment], list[Mark]], profile: Profile
) -> None:
    segments, marks = drawn

    for sentences in (
        punctuated_sentences(segments, marks, profile=profile),
        unpunctuated_sentences(segments, profile=profile),
    ):
        tokens = [token for sentence in sentences for token in sentence.tokens]
        before = [token for segment in segments for token in segment.tokens]
        assert [(each.start_ms, each.end_ms) for each in tokens] == [
            (each.start_ms, each.end_ms) for each in before
        ]
        assert bare("".join(each.text for each in sentences)) == bare("".join(words_of(segments)))
        assert all(
            each.text == "".join(token.text for token in each.tokens).strip() for each in sentences
        )


def bare(text: str) -> str:
    return "".join(each for each in text.lower() if each not in " ，。？、,.?")
