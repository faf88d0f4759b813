from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.core.errors import OptionError
from pipeline.core.transcript import SpeechSegment
from pipeline.vad.endpointing import RunFinder, decide_frames, find_runs
from pipeline.vad.segment_stream import find_segments
from pipeline.vad.vad_options import VadOptions
from tests.pipeline.vad.reference_machine import ReferenceMachine

CLASSIC = VadOptions.classic()


def frames(runs: str) -> NDArray[np.bool_]:
    """Frame decisions from runs such as "s100 S15": 100 frames of silence, 15 of speech."""
    counted = [(run[0] == "S", int(run[1:])) for run in runs.split()]
    return np.repeat([kind for kind, _ in counted], [count for _, count in counted])


def segments_ms(runs: str, options: VadOptions = CLASSIC) -> list[list[int]]:
    return [[start * 10, end * 10] for start, end in find_runs(frames(runs), options)]


@pytest.mark.parametrize(
    ("runs", "options", "expected"),
    [
        ("s100 S200 s200", CLASSIC, [[740, 3160]]),
        ("s10 S300", CLASSIC, [[0, 3100]]),
        ("s100 S14 s100", CLASSIC, []),
        ("s100 S15 s100", CLASSIC, [[740, 1310]]),
        ("s50 S100 s50 S100 s100", CLASSIC, [[240, 3160]]),
        (
            "s50 S100 s50 S100 s100",
            replace(CLASSIC, max_end_silence_time=500),
            [[240, 1660], [1740, 3160]],
        ),
        ("s50 S100 s70 S100 s30", CLASSIC, [[240, 1660], [1940, 3500]]),
        ("s50 S100 s90 S100 s90", CLASSIC, [[240, 1660], [2140, 3560]]),
        ("s300", CLASSIC, []),
        ("S300", CLASSIC, [[0, 3000]]),
        ("S6500", CLASSIC, [[0, 60010], [60010, 65000]]),
        (
            "s50 S2500 s100",
            replace(CLASSIC, max_single_segment_time=10_000),
            [[240, 10250], [10250, 20260], [20260, 25660]],
        ),
    ],
)
def test_runs_are_the_published_vectors(
    runs: str, options: VadOptions, expected: list[list[int]]
) -> None:
    assert segments_ms(runs, options) == expected


def test_no_frames_give_no_segment() -> None:
    assert find_runs(np.zeros(0, dtype=np.bool_), CLASSIC) == ()


speech_and_silence = st.lists(
    st.tuples(st.booleans(), st.one_of(st.integers(1, 30), st.integers(1, 400))), max_size=40
).map(
    lambda runs: np.repeat(
        np.array([kind for kind, _ in runs], dtype=np.bool_), [count for _, count in runs]
    )
)


@st.composite
def any_options(draw: st.DrawFn) -> VadOptions:
    turn_off = draw(st.sampled_from([50, 100, 150]))
    return VadOptions(
        sil_to_speech_time_thres=draw(st.sampled_from([50, 100, 150, 200])),
        speech_to_sil_time_thres=turn_off,
        max_end_silence_time=turn_off + draw(st.integers(1, 200)) * 10,
        lookback_time_start_point=draw(st.sampled_from([0, 100, 200, 300])),
        lookahead_time_end_point=draw(st.sampled_from([0, 50, 100, 200])),
        max_single_segment_time=draw(st.sampled_from([1_000, 3_000, 10_000, 60_000])),
        cut_at_lowest_speech=False,
    )


@settings(max_examples=300, deadline=None)
@given(decisions=speech_and_silence, options=any_options())
def test_runs_equal_the_rules_applied_frame_by_frame(
    decisions: NDArray[np.bool_], options: VadOptions
) -> None:
    assert find_runs(decisions, options) == ReferenceMachine(options).run(decisions.tolist())


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), speech_share=st.floats(0.6, 0.95), options=any_options())
def test_runs_equal_the_rules_where_decisions_flicker(
    seed: int, speech_share: float, options: VadOptions
) -> None:
    decisions = np.random.default_rng(seed).random(1500) < speech_share

    assert find_runs(decisions, options) == ReferenceMachine(options).run(decisions.tolist())


@settings(deadline=None)
@given(
    decisions=speech_and_silence,
    options=any_options(),
    borders=st.lists(st.integers(0, 9_999), max_size=5).map(sorted),
)
def test_runs_do_not_depend_on_the_pieces_in_which_frames_come(
    decisions: NDArray[np.bool_], options: VadOptions, borders: list[int]
) -> None:
    finder = RunFinder(options)
    found: list[tuple[int, int]] = []
    for piece in np.split(decisions, borders):
        earliest = finder.earliest
        ended = finder.feed(piece)
        assert all(start >= earliest for start, _ in ended)
        found += ended

    assert (*found, *finder.finish()) == find_runs(decisions, options)


