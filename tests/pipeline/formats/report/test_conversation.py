"""Figures of conversations, against values worked out by hand."""

from __future__ import annotations

import time

import pytest

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Sentence, SpeakerTurn, Transcript
from pipeline.formats.report.conversation import MAX_PERIODS, conversation_figures


def sentence(start_s: float, end_s: float, speaker: str | None, text: str = "好") -> Sentence:
    return Sentence(round(1000 * start_s), round(1000 * end_s), text, speaker=speaker)


def turn(start_s: float, end_s: float, speaker: str) -> SpeakerTurn:
    return SpeakerTurn(round(1000 * start_s), round(1000 * end_s), speaker)


# A 0-10, B 9-13 (1 s of overlap), A 14-20 in two sentences, C 20-21; 30 s in all.
MEETING = Transcript(
    30_000,
    "zh",
    sentences=(
        sentence(0, 10, "A", "一二三四五六七八九十，"),
        sentence(9, 13, "B", "一二三四"),
        sentence(14, 16, "A", "一二"),
        sentence(17, 20, "A", "一二三"),
        sentence(20, 21, "C", "OK"),
    ),
    turns=(turn(0, 10, "A"), turn(9, 13, "B"), turn(14, 20, "A"), turn(20, 21, "C")),
)


def test_talk_time_and_shares_come_from_the_speaker_turns():
    figures = conversation_figures(MEETING)

    assert [(each.speaker, each.talk_ms) for each in figures.speakers] == [
        ("A", 16_000),
        ("B", 4_000),
        ("C", 1_000),
    ]
    assert [each.share for each in figures.speakers] == pytest.approx([16 / 21, 4 / 21, 1 / 21])


def test_successive_sentences_of_one_speaker_are_one_turn():
    figures = conversation_figures(MEETING)

    assert [(each.speaker, each.start_ms, each.end_ms) for each in figures.turns] == [
        ("A", 0, 10_000),
        ("B", 9_000, 13_000),
        ("A", 14_000, 20_000),
        ("C", 20_000, 21_000),
    ]
    assert [(each.first, each.stop) for each in figures.turns] == [(0, 1), (1, 2), (2, 4), (4, 5)]
    assert [each.num_turns for each in figures.speakers] == [2, 1, 1]
    assert figures.mean_turn_ms == (10_000 + 4_000 + 6_000 + 1_000) / 4
    assert figures.longest_turn == figures.speakers[0].longest == figures.turns[0]


def test_overlap_is_time_of_several_speakers_and_silence_time_of_none():
    figures = conversation_figures(MEETING)

    assert figures.overlaps == (Interval(9_000, 10_000),)
    assert figures.overlap_ms == 1_000
    assert figures.silence_ms == 1_000 + 9_000
    assert figures.silence_share == pytest.approx(1 / 3)


def test_the_order_of_speakers_is_counted_between_neighbouring_turns():
    figures = conversation_figures(MEETING)

    assert figures.followed == ((0, 1, 1), (1, 0, 0), (0, 0, 0))
    assert figures.busiest_pair == (0, 1, 2)


def test_the_pace_is_in_characters_of_the_sentences():
    paces = [each.pace for each in conversation_figures(MEETING).speakers]

    assert paces == pytest.approx([60 * 15 / 15, 60 * 4 / 4, 60 * 1 / 1])
    assert not conversation_figures(MEETING).counts_words


@pytest.mark.parametrize("language", ["en", ""])
def test_the_pace_of_spaced_text_is_in_words(language):
    transcript = Transcript(60_000, language, (sentence(0, 30, "A", "Well, don't go home."),))
    figures = conversation_figures(transcript)

    assert figures.counts_words
    assert figures.speakers[0].pace == pytest.approx(8)


def test_periods_divide_the_talk_time_among_sections_of_the_recording():
    figures = conversation_figures(MEETING)

    assert [(each.start_ms, each.end_ms) for each in figures.periods] == [
        (start, start + 5_000) for start in range(0, 30_000, 5_000)
    ]
    assert [each.talk_ms for each in figures.periods] == [
        (5_000, 0, 0),
        (5_000, 1_000, 0),
        (1_000, 3_000, 0),
        (5_000, 0, 0),
        (0, 0, 1_000),
        (0, 0, 0),
    ]


