from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.transcript import RecognizedSegment, SpeechSegment, Token
from pipeline.punctuation.sentences import (
    SentenceLimits,
    is_word_border,
    sentence_of,
    sentences_from,
)

STEP_MS = 250
LIMITS = SentenceLimits()


def spoken(*texts: str, start_ms: int = 0, step_ms: int = STEP_MS) -> tuple[Token, ...]:
    """Tokens one after the other without a pause."""
    return tuple(
        Token(start_ms + i * step_ms, start_ms + (i + 1) * step_ms, text)
        for i, text in enumerate(texts)
    )


def recognized(*tokens: Token) -> RecognizedSegment:
    end_ms = max((token.end_ms for token in tokens), default=1)
    return RecognizedSegment(SpeechSegment(0, end_ms), tokens, "zh")


def texts_of(*tokens: Token, limits: SentenceLimits | None = None) -> list[str]:
    return [sentence.text for sentence in sentences_from([recognized(*tokens)], limits=limits)]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["你", "好。", "再", "见。"], ["你好。", "再见。"]),
        (["是", "吗？", "是！", "嗯…", "好"], ["是吗？", "是！", "嗯…", "好"]),
        (["他", "说“好。”", "走", "了"], ["他说“好。”", "走了"]),
        ([" Yes.", " It", " works!", " Does", " it?"], ["Yes.", "It works!", "Does it?"]),
        ([" about", " 3.5", " percent."], ["about 3.5 percent."]),
        ([" 3.", "5", " percent."], ["3.5 percent."]),
        ([" Dr.", " Who", " and", " J.", " Smith."], ["Dr. Who and J. Smith."]),
        ([" in", " the", " U.S.", " Senate."], ["in the U.S. Senate."]),
        ([" tea,", " etc.", " and", " so", " on."], ["tea, etc. and so on."]),
        ([" ba\u0301n.", " Nam."], ["ba\u0301n.", "Nam."]),
        ([" at", " example.", "com", " now."], ["at example.com now."]),
        ([" Wait...", " What?"], ["Wait...", "What?"]),
        (["用", " LOGO.", "很", "好。"], ["用 LOGO.", "很好。"]),
    ],
)
def test_sentences_end_at_full_stops_but_not_at_the_dots_of_words(
    texts: list[str], expected: list[str]
) -> None:
    assert texts_of(*spoken(*texts)) == expected


def test_a_sentence_reaches_over_segments_and_has_the_times_of_its_tokens() -> None:
    first, second = spoken("我", "想", start_ms=1_000), spoken("走。", start_ms=2_000)

    sentences = sentences_from([recognized(*first), recognized(*second)])

    assert sentences == (sentence_of((*first, *second)),)
    assert (sentences[0].start_ms, sentences[0].end_ms) == (1_000, 2_250)
    assert sentences[0].speaker is None


@pytest.mark.parametrize(("gap_ms", "expected"), [(1_500, ["你好"]), (1_501, ["你", "好"])])
def test_a_long_silence_ends_a_sentence(gap_ms: int, expected: list[str]) -> None:
    assert texts_of(*spoken("你"), *spoken("好", start_ms=STEP_MS + gap_ms)) == expected


def test_a_long_sentence_is_divided_at_the_comma_nearest_its_middle() -> None:
    clause = ["字"] * 19
    tokens = spoken(*clause, "字，", *clause, "字，", *clause, "字，", *clause, "字。")  # 20 s

    assert texts_of(*tokens) == [
        "字" * 20 + "，" + "字" * 20 + "，",
        "字" * 20 + "，" + "字" * 20 + "。",
    ]


def test_without_commas_a_sentence_may_be_longer_and_is_divided_at_its_longest_pause() -> None:
    before = spoken(*["字"] * 30)
    after = spoken(*["词"] * 60, start_ms=before[-1].end_ms + 300)

    assert texts_of(*before, *after[:30]) == ["字" * 30 + "词" * 30]
    assert texts_of(*before, *after) == ["字" * 30, "词" * 60]


