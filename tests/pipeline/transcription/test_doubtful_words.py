"""Doubtful words of a transcript, and what is stored of them."""

from __future__ import annotations

import itertools
import time

from pipeline.core.transcript import Sentence, Token
from pipeline.transcription.doubtful_words import DOUBTFUL_SHARE, MOST_PLACES, find_candidates


def sentence(text: str, unsure: str = "", *, start_ms: int = 0, confidence: float | None = 0.99):
    letters = [text[at : at + 1] for at in range(len(text) - 1)]
    letters[-1] += text[-1]  # the mark
    tokens = tuple(
        Token(
            start_ms + 100 * at,
            start_ms + 100 * at + 100,
            each,
            0.2 if each in unsure else confidence,
        )
        for at, each in enumerate(letters)
    )
    return Sentence(start_ms, start_ms + 100 * len(tokens), text, tokens)


def test_a_doubtful_word_has_its_times_and_candidates():
    (found,) = find_candidates([sentence("他在一小区车库林时停车超过半小时。", "林")])
    assert (found.start_ms, found.end_ms, found.text) == (700, 900, "林时")
    assert "临时" in found.candidates


def test_certain_words_and_words_without_a_confidence_are_not_doubtful():
    assert find_candidates([sentence("他在车库停车。")]) == ()
    assert find_candidates([sentence("他在车库林时停车。", confidence=None)]) == ()


def test_no_more_than_the_least_certain_share_is_looked_at():
    text = "他在一小区车库停车超过半小时。"
    many = [sentence(text, text, start_ms=10_000 * number) for number in range(20)]
    found = find_candidates(many)
    assert 0 < len(found) <= DOUBTFUL_SHARE * 20 * (len(text) - 1)
    assert all(first.end_ms <= then.start_ms for first, then in itertools.pairwise(found))


def test_a_word_said_with_certainty_elsewhere_comes_first():
    unsure = sentence("要完整呈现家人的实实健康状态。", "实")
    elsewhere = sentence("这是实时监控。", start_ms=5_000)
    (alone,) = find_candidates([unsure])
    (found,) = find_candidates([unsure, elsewhere])
    assert alone.candidates[0] != "实时"
    assert found.candidates[0] == "实时"


def test_marks_and_other_scripts_end_a_word():
    tokens = (
        Token(0, 100, "林，", 0.2),
        Token(100, 200, "时", 0.99),
        Token(200, 300, " LOGO", 0.1),
        Token(300, 400, "停车", 0.1),
        *(Token(400 + 100 * at, 500 + 100 * at, "好", 0.99) for at in range(8)),
    )
    found = find_candidates([Sentence(0, 1200, "林，时 LOGO停车好好好好好好好好", tokens)])
    assert all(len(each.text) == 1 for each in found)


def test_an_hour_of_doubtful_speech_is_searched_quickly_and_bounded():
    text = "他在一小区车库林时停车超过半小时。"
    hour = [sentence(text, "林", start_ms=3_000 * number) for number in range(200)]
    find_candidates(hour[:1])  # loads the dictionaries
    began = time.process_time()
    found = find_candidates(hour)
    assert time.process_time() - began < 10
    assert 0 < len(found) <= MOST_PLACES


def test_every_place_has_the_probability_that_it_is_wrong():
    found = find_candidates([sentence("他在一小区车库林时停车超过半小时。", "林")])
    assert found
    assert all(0.1 <= (each.doubt or 0.0) < 1.0 for each in found)
