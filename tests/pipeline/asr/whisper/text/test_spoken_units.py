from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asr.whisper.text.spoken_units import TimedPiece, spoken_units
from pipeline.text.scripts import is_mark, stands_alone

STEP_MS = 100


def pieces(*texts: str) -> list[TimedPiece]:
    """One piece every 100 ms."""
    return [TimedPiece(text, i * STEP_MS, (i + 1) * STEP_MS, 0.5) for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["一", "二", "线", "。"], ["一", "二", "线。"]),
        (["二线", "城市"], ["二", "线", "城", "市"]),
        (["的", "L", "O", "GO", "十"], ["的", "LOGO", "十"]),
        (["1", ".", "5", "倍", "。"], ["1.5", "倍。"]),
        (["30", ",", "000", "人"], ["30,000", "人"]),
        ([" Hello", ",", " world", "."], [" Hello,", " world."]),
        ([" don", "'", "t", " go"], [" don't", " go"]),
        ([" 3", ".5", " per", "cent"], [" 3.5", " percent"]),
        (["100", "%", "的"], ["100%", "的"]),
        (["说", "“", "好", "”", "。"], ["说", "“好”。"]),
        (["和3G网"], ["和", "3G", "网"]),
        (["สวัส", "ดี"], ["สวัส", "ดี"]),
        ([" नमस्ते", "।"], [" नमस्ते।"]),
        ([" हि", "न", "्दी"], [" हिन्दी"]),
        (["วัน", "\u0e31\u0e49"], ["วัน\u0e31\u0e49"]),
        ([" می\u200c", "خواهم"], [" می\u200cخواهم"]),
        (["か", "\u3099", "a"], ["か\u3099", "a"]),
        (["葛\U000e0100ab"], ["葛\U000e0100", "ab"]),
        (["好", "❤️", "。"], ["好❤️。"]),
        (["，", "好"], ["好"]),
        (["。", "…"], []),
        ([], []),
    ],
)
def test_units_are_characters_and_words_with_their_marks(
    texts: list[str], expected: list[str]
) -> None:
    assert [unit.text for unit in spoken_units(pieces(*texts))] == expected


def test_the_time_of_a_piece_is_spread_evenly_over_its_characters() -> None:
    units = spoken_units([TimedPiece("两个字", 0, 300, 0.9)])

    assert units == (
        TimedPiece("两", 0, 100, 0.9),
        TimedPiece("个", 100, 200, 0.9),
        TimedPiece("字", 200, 300, 0.9),
    )


def test_a_mark_takes_no_time_from_the_word_it_belongs_to() -> None:
    units = spoken_units([TimedPiece("好", 0, 200, 0.8), TimedPiece("。", 200, 900, 0.3)])

    assert units == (TimedPiece("好。", 0, 200, 0.8),)


def test_a_word_of_several_pieces_lasts_from_the_first_to_the_last() -> None:
    units = spoken_units([TimedPiece("LO", 0, 100, 0.4), TimedPiece("GOS", 150, 300, 0.9)])

    assert units == (TimedPiece("LOGOS", 0, 300, pytest.approx(0.7)),)  # by letters: 2 and 3


def test_the_silence_before_a_word_is_not_counted_to_it() -> None:
    pieces_with_pause = [TimedPiece(" Did", 0, 6_400, 0.9), TimedPiece("今天", 6_400, 9_400, 0.9)]

    assert [(unit.start_ms, unit.end_ms) for unit in spoken_units(pieces_with_pause)] == [
        (6_000, 6_400),
        (7_500, 7_900),
        (9_000, 9_400),
    ]


SPOKEN = "一二好 a bc7,.。“”？'"


@given(st.lists(st.text(SPOKEN, min_size=1, max_size=4)))
def test_no_spoken_character_is_lost_or_moved(texts: list[str]) -> None:
    units = spoken_units(pieces(*texts))

    spoken = [character for character in "".join(texts) if not is_mark(character)]
    kept = [character for unit in units for character in unit.text if not is_mark(character)]
    assert kept == spoken


@given(st.lists(st.text(SPOKEN, min_size=1, max_size=4)))
def test_units_are_sorted_and_hold_one_character_or_word_each(texts: list[str]) -> None:
    units = spoken_units(pieces(*texts))

    starts = [unit.start_ms for unit in units]
    assert starts == sorted(starts)
    assert all(unit.start_ms <= unit.end_ms for unit in units)
    assert all(not is_mark(unit.text) for unit in units)
    assert all(sum(stands_alone(character) for character in unit.text) <= 1 for unit in units)
