import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.intervals import Interval
from pipeline.core.options import SpeakerCount
from pipeline.speakers.clustering.cluster_cleanup import number_by_appearance
from pipeline.speakers.clustering.reclustering import (
    counterparts_of,
    groups_of_segments,
    recluster_voices,
)

WINDOWS = [Interval(start, start + 1_500) for start in range(0, 60_000, 750)]
STRETCHES = [Interval(start, start + 3_000) for start in range(0, 60_000, 3_000)]
SPEAKERS = st.none() | st.sampled_from(["A", "B", "C"])


@pytest.fixture
def embeddings():
    """The voices of three people, one after the other, 20 seconds each."""
    rng = np.random.default_rng(0)
    voices = rng.normal(size=(3, 192))
    rows = np.stack([voices[each.start_ms // 20_000] for each in WINDOWS])
    rows = rows + 0.3 * rng.normal(size=rows.shape)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_merged_speakers_are_split_and_the_longest_keeps_the_name(embeddings):
    speakers = ["A"] * 13 + ["B"] * 7

    found = recluster_voices(
        WINDOWS, embeddings, SpeakerCount(3, 3), segments=STRETCHES, speakers=speakers
    )

    assert found.counterparts == ("A", None, "B")
    assert found.segment_groups == (0,) * 7 + (1,) * 7 + (2,) * 6
    assert len(found.window_groups) == len(WINDOWS)


def test_windows_with_two_speakers_do_not_connect_their_groups(embeddings):
    is_mixed = np.arange(len(WINDOWS)) % 2 == 1
    embeddings[is_mixed] = np.roll(embeddings, 27, axis=0)[is_mixed] + embeddings[is_mixed]
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)

    found = recluster_voices(
        WINDOWS,
        embeddings,
        SpeakerCount(),
        segments=STRETCHES,
        speakers=["A"] * 20,
        is_mixed=is_mixed,
    )

    single = np.array(found.window_groups)[~is_mixed]
    assert number_by_appearance(single).tolist() == [0] * 14 + [1] * 13 + [2] * 13


def test_without_embeddings_there_are_no_groups():
    nothing = np.zeros((0, 192), dtype=np.float32)

    found = recluster_voices(
        [], nothing, SpeakerCount(2, 2), segments=STRETCHES[:2], speakers=["A", "B"]
    )

    assert (found.counterparts, found.segment_groups) == ((), (None, None))


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(1, 400), st.integers(0, 3)), max_size=12),
    st.tuples(st.integers(0, 1_200), st.integers(1, 600)),
)
def test_a_stretch_belongs_to_the_group_with_which_it_shares_most(drawn, stretch):
    drawn.sort()
    windows = [Interval(start, start + length) for start, length, _ in drawn]
    asked = Interval(stretch[0], sum(stretch))
    shared = [0, 0, 0, 0]
    for window, (_, _, label) in zip(windows, drawn, strict=True):
        shared[label] += window.overlap_ms(asked)

    (found,) = groups_of_segments(windows, np.array([each[2] for each in drawn], int), [asked])

    assert found == (shared.index(max(shared)) if max(shared) > 0 else None)


@given(st.lists(st.tuples(st.none() | st.integers(0, 2), SPEAKERS, st.integers(1, 9)), max_size=12))
def test_no_other_naming_of_the_groups_leaves_more_as_it_is(drawn):
    groups, speakers, lengths = zip(*drawn, strict=True) if drawn else ((), (), ())
    stretches = [Interval(0, length) for length in lengths]

    found = counterparts_of(groups, stretches, speakers, 3)

    def unchanged(names):
        return sum(
            length
            for group, speaker, length in drawn
            if group is not None and speaker is not None and names[group] == speaker
        )

    assert unchanged(found) == max(map(unchanged, itertools.permutations("ABC")))
    named = [each for each in found if each is not None]
    assert len(set(named)) == len(named)
