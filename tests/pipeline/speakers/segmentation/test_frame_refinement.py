from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from pipeline.core.intervals import Interval
from pipeline.core.result import SpeakerEvidence
from pipeline.speakers.clustering.cluster_cleanup import unit_rows
from pipeline.speakers.diarization_options import RefinementOptions
from pipeline.speakers.embedding.windows import windows_over
from pipeline.speakers.segmentation.frame_refinement import FrameRefiner, best_path
from pipeline.speakers.segmentation.frame_turns import label_frames

OPTIONS = RefinementOptions()


class Conversation:
    """Speech whose embeddings are exact: the mean of its speakers, each a unit vector."""

    def __init__(self, *runs: tuple[int, int]) -> None:
        self.truth = np.repeat([label for label, _ in runs], [count for _, count in runs])
        self.asked: list[Interval] = []

    def embed(self, windows: Sequence[Interval]) -> NDArray[np.float32]:
        self.asked += windows
        shares = [
            np.bincount(self.truth[each.start_ms // 10 : each.end_ms // 10], minlength=4)
            for each in windows
        ]
        return unit_rows(np.array(shares, dtype=np.float64)).astype(np.float32)

    def refined(self, pieces: Sequence[Interval]) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
        """Return the speakers of the frames before and after the refinement."""
        windows = windows_over(pieces, window_ms=1500, hop_ms=750)
        embeddings = self.embed(windows)
        labels = embeddings.argmax(axis=1)
        frames = label_frames(pieces, windows, labels, len(self.truth))
        is_mixed = embeddings.max(axis=1) < 1.0
        self.asked.clear()
        evidence = SpeakerEvidence(windows, embeddings[:, : labels.max() + 1], labels, is_mixed)
        refiner = FrameRefiner(
            evidence,
            lambda short: self.embed(short)[:, : labels.max() + 1],
            OPTIONS,
        )
        return frames, refiner.refine(frames, pieces)


def test_an_interjection_shorter_than_a_long_window_gets_its_own_speaker() -> None:
    talk = Conversation((0, 400), (1, 60), (0, 400), (1, 300))

    before, after = talk.refined([Interval(0, 11_600)])

    assert np.count_nonzero(before[400:460] == 1) == 0
    assert np.count_nonzero(after[400:460] == 1) >= 40
    assert np.count_nonzero(after != talk.truth) <= 30


def test_a_change_between_two_speakers_is_placed_more_precisely() -> None:
    talk = Conversation((0, 520), (1, 500))

    before, after = talk.refined([Interval(0, 10_200)])

    assert np.count_nonzero(after != talk.truth) <= 10  # half a hop
    assert np.count_nonzero(after != talk.truth) < np.count_nonzero(before != talk.truth)


def test_only_uncertain_frames_are_embedded_again() -> None:
    talk = Conversation((0, 3_000), (1, 3_000))

    talk.refined([Interval(0, 60_000)])

    assert all(each.start_ms > 27_500 and each.end_ms < 32_500 for each in talk.asked)
    assert 0 < len(talk.asked) <= 20


def test_every_other_window_is_embedded_only_where_its_neighbours_differ() -> None:
    talk = Conversation((0, 3_000), (1, 3_000))

    talk.refined([Interval(0, 60_000)])

    starts_ms = sorted(each.start_ms for each in talk.asked)
    assert starts_ms == [29_000, 29_200, 29_600, 29_800, 30_000, 30_400]


def test_speech_of_one_speaker_is_not_embedded_again() -> None:
    talk = Conversation((0, 1_000))

    before, after = talk.refined([Interval(0, 4_000), Interval(5_000, 10_000)])

    assert talk.asked == []
    assert np.array_equal(before, after)


def test_silence_stays_silence_and_every_speaker_keeps_frames() -> None:
    talk = Conversation((0, 300), (1, 300), (2, 60), (0, 340))
    pieces = [Interval(0, 2_000), Interval(2_500, 6_600), Interval(7_000, 10_000)]

    before, after = talk.refined(pieces)

    assert np.array_equal(before == -1, after == -1)
    assert set(before.tolist()) <= set(after.tolist())


@given(
    hnp.arrays(
        np.float64, st.tuples(st.integers(1, 5), st.integers(1, 3)), elements=st.floats(-1, 1)
    ),
    st.floats(0, 1),
)
def test_the_best_path_is_the_best_of_all_paths(
    scores: NDArray[np.float64], switch_cost: float
) -> None:
    def value(path: Sequence[int]) -> float:
        steps = float(scores[np.arange(len(path)), list(path)].sum())
        return steps - switch_cost * int(np.count_nonzero(np.diff(path)))

    found = best_path(scores, switch_cost=switch_cost)

    every = product(range(scores.shape[1]), repeat=len(scores))
    assert value(found.tolist()) >= max(map(value, every)) - 1e-9
