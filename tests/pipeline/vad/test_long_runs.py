from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.vad.long_runs import SHORTEST_PIECE_FRAMES, cut_long_runs


def speech_with_pauses(num_frames: int, *pauses: int) -> NDArray[np.float32]:
    probabilities = np.full(num_frames, 0.95, dtype=np.float32)
    for pause in pauses:
        probabilities[pause - 10 : pause + 10] = 0.3
    return probabilities


def test_a_long_run_is_cut_in_the_middle_of_its_pause() -> None:
    probabilities = speech_with_pauses(4000, 1800)

    assert cut_long_runs([(0, 4000)], probabilities, longest=3000) == ((0, 1800), (1800, 4000))


def test_a_short_drop_loses_against_a_longer_pause() -> None:
    probabilities = speech_with_pauses(4000, 2500)
    probabilities[1000:1003] = 0.0

    assert cut_long_runs([(0, 4000)], probabilities, longest=3000) == ((0, 2500), (2500, 4000))


def test_even_speech_is_cut_in_the_middle() -> None:
    probabilities = np.ones(4000, dtype=np.float32)

    assert cut_long_runs([(0, 4000)], probabilities, longest=3000) == ((0, 2000), (2000, 4000))


def test_a_pause_near_the_end_does_not_make_a_sliver() -> None:
    probabilities = speech_with_pauses(4000, 3900)

    pieces = cut_long_runs([(0, 4000)], probabilities, longest=3000)

    assert min(end - start for start, end in pieces) >= SHORTEST_PIECE_FRAMES


def test_runs_that_are_short_enough_stay_as_they_are() -> None:
    probabilities = np.zeros(5000, dtype=np.float32)

    assert cut_long_runs([(5, 3005), (3100, 5000)], probabilities, longest=3000) == (
        (5, 3005),
        (3100, 5000),
    )


@given(
    seed=st.integers(0, 2**32 - 1),
    lengths=st.lists(st.integers(1, 5000), min_size=1, max_size=4),
    longest=st.integers(100, 3000),
)
def test_pieces_cover_the_same_frames_and_none_is_too_long(
    seed: int, lengths: list[int], longest: int
) -> None:
    ends = np.cumsum([length + 50 for length in lengths]).tolist()
    runs = [(end - length, end) for length, end in zip(lengths, ends, strict=True)]
    probabilities = np.random.default_rng(seed).random(ends[-1]).astype(np.float32)

    pieces = cut_long_runs(runs, probabilities, longest=longest)

    assert [frame for piece in pieces for frame in range(*piece)] == [
        frame for run in runs for frame in range(*run)
    ]
    assert all(0 < end - start <= longest for start, end in pieces)
    assert all(first[1] <= second[0] for first, second in pairwise(pieces))
