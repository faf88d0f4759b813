from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Token
from pipeline.text.realignment import SHORTEST_SYLLABLE_MS, realign
from pipeline.text.text_units import text_units

WHOLE = Interval(0, 1_000)


def tokens_of(*texts: str, start_ms: int = 0, step_ms: int = 200) -> tuple[Token, ...]:
    """Tokens one after the other without a pause, each with a confidence of its own."""
    return tuple(
        Token(start_ms + i * step_ms, start_ms + (i + 1) * step_ms, text, 1 / (i + 1))
        for i, text in enumerate(texts)
    )


def shown(tokens: tuple[Token, ...]) -> list[tuple[str, int, int]]:
    return [(token.text, token.start_ms, token.end_ms) for token in tokens]


def test_text_that_stays_keeps_its_tokens() -> None:
    tokens = tokens_of("今", "天，", " good", " day。")

    assert realign(tokens, "今天， good day。", WHOLE) == tokens


@pytest.mark.parametrize("new_text", ["今天。OK", "今，天 ok！", "“今”天ＯＫ"])
def test_marks_case_and_width_move_no_time(new_text: str) -> None:
    tokens = realign(tokens_of("今", "天", " OK"), new_text, WHOLE)

    assert [(each.start_ms, each.end_ms) for each in tokens] == [(0, 200), (200, 400), (400, 600)]
    assert [each.confidence for each in tokens] == [1, 1 / 2, 1 / 3]


def test_a_wrong_character_passes_its_time_on_but_not_its_confidence() -> None:
    old = (Token(0, 90, "他", 0.9), Token(90, 400, "门", 0.2), Token(450, 600, "来", 0.8))

    assert realign(old, "他们来", WHOLE) == (old[0], Token(90, 400, "们"), old[2])


def test_only_unchanged_words_keep_their_text_without_the_language_model() -> None:
    old = (
        Token(0, 90, "他", 0.9, text_without_lm="她"),
        Token(90, 400, "门", 0.2, text_without_lm="们"),
        Token(450, 600, " OK", 0.8, text_without_lm=""),
    )

    kept = realign(old, "他们，ok", WHOLE)

    assert [(each.text, each.text_without_lm) for each in kept] == [
        ("他", "她"), ("们，", None), ("ok", ""),
    ]  # fmt: skip


def test_what_replaces_a_word_shares_its_time_by_syllables() -> None:
    old = tokens_of("开", "GPT", "吧", step_ms=300)

    assert shown(realign(old, "开鸡皮替吧", WHOLE)) == [
        ("开", 0, 300),
        ("鸡", 300, 400),
        ("皮", 400, 500),
        ("替", 500, 600),
        ("吧", 600, 900),
    ]


def test_deleted_words_leave_their_time_empty() -> None:
    old = tokens_of("嗯", "今", "天")

    assert realign(old, "今天", WHOLE) == old[1:]


def test_an_inserted_word_shares_the_pause_around_it() -> None:
    old = (Token(0, 200, "今"), Token(600, 800, "天"))

    assert shown(realign(old, "今明后天", WHOLE)) == [
        ("今", 0, 200),
        ("明", 200, 400),
        ("后", 400, 600),
        ("天", 600, 800),
    ]


