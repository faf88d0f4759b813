from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.core.intervals import Interval
from pipeline.speakers.segmentation.overlap import NOBODY, overlap_shares, second_speakers


def speakers_of(*runs: tuple[int, int]) -> np.ndarray:
    """(label, number of frames) after (label, number of frames)."""
    return np.repeat([label for label, _ in runs], [count for _, count in runs]).astype(np.int64)


def overlap_at(num_frames: int, start: int, end: int) -> np.ndarray:
    mask = np.zeros(num_frames, np.bool_)
    mask[start:end] = True
    return mask


def test_the_share_of_overlap_is_counted_inside_each_window() -> None:
    windows = (Interval(0, 100), Interval(50, 250), Interval(300, 400))

    shares = overlap_shares(windows, overlap_at(40, 8, 20))

    assert shares.tolist() == [0.2, 0.6, 0.0]
    assert overlap_shares((), overlap_at(40, 8, 20)).tolist() == []


def test_the_second_speaker_is_the_one_who_continues_alone() -> None:
    speakers = speakers_of((0, 20), (1, 20))

    seconds = second_speakers(speakers, overlap_at(40, 15, 25))

    assert seconds.tolist() == speakers_of((-1, 15), (1, 5), (0, 5), (-1, 15)).tolist()


def test_the_second_speaker_is_the_nearer_of_two_others() -> None:
    speakers = speakers_of((2, 10), (0, 30), (1, 10))

    assert second_speakers(speakers, overlap_at(50, 30, 35))[30:35].tolist() == [1] * 5
    assert second_speakers(speakers, overlap_at(50, 15, 20))[15:20].tolist() == [2] * 5


def test_there_is_no_second_speaker_without_another_within_two_seconds() -> None:
    speakers = speakers_of((1, 10), (0, 500), (1, 10))

    assert np.all(second_speakers(speakers, overlap_at(520, 250, 260)) == NOBODY)


def test_there_is_no_second_speaker_without_a_first() -> None:
    speakers = speakers_of((0, 10), (-1, 10), (1, 10))

    assert np.all(second_speakers(speakers, overlap_at(30, 12, 18)) == NOBODY)


@given(st.data(), st.integers(0, 120))
def test_seconds_are_others_and_stand_only_where_two_talk(data: st.DataObject, size: int) -> None:
    speakers = data.draw(hnp.arrays(np.int64, size, elements=st.integers(-1, 3)))
    is_overlap = data.draw(hnp.arrays(np.bool_, size))

    seconds = second_speakers(speakers, is_overlap)

    named = seconds != NOBODY
    assert np.all(is_overlap[named] & (speakers[named] != NOBODY))
    assert np.all(seconds[named] != speakers[named])
    assert set(seconds[named].tolist()) <= set(speakers.tolist())