def test_of_pauses_alike_the_one_nearest_the_middle_divides() -> None:
    assert texts_of(*spoken(*["字"] * 100)) == ["字" * 50, "字" * 50]


@pytest.mark.wall_clock
def test_an_hour_of_words_without_any_mark_or_pause_is_divided_quickly() -> None:
    tokens = spoken(*["字"] * 20_000, step_ms=180)

    begin = time.perf_counter()
    pieces = texts_of(*tokens)

    assert time.perf_counter() - begin < 5.0  # quadratic work takes a minute
    assert sum(len(piece) for piece in pieces) == 20_000


def test_no_piece_of_a_long_sentence_is_a_scrap() -> None:
    tokens = spoken("好，", *["字"] * 60)

    assert texts_of(*tokens) == ["好，" + "字" * 60]


def test_a_spaced_word_is_not_divided() -> None:
    left, right, spaced = spoken("trans", "cript", " here")

    assert not is_word_border(left, right)
    assert is_word_border(right, spaced)
    assert is_word_border(*spoken("汉", "字"))
    assert is_word_border(*spoken("字", "LOGO"))
    assert not is_word_border(*spoken(" 3", "5"))


def test_a_change_of_language_ends_a_sentence() -> None:
    chinese = RecognizedSegment(SpeechSegment(0, 500), spoken("你", "好"), "zh")
    english = RecognizedSegment(
        SpeechSegment(500, 1_000), spoken(" Hello", " there", start_ms=500), "en"
    )

    assert [each.text for each in sentences_from([chinese, english])] == ["你好", "Hello there"]


def test_segments_without_tokens_give_no_sentences() -> None:
    assert sentences_from([]) == ()
    assert sentences_from([recognized(), recognized(*spoken("好。")), recognized()]) == (
        sentence_of(spoken("好。")),
    )


@st.composite
def recognized_segments(draw: st.DrawFn) -> list[RecognizedSegment]:
    """Up to five segments with tokens of any text, pauses of any length between them."""
    segments: list[RecognizedSegment] = []
    now_ms = 0
    for _ in range(draw(st.integers(0, 5))):
        tokens: list[Token] = []
        for _ in range(draw(st.integers(0, 30))):
            start_ms = now_ms + draw(st.sampled_from([0, 0, 0, 100, 1_600]))
            now_ms = start_ms + draw(st.integers(1, 900))
            text = draw(st.sampled_from(["字", "字，", "字。", " word", "piece", " 3.", "5", "？"]))
            tokens.append(Token(start_ms, now_ms, text))
        segments.append(RecognizedSegment(SpeechSegment(0, now_ms + 1), tuple(tokens), "zh"))
    return segments


@given(recognized_segments())
def test_the_sentences_hold_all_tokens_in_order_and_nothing_else(
    segments: list[RecognizedSegment],
) -> None:
    sentences = sentences_from(segments)

    tokens = tuple(token for segment in segments for token in segment.tokens)
    assert tuple(token for sentence in sentences for token in sentence.tokens) == tokens
    for sentence in sentences:
        assert sentence.text == "".join(token.text for token in sentence.tokens).strip()


@given(recognized_segments())
def test_no_sentence_holds_a_long_silence_or_a_full_stop_inside(
    segments: list[RecognizedSegment],
) -> None:
    for sentence in sentences_from(segments):
        gaps_ms = [
            right.start_ms - left.end_ms
            for left, right in zip(sentence.tokens, sentence.tokens[1:], strict=False)
        ]
        assert max(gaps_ms, default=0) <= LIMITS.max_gap_ms
        assert not any("。" in token.text or "？" in token.text for token in sentence.tokens[:-1])


def test_limits_that_leave_no_room_are_refused() -> None:
    with pytest.raises(ValueError, match="SentenceLimits"):
        SentenceLimits(max_length_ms=3_000, min_piece_ms=2_000)