def test_a_word_put_in_without_a_pause_borrows_from_both_neighbours() -> None:
    assert shown(realign(tokens_of("今", "天"), "今的天", WHOLE)) == [
        ("今", 0, 200 - SHORTEST_SYLLABLE_MS // 2),
        ("的", 150, 250),
        ("天", 250, 400),
    ]


def test_more_text_than_there_is_time_for_leaves_the_neighbours_half() -> None:
    placed = realign(tokens_of("今", "天"), "今" + "的" * 40 + "天", Interval(0, 400))

    assert shown(placed)[0] == ("今", 0, 101)
    assert shown(placed)[-1] == ("天", 299, 400)


def test_text_without_any_tokens_is_spread_by_length() -> None:
    assert realign((), "你好 wonderful", Interval(100, 600)) == (
        Token(100, 200, "你"),
        Token(200, 300, "好"),
        Token(300, 600, " wonderful"),
    )


def test_more_characters_than_milliseconds_are_still_sorted_and_inside() -> None:
    placed = realign((), "一二三四五", Interval(7, 9))

    assert shown(placed) == [
        ("一", 7, 8),
        ("二", 7, 8),
        ("三", 7, 8),
        ("四", 8, 9),
        ("五", 8, 9),
    ]


def test_tokens_that_are_pieces_or_several_words_are_understood() -> None:
    old = (Token(0, 100, " trans", 0.4), Token(100, 200, "cript", 0.8), Token(200, 500, "好的啊"))

    placed = realign(old, "transcript 好的呀", WHOLE)

    assert placed[0].confidence == pytest.approx((5 * 0.4 + 5 * 0.8) / 10)
    assert shown(placed) == [
        (" transcript", 0, 200),
        (" 好", 200, 300),
        ("的", 300, 400),
        ("呀", 400, 500),
    ]
    assert [each.confidence for each in placed[1:]] == [None, None, None]


def test_a_token_outside_the_interval_gives_no_time() -> None:
    old = tokens_of("今", "天", "好")

    assert shown(realign(old, "今天好", Interval(250, 1_000))) == [
        ("今", 250, 324),
        ("天", 324, 400),
        ("好", 400, 600),
    ]


@pytest.mark.parametrize("nothing", ["", "  ", "\n"])
def test_no_text_has_no_tokens(nothing: str) -> None:
    assert realign(tokens_of("今"), nothing, WHOLE) == ()


def test_a_first_word_has_its_leading_space_as_other_words_have() -> None:
    assert [each.text for each in realign(tokens_of("好"), "Well 好", WHOLE)] == [" Well", " 好"]
    assert [each.text for each in realign(tokens_of("so"), "So what", WHOLE)] == ["So", " what"]


texts = st.text(st.sampled_from("今天气好的 abZ3,。，“'?"), max_size=25)


@st.composite
def token_lists(draw: st.DrawFn) -> tuple[Token, ...]:
    """Tokens of any text; sometimes several start at once, as repaired ones do."""
    tokens: list[Token] = []
    now_ms = 0
    for _ in range(draw(st.integers(0, 12))):
        start_ms = max(0, now_ms + draw(st.sampled_from([0, 0, 0, 1, 80, 700])))
        end_ms = start_ms + draw(st.sampled_from([1, 2, 60, 250]))
        text = draw(st.sampled_from(["今", "天，", "气好", " ab", "Z3", "。", " a'b", ""]))
        tokens.append(Token(start_ms, end_ms, text, draw(st.sampled_from([None, 0.5, 0.25]))))
        now_ms = start_ms if draw(st.booleans()) and draw(st.booleans()) else end_ms
    return tuple(tokens)


@given(token_lists(), texts, st.integers(0, 500), st.integers(1, 3_000))
def test_all_of_the_text_has_times_in_order_inside_the_interval(
    tokens: tuple[Token, ...], new_text: str, start_ms: int, duration_ms: int
) -> None:
    interval = Interval(start_ms, start_ms + duration_ms)

    placed = realign(tokens, new_text, interval)

    assert "".join(token.text for token in placed).strip() == new_text.strip()
    assert len(placed) == len(text_units(new_text.strip()))
    assert all(left.start_ms <= right.start_ms for left, right in pairwise(placed))
    assert all(start_ms <= token.start_ms < token.end_ms <= interval.end_ms for token in placed)


@st.composite
def spaced_out_tokens(draw: st.DrawFn) -> tuple[Token, ...]:
    """One token per unit, disjoint, at a speed that people reach."""
    tokens: list[Token] = []
    now_ms = 0
    for text in draw(
        st.lists(st.sampled_from(["今", "天，", "气", "好。", " ab", " 3"]), max_size=12)
    ):
        start_ms = now_ms + draw(st.integers(0, 300))
        now_ms = start_ms + draw(st.integers(SHORTEST_SYLLABLE_MS, 400))
        tokens.append(Token(start_ms, now_ms, text, draw(st.sampled_from([None, 0.5, 0.25]))))
    return tuple(tokens)


@given(spaced_out_tokens(), texts)
def test_times_do_not_overlap_where_there_is_room(tokens: tuple[Token, ...], new_text: str) -> None:
    placed = realign(tokens, new_text, Interval(0, 10_000))

    assert all(left.end_ms <= right.start_ms for left, right in pairwise(placed))


@given(spaced_out_tokens(), st.data())
def test_leaving_words_out_changes_no_other_word(
    tokens: tuple[Token, ...], data: st.DataObject
) -> None:
    stays = data.draw(st.lists(st.booleans(), min_size=len(tokens), max_size=len(tokens)))
    left = tuple(token for token, is_left in zip(tokens, stays, strict=True) if is_left)

    placed = realign(tokens, "".join(token.text for token in left), Interval(0, 10_000))

    known = {(token.start_ms, token.end_ms, token.confidence) for token in tokens}
    assert {(token.start_ms, token.end_ms, token.confidence) for token in placed} <= known


@given(spaced_out_tokens())
def test_unchanged_text_is_unchanged_down_to_the_confidence(tokens: tuple[Token, ...]) -> None:
    assert realign(tokens, "".join(token.text for token in tokens), Interval(0, 10_000)) == tokens


def test_ten_thousand_characters_take_no_time_to_speak_of() -> None:
    characters = [chr(0x4E00 + (i * i) % 701) for i in range(10_000)]
    corrected = [each for i, each in enumerate(characters) if i % 9] + ["完"]
    began = time.process_time()

    placed = realign(tokens_of(*characters), "".join(corrected), Interval(0, 2_100_000))

    assert len(placed) == len(corrected)
    assert time.process_time() - began < 3.0  # 0.3 s on the machine it was written on