@given(decisions=speech_and_silence, options=any_options())
def test_runs_are_sorted_and_disjoint_inside_the_recording(
    decisions: NDArray[np.bool_], options: VadOptions
) -> None:
    runs = find_runs(decisions, options)

    assert all(0 <= start < end <= decisions.size for start, end in runs)
    assert all(first[1] <= second[0] for first, second in pairwise(runs))


@given(before=st.integers(0, 500), spoken=st.integers(15, 500), after=st.integers(16, 500))
def test_a_segment_starts_260_ms_before_its_speech_and_ends_160_ms_after(
    before: int, spoken: int, after: int
) -> None:
    runs = find_runs(frames(f"s{before} S{spoken} s{after}"), CLASSIC)

    last = before + spoken + (16 if after > 69 else after)
    assert runs == ((max(0, before - 26), last),)


@given(gap=st.integers(1, 200))
def test_a_gap_splits_when_the_next_speech_is_noticed_after_the_end_silence(gap: int) -> None:
    runs = find_runs(frames(f"S100 s{gap} S100"), CLASSIC)

    # Silence is noticed after 5 frames, speech after 15: 56 frames of gap count as 65 of silence.
    assert len(runs) == (2 if gap >= 56 else 1)


@given(spoken=st.integers(1, 20))
def test_fifteen_frames_of_speech_are_heard_and_fourteen_are_not(spoken: int) -> None:
    runs = find_runs(frames(f"s60 S{spoken} s60"), CLASSIC)

    assert len(runs) == (1 if spoken >= 15 else 0)


@given(length=st.integers(1, 20_000))
def test_an_endless_talker_is_cut_after_one_minute_and_nothing_is_lost(length: int) -> None:
    runs = find_runs(np.ones(length, dtype=np.bool_), CLASSIC)

    starts = list(range(0, length, 6001))
    expected = [(start, min(start + 6001, length)) for start in starts if length - start >= 15]
    assert runs == tuple(expected)


def test_the_default_profile_leaves_no_hard_cut() -> None:
    assert segments_ms("S6500", VadOptions()) == [[0, 65000]]


@pytest.mark.parametrize(
    ("silence", "options", "is_speech"),
    [
        (0.0, CLASSIC, True),
        (0.19, CLASSIC, True),
        (0.21, CLASSIC, False),
        (1.0, CLASSIC, False),
        (0.24, replace(CLASSIC, speech_noise_thres=0.5), True),
        (0.26, replace(CLASSIC, speech_noise_thres=0.5), False),
        (0.4, replace(CLASSIC, speech_2_noise_ratio=10.0), False),
        (0.38, replace(CLASSIC, speech_2_noise_ratio=10.0), True),
    ],
)
def test_a_frame_is_speech_if_speech_exceeds_silence_by_the_threshold(
    silence: float, options: VadOptions, is_speech: bool
) -> None:
    probabilities = np.array([1.0 - silence], dtype=np.float32)

    assert decide_frames(probabilities, options).tolist() == [is_speech]


def test_segments_are_in_milliseconds() -> None:
    probabilities = frames("s100 S200 s200").astype(np.float32)

    assert find_segments(probabilities, CLASSIC) == (SpeechSegment(740, 3160),)


def test_a_long_segment_is_cut_in_its_pause_by_default() -> None:
    probabilities = frames("S2000 s20 S1500").astype(np.float32)

    segments = find_segments(probabilities, VadOptions(max_single_segment_time=30_000))

    assert segments == (SpeechSegment(0, 20_100), SpeechSegment(20_100, 35_200))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("speech_noise_thres", 1.1),
        ("speech_noise_thres", float("nan")),
        ("speech_2_noise_ratio", -1.0),
        ("window_size_ms", 0),
        ("sil_to_speech_time_thres", 210),
        ("speech_to_sil_time_thres", -10),
        ("max_end_silence_time", 150),
        ("lookback_time_start_point", -1),
        ("lookahead_time_end_point", 20_000),
        ("max_single_segment_time", 300),
    ],
)
def test_an_option_out_of_range_is_refused_by_name(field: str, value: float) -> None:
    with pytest.raises(OptionError, match=field):
        replace(CLASSIC, **{field: value})  # type: ignore[arg-type]  # the name is the parameter
