from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.speakers.clustering.cluster_cleanup import (
    absorb_noise,
    dissolve_minor,
    merge_similar,
    number_by_appearance,
    unit_rows,
)

PLANE = np.array([(1, 0), (1, 0.1), (0, 1), (0.05, 1), (0.9, 0.5), (0.8, 0.6)], np.float32)
PAIRS = np.array([0, 0, 1, 1, 2, 2], np.int64)

label_arrays = hnp.arrays(np.int64, st.integers(1, 40), elements=st.integers(-1, 6))


def labels_of(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


@pytest.mark.parametrize(
    ("threshold", "expected"), [(0.78, [0, 0, 1, 1, 0, 0]), (0.95, [0, 0, 1, 1, 2, 2])]
)
def test_the_most_similar_clusters_are_united_down_to_the_threshold(
    threshold: float, expected: list[int]
) -> None:
    assert merge_similar(PLANE, PAIRS, threshold=threshold).tolist() == expected


def test_labels_above_the_one_that_went_move_down() -> None:
    points = np.array([(1, 0, 0), (1, 0.1, 0), (0, 0, 1)], np.float32)

    assert merge_similar(points, labels_of(0, 1, 2), threshold=0.9).tolist() == [0, 0, 1]


def test_merging_leaves_the_number_of_speakers_asked_for() -> None:
    alike = np.ones((4, 3), np.float32)

    merged = merge_similar(alike, labels_of(0, 1, 2, 3), threshold=0.5, at_least=3)

    assert np.unique(merged).size == 3


def test_noise_takes_no_part_in_merging() -> None:
    assert merge_similar(PLANE, labels_of(0, 0, -1, -1, 1, 1), threshold=0.78).tolist() == [
        0,
        0,
        -1,
        -1,
        0,
        0,
    ]


@given(label_arrays)
def test_numbering_keeps_the_groups_and_counts_up_by_first_appearance(labels: np.ndarray) -> None:
    numbered = number_by_appearance(labels)

    assert list(dict.fromkeys(numbered.tolist())) == list(range(np.unique(labels).size))
    assert np.array_equal(numbered[:, None] == numbered, labels[:, None] == labels)


def test_noise_goes_to_the_cluster_of_the_nearest_direction() -> None:
    assert absorb_noise(PLANE, labels_of(0, 0, 1, 1, -1, -1)).tolist() == [0, 0, 1, 1, 0, 0]


def test_noise_alone_is_one_speaker() -> None:
    assert absorb_noise(PLANE, np.full(6, -1, np.int64)).tolist() == [0] * 6


@given(label_arrays)
def test_absorbing_noise_moves_nothing_else(labels: np.ndarray) -> None:
    points = np.random.default_rng(len(labels)).normal(size=(len(labels), 5)).astype(np.float32)

    absorbed = absorb_noise(points, labels)

    assert np.all(absorbed >= 0)
    assert np.array_equal(absorbed[labels >= 0], labels[labels >= 0])


def test_a_tiny_cluster_is_shared_out_among_the_large_ones() -> None:
    labels = labels_of(0, 0, 1, 1, 2, 3)

    assert dissolve_minor(PLANE, labels, max_size=1).tolist() == [0, 0, 1, 1, 0, 0]


def test_clusters_that_are_all_tiny_become_the_largest_of_them() -> None:
    assert dissolve_minor(PLANE, labels_of(0, 1, 1, 2, 2, 2), max_size=4).tolist() == [2] * 6


def test_tiny_clusters_stay_where_so_many_speakers_were_asked_for() -> None:
    labels = labels_of(0, 0, 0, 1, 1, 2)

    assert dissolve_minor(PLANE, labels, max_size=4, at_least=3).tolist() == labels.tolist()


def test_zero_as_the_largest_tiny_size_changes_nothing() -> None:
    assert dissolve_minor(PLANE, PAIRS, max_size=0).tolist() == PAIRS.tolist()


def test_a_row_of_zeros_has_no_direction_and_stays() -> None:
    rows = np.array([(3.0, 4.0), (0.0, 0.0)])

    assert np.allclose(unit_rows(rows), [(0.6, 0.8), (0.0, 0.0)])
