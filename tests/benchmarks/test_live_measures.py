from __future__ import annotations

import pytest

from benchmarks.live_measures import SpokenCharacter, TimedEvent, measure, shown_texts
from pipeline.live.events import FinalText, Lag, LiveSentence, PassingText

SAID = [SpokenCharacter(letter, float(at_s)) for at_s, letter in enumerate("今天天气", start=1)]


def passing(at_s: float, text: str, num_firm: int = 0) -> TimedEvent:
    return TimedEvent(at_s, PassingText(0, 0, text, num_firm, None, round(at_s * 1000)))


def final(at_s: float, *texts: str) -> TimedEvent:
    sentences = (LiveSentence(number, 0, 1, text, None) for number, text in enumerate(texts))
    return TimedEvent(at_s, FinalText(0, tuple(sentences)))


def test_delays_are_counted_from_the_time_at_which_a_character_was_spoken() -> None:
    figures = measure(
        SAID,
        [passing(2.5, "今田"), passing(3.5, "今天，天", 1), final(5.0, "今天天气。")],
        speech_ends_s=[4.1],
    )

    assert figures.first == pytest.approx((1.5, 0.5, 0.5, 1.0))
    assert figures.settled == pytest.approx((1.5, 1.5, 0.5, 1.0))
    assert figures.firm == pytest.approx((2.5, 3.0, 2.0, 1.0))
    assert figures.final == pytest.approx((4.0, 3.0, 2.0, 1.0))
    assert figures.segments == pytest.approx((0.9,))
    assert figures.errors == 0.0


def test_a_character_that_comes_back_is_settled_only_the_last_time() -> None:
    figures = measure(
        SAID[:1],
        [passing(2.0, "今"), passing(3.0, "金"), final(4.0, "今")],
        speech_ends_s=[],
    )

    assert figures.first == (1.0,)
    assert figures.settled == (3.0,)


def test_what_is_taken_back_counts_as_erased() -> None:
    figures = measure(
        SAID,
        [passing(2.0, "今田", 1), passing(3.0, "金天天", 3), final(5.0, "今天天气")],
        speech_ends_s=[],
    )

    assert figures.erased == (2 + 3) / 4
    assert figures.firm_erased == (1 + 3) / 4


def test_passing_text_follows_the_final_texts_before_it() -> None:
    shown = shown_texts(
        [
            final(1.0, "今天，", "天"),
            TimedEvent(1.5, Lag(0, "on")),
            passing(2.0, "气。", 2),
            final(3.0),
        ]
    )

    assert [(each.text, each.num_firm, each.num_final) for each in shown] == [
        ("今天天", 3, 3),
        ("今天天气", 4, 3),
        ("今天天", 3, 3),
    ]


def test_errors_are_those_of_the_last_text() -> None:
    assert measure(SAID, [final(5.0, "今天天七")], speech_ends_s=[]).errors == 0.25
    assert measure(SAID, [], speech_ends_s=[]).errors == 1.0
