from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from pipeline.core.options import SpeakerCount
from pipeline.speakers.clustering.affinity import cosine_affinity, count_pruned, prune_rows
from pipeline.speakers.clustering.spectral import (
    count_by_eigengap,
    laplacian,
    lowest_eigenpairs,
    spectral_labels,
)
from tests.pipeline.speakers.synthetic_voices import synthetic_voices

CLASSIC = {"kept_share": 0.022, "min_kept": 6, "max_clusters": 15}
AUTO = SpeakerCount()


@pytest.mark.parametrize(
    ("num_windows", "num_pruned"),
    [
        *((20, 14), (23, 17), (25, 19), (41, 35), (47, 41), (55, 49), (100, 94), (110, 104)),
        *((200, 194), (272, 266), (273, 266), (300, 293), (1000, 978), (2047, 2001)),
    ],
)
def test_so_many_affinities_of_a_window_are_dropped(num_windows: int, num_pruned: int) -> None:
    assert count_pruned(num_windows, kept_share=0.022, min_kept=6) == num_pruned


def test_rounding_drops_one_less_at_three_numbers_of_windows() -> None:
    odd = [
        num_windows
        for num_windows in range(20, 273)
        if count_pruned(num_windows, kept_share=0.022, min_kept=6) != num_windows - 6
    ]

    assert odd == [33, 35, 130]
    assert [count_pruned(n, kept_share=0.022, min_kept=6) - (n - 6) for n in odd] == [-1, -1, -1]


@pytest.mark.parametrize(
    ("num_windows", "num_speakers", "spread", "eigenvalues"),
    [
        (19, 3, 2, [0, 0, 0, 2.6118]),
        (20, 2, 2, [0, 0, 2.1033, 2.4282]),
        (60, 3, 2, [0, 0, 0, 1.5531, 1.6163]),
        (60, 3, 0.7, [0, 0, 0, 0.688, 0.7411]),
        (300, 4, 1, [0, 0, 0, 0, 1.0551]),
        (300, 6, 0.6, [0, 0, 0, 0, 0, 0.0043, 0.6072]),
    ],
)
def test_eigenvalues_and_number_of_speakers_are_those_of_the_reference(
    num_windows: int, num_speakers: int, spread: float, eigenvalues: list[float]
) -> None:
    voices = synthetic_voices(num_windows, num_speakers, spread)
    num_pruned = count_pruned(num_windows, kept_share=0.022, min_kept=6)
    pruned = prune_rows(cosine_affinity(voices), num_pruned=num_pruned)

    values, _ = lowest_eigenpairs(laplacian(pruned), 16)

    assert values[: len(eigenvalues)] == pytest.approx(eigenvalues, abs=6e-5)
    assert count_by_eigengap(values, AUTO, max_clusters=15) == num_speakers


@pytest.mark.parametrize(
    ("num_windows", "num_speakers", "spread"),
    [(20, 2, 2.0), (60, 3, 2.0), (60, 3, 0.7), (300, 4, 1.0), (300, 6, 0.6), (600, 1, 1.0)],
)
def test_speakers_with_equal_shares_are_separated(
    num_windows: int, num_speakers: int, spread: float
) -> None:
    voices = synthetic_voices(num_windows, num_speakers, spread)

    labels = spectral_labels(voices, AUTO, **CLASSIC)

    truth = (np.arange(num_windows) * num_speakers) // num_windows
    assert np.array_equal(labels[:, None] == labels, truth[:, None] == truth)


@pytest.mark.parametrize("wanted", [1, 2, 5, 20])
def test_a_given_number_of_speakers_is_kept(wanted: int) -> None:
    voices = synthetic_voices(60, 3, 2.0)

    labels = spectral_labels(voices, SpeakerCount(wanted, wanted), **CLASSIC)

    assert np.unique(labels).size == wanted


@pytest.mark.parametrize(("bounds", "expected"), [((1, 2), 2), ((4, 9), 4), ((2, 9), 3)])
def test_a_range_of_speakers_is_kept(bounds: tuple[int, int], expected: int) -> None:
    eigenvalues = np.array([0.0, 0.0, 0.01, 1.0, 1.8, 2.0, 2.1, 2.2, 2.3, 2.4, 2.5])

    assert count_by_eigengap(eigenvalues, SpeakerCount(*bounds), max_clusters=15) == expected


def test_affinity_equals_scikit_learns() -> None:
    voices = synthetic_voices(40, 4, 1.0)

    assert np.allclose(cosine_affinity(voices), cosine_similarity(voices), atol=1e-12)


def test_pruning_keeps_the_largest_of_each_row_and_makes_it_symmetric() -> None:
    affinity = cosine_affinity(synthetic_voices(30, 3, 1.0))
    slow = affinity.copy()
    for row in slow:
        row[np.argsort(row)[:24]] = 0.0

    assert np.allclose(prune_rows(affinity, num_pruned=24), (slow + slow.T) / 2)


def test_laplacian_rows_sum_to_zero_where_affinities_are_positive() -> None:
    affinity = np.abs(cosine_affinity(synthetic_voices(10, 2, 1.0)))

    assert np.allclose(laplacian(affinity).sum(axis=1), 0.0)
