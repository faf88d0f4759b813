from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.core.intervals import Interval
from pipeline.core.transcript import SpeakerTurn
from pipeline.speakers.diarization_options import BorderOptions
from pipeline.speakers.embedding.windows import windows_over
from pipeline.speakers.segmentation.frame_turns import (
    extend_into,
    label_frames,
    turns_of_frames,
)

NO_MARGINS = BorderOptions(padding_ms=0, max_pause_ms=0, min_turn_ms=10)


def speakers_of(*runs: tuple[int, int]) -> np.ndarray:
    return np.repeat([label for label, _ in runs], [count for _, count in runs]).astype(np.int64)


def nowhere(speakers: np.ndarray) -> np.ndarray:
    return np.zeros(len(speakers), np.bool_)


def test_the_border_is_midway_between_the_middles_of_two_windows() -> None:
    pieces = (Interval(0, 2250),)
    windows = (Interval(0, 1500), Interval(750, 2250))

    frames = label_frames(pieces, windows, np.array([0, 1]), 300)

    assert frames.tolist() == speakers_of((0, 113), (1, 112), (-1, 75)).tolist()


def test_frames_between_two_windows_have_the_speaker_of_the_nearer_one() -> None:
    pieces = (Interval(0, 4500),)
    windows = (Interval(370, 1870), Interval(2630, 4130))

    frames = label_frames(pieces, windows, np.array([2, 1]), 450)

    assert frames.tolist() == speakers_of((2, 225), (1, 225)).tolist()


def test_a_window_does_not_vote_in_another_piece() -> None:
    pieces = (Interval(0, 500), Interval(510, 1000))

    frames = label_frames(pieces, pieces, np.array([1, 0]), 100)

    assert frames.tolist() == speakers_of((1, 50), (-1, 1), (0, 49)).tolist()


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 600)), max_size=6), st.data())
def test_every_frame_of_a_piece_has_a_speaker_of_that_piece(
    gaps_and_lengths: list[tuple[int, int]], data: st.DataObject
) -> None:
    pieces: list[Interval] = []
    for gap, length in gaps_and_lengths:
        start_ms = (pieces[-1].end_ms if pieces else 0) + 10 * gap
        pieces.append(Interval(start_ms, start_ms + 10 * length))
    windows = windows_over(pieces, window_ms=1500, hop_ms=750)
    labels = data.draw(hnp.arrays(np.int64, len(windows), elements=st.integers(0, 3)))
    num_frames = pieces[-1].end_ms // 10 + 7 if pieces else 7

    frames = label_frames(pieces, windows, labels, num_frames)

    expected_silence = np.ones(num_frames, np.bool_)
    for piece in pieces:
        place = slice(piece.start_ms // 10, piece.end_ms // 10)
        expected_silence[place] = False
        inside = [
            int(label)
            for window, label in zip(windows, labels, strict=True)
            if window.overlap_ms(piece)
        ]
        assert set(frames[place].tolist()) <= set(inside)
    assert np.array_equal(frames == -1, expected_silence)


def test_the_edges_of_a_turn_extend_into_probable_speech_as_far_as_allowed() -> None:
    speakers = speakers_of((-1, 30), (0, 30), (-1, 30))
    is_probable = np.isin(np.arange(90), np.arange(22, 63))

    extended = extend_into(speakers, is_probable, reach=10)

    assert extended.tolist() == speakers_of((-1, 22), (0, 41), (-1, 27)).tolist()
    assert extend_into(speakers, is_probable, reach=5).tolist() == (
        speakers_of((-1, 25), (0, 38), (-1, 27)).tolist()
    )


def test_probable_speech_between_two_turns_belongs_to_the_speaker_of_both() -> None:
    speakers = speakers_of((0, 20), (-1, 40), (0, 20), (-1, 40), (1, 20))
    everywhere = np.ones(len(speakers), np.bool_)

    extended = extend_into(speakers, everywhere, reach=10)

    assert extended.tolist() == speakers_of((0, 80), (-1, 40), (1, 20)).tolist()


def test_turns_reach_into_silence_but_not_into_the_next_speaker() -> None:
    speakers = speakers_of((-1, 20), (0, 30), (1, 30), (-1, 20))
    options = BorderOptions(padding_ms=50, max_pause_ms=0)

    assert turns_of_frames(speakers, nowhere(speakers), options) == (
        SpeakerTurn(150, 500, "S1"),
        SpeakerTurn(500, 850, "S2"),
    )


def test_a_short_pause_stays_in_the_turn_unless_another_speaker_talks_in_it() -> None:
    pause = speakers_of((0, 50), (-1, 30), (0, 50))
    answer = speakers_of((0, 50), (-1, 10), (1, 15), (-1, 5), (0, 50))
    options = BorderOptions(padding_ms=0, max_pause_ms=500)

    assert turns_of_frames(pause, nowhere(pause), options) == (SpeakerTurn(0, 1300, "S1"),)
    assert turns_of_frames(answer, nowhere(answer), options) == (
        SpeakerTurn(0, 500, "S1"),
        SpeakerTurn(600, 750, "S2"),
        SpeakerTurn(800, 1300, "S1"),
    )


def test_two_turns_overlap_where_two_talk() -> None:
    speakers = speakers_of((0, 50), (1, 50))
    is_overlap = nowhere(speakers)
    is_overlap[40:60] = True

    assert turns_of_frames(speakers, is_overlap, NO_MARGINS) == (
        SpeakerTurn(0, 600, "S1"),
        SpeakerTurn(400, 1000, "S2"),
    )


def test_very_short_runs_are_not_turns() -> None:
    speakers = speakers_of((-1, 50), (0, 5), (-1, 50))

    assert turns_of_frames(speakers, nowhere(speakers), BorderOptions(padding_ms=0)) == ()


@given(st.data(), st.integers(0, 200))
def test_turns_are_sorted_inside_the_recording_and_disjoint_for_each_speaker(
    data: st.DataObject, size: int
) -> None:
    speakers = data.draw(hnp.arrays(np.int64, size, elements=st.integers(-1, 3)))
    is_overlap = data.draw(hnp.arrays(np.bool_, size))

    turns = turns_of_frames(speakers, is_overlap, BorderOptions())

    assert list(turns) == sorted(turns, key=lambda turn: turn.start_ms)
    assert all(turn.end_ms <= 10 * size for turn in turns)
    mine: dict[str, list[SpeakerTurn]] = defaultdict(list)
    for turn in turns:
        mine[turn.speaker].append(turn)
    for each in mine.values():
        assert all(earlier.end_ms < later.start_ms for earlier, later in pairwise(each))