@pytest.mark.parametrize("duration_ms", [1, 4_999, 61_000, 2_892_000, 86_400_000, 400_000_000])
def test_there_are_few_periods_at_any_length(duration_ms):
    whole = SpeakerTurn(0, duration_ms, "A")
    periods = conversation_figures(Transcript(duration_ms, "zh", turns=(whole,))).periods

    assert 1 <= len(periods) <= MAX_PERIODS
    assert (periods[0].start_ms, periods[-1].end_ms) == (0, duration_ms)
    assert sum(each.talk_ms[0] for each in periods) == duration_ms


def test_a_long_pause_ends_a_turn_without_a_change_of_speaker():
    transcript = Transcript(
        60_000, "zh", (sentence(0, 2, "A"), sentence(12, 14, "A"), sentence(24.1, 25, "A"))
    )
    figures = conversation_figures(transcript)

    assert [(each.first, each.stop) for each in figures.turns] == [(0, 2), (2, 3)]
    assert figures.followed == ((0,),)
    assert figures.busiest_pair is None


def test_three_speakers_at_once_are_one_overlap():
    transcript = Transcript(
        10_000, "zh", turns=(turn(0, 6, "A"), turn(1, 5, "B"), turn(2, 4, "C"), turn(5.9, 8, "D"))
    )
    figures = conversation_figures(transcript)

    assert figures.overlaps == (Interval(1_000, 5_000),)  # 0.1 s of A and D is not counted
    assert figures.silence_ms == 2_000


def test_overlapping_turns_of_one_speaker_are_no_overlap():
    transcript = Transcript(10_000, "zh", turns=(turn(0, 5, "A"), turn(3, 8, "A")))
    figures = conversation_figures(transcript)

    assert figures.overlaps == ()
    assert figures.speakers[0].talk_ms == 8_000


def test_sentences_without_speakers_are_speech_of_an_unknown_speaker():
    figures = conversation_figures(
        Transcript(10_000, "zh", (sentence(0, 2, None), sentence(2, 3, "A")))
    )

    assert [(each.speaker, each.talk_ms) for each in figures.speakers] == [
        (None, 2_000),
        ("A", 1_000),
    ]


def test_speech_of_an_unknown_speaker_beside_the_turns_counts_where_no_turn_is():
    transcript = Transcript(
        10_000, "zh", (sentence(0, 4, "A"), sentence(3, 6, None)), (turn(0, 4, "A"),)
    )
    figures = conversation_figures(transcript)

    assert [(each.speaker, each.talk_ms) for each in figures.speakers] == [
        ("A", 4_000),
        (None, 2_000),
    ]
    assert figures.overlaps == ()
    assert figures.silence_ms == 4_000


@pytest.mark.parametrize("duration_ms", [0, 20_000])
def test_a_recording_without_speech_has_no_figures_but_silence(duration_ms):
    figures = conversation_figures(Transcript(duration_ms, ""))

    assert (figures.turns, figures.speakers, figures.overlaps) == ((), (), ())
    assert (figures.mean_turn_ms, figures.longest_turn, figures.busiest_pair) == (0, None, None)
    assert figures.silence_ms == duration_ms


def test_twenty_speakers_who_talk_in_turn_follow_their_neighbours():
    names = [f"S{number + 1}" for number in range(20)]
    rounds = 3
    sentences = tuple(
        sentence(2 * place, 2 * place + 1, names[place % 20]) for place in range(20 * rounds)
    )
    figures = conversation_figures(Transcript(120_000, "zh", sentences))

    assert [each.speaker for each in figures.speakers] == names
    assert {each.talk_ms for each in figures.speakers} == {rounds * 1_000}
    assert [figures.followed[i][(i + 1) % 20] for i in range(20)] == [3] * 19 + [2]
    assert sum(map(sum, figures.followed)) == 59
    assert figures.silence_share == 0.5


def test_a_day_long_conversation_takes_less_than_two_seconds():
    sentences = tuple(
        sentence(8 * place, 8 * place + 7, f"S{place % 5}", "今天我们来讨论一下项目的进展。")
        for place in range(10_000)
    )
    began = time.process_time()
    conversation_figures(Transcript(80_000_000, "zh", sentences))

    assert time.process_time() - began < 2
