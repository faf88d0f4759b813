from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.intervals import Interval
from pipeline.core.transcript import SpeakerTurn
from pipeline.speakers.sentence_speakers import OverlapRule, SpeakerLookup

A, B = "S1", "S2"
THREE_TURNS = (SpeakerTurn(0, 2000, A), SpeakerTurn(2000, 2600, B), SpeakerTurn(2600, 5000, A))
SHORT_TURNS = (SpeakerTurn(0, 300, A), SpeakerTurn(300, 700, B), SpeakerTurn(700, 1000, B))


def slow_speaker_of(
    stretch: Interval, turns: tuple[SpeakerTurn, ...], rule: OverlapRule
) -> str | None:
    """The rule turn by turn, with a dictionary."""
    overlapping = [turn for turn in turns if stretch.overlap_ms(turn) > 0]
    if not turns:
        return None
    if not overlapping:
        nearest = min(turns, key=stretch.gap_ms)
        return nearest.speaker if rule is OverlapRule.SUMMED else "S1"
    if rule is OverlapRule.LARGEST:  # spec 7.5: only a larger overlap takes the place of one
        return max(overlapping, key=stretch.overlap_ms).speaker
    shares: dict[str, int] = {}
    for turn in overlapping:
        shares[turn.speaker] = shares.get(turn.speaker, 0) + stretch.overlap_ms(turn)
    most = max(shares.values())
    return next(turn.speaker for turn in overlapping if shares[turn.speaker] == most)


@pytest.mark.parametrize(
    ("stretch", "summed", "largest"),
    [
        (Interval(1500, 2700), A, B),  # 500 + 100 against 600: a tie, the earlier turn
        (Interval(1900, 2550), B, B),
        (Interval(0, 700), A, A),
        (Interval(9000, 9500), A, A),
    ],
)
def test_speaker_of_a_sentence_among_three_turns(
    stretch: Interval, summed: str, largest: str
) -> None:
    assert SpeakerLookup(THREE_TURNS).speaker_of(stretch) == summed
    assert SpeakerLookup(THREE_TURNS, rule=OverlapRule.LARGEST).speaker_of(stretch) == largest


@pytest.mark.parametrize("rule", list(OverlapRule))
def test_the_speaker_of_most_of_a_second_wins(rule: OverlapRule) -> None:
    assert SpeakerLookup(SHORT_TURNS, rule=rule).speaker_of(Interval(0, 1000)) == B


def test_in_classic_the_first_of_equally_long_turns_wins() -> None:
    turns = (SpeakerTurn(0, 1, A), SpeakerTurn(1201, 1203, B), SpeakerTurn(1453, 1956, A))

    lookup = SpeakerLookup(turns, rule=OverlapRule.LARGEST)

    assert lookup.speaker_of(Interval(0, 1455)) == B


def test_a_sentence_outside_all_turns_goes_to_the_nearest_or_in_classic_to_the_first() -> None:
    turns = (SpeakerTurn(0, 1000, A), SpeakerTurn(5000, 6000, B))
    stretch = Interval(4000, 4500)

    assert SpeakerLookup(turns).speaker_of(stretch) == B
    assert SpeakerLookup(turns, rule=OverlapRule.LARGEST).speaker_of(stretch) == A


def test_without_turns_there_is_no_speaker() -> None:
    assert SpeakerLookup(()).speaker_of(Interval(0, 1000)) is None


@st.composite
def turn_lists(draw: st.DrawFn) -> tuple[SpeakerTurn, ...]:
    pieces = st.tuples(st.integers(0, 5000), st.integers(1, 2000), st.sampled_from("123"))
    drawn = sorted(draw(st.lists(pieces, max_size=12)))
    return tuple(SpeakerTurn(start, start + length, f"S{who}") for start, length, who in drawn)


@given(turn_lists(), st.integers(0, 7000), st.integers(1, 3000), st.sampled_from(OverlapRule))
def test_the_lookup_equals_the_rule_written_as_a_loop(
    turns: tuple[SpeakerTurn, ...], start_ms: int, length_ms: int, rule: OverlapRule
) -> None:
    stretch = Interval(start_ms, start_ms + length_ms)

    assert SpeakerLookup(turns, rule=rule).speaker_of(stretch) == slow_speaker_of(
        stretch, turns, rule
    )
