from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import OptionError
from pipeline.core.intervals import Interval
from pipeline.core.options import SpeakerCount
from pipeline.speakers.clustering.affinity import (
    cosine_affinity,
    count_pruned,
    prune_rows,
    prune_rows_of_many,
)
from pipeline.speakers.clustering.spectral import (
    DENSE_UP_TO,
    laplacian,
    lowest_eigenpairs,
    lowest_eigenpairs_of_many,
    spectral_labels,
)
from pipeline.speakers.clustering.voice_clusterer import (
    Method,
    VoiceClusterer,
    choose_method,
    label_windows,
)
from pipeline.speakers.diarization_options import ClusteringOptions
from tests.pipeline.speakers.synthetic_voices import synthetic_voices

AUTO = SpeakerCount()
DEFAULT, CLASSIC = ClusteringOptions(), ClusteringOptions.classic()


def directions(num_windows: int, num_speakers: int, spread: float) -> np.ndarray:
    voices = synthetic_voices(num_windows, num_speakers, spread)
    return (voices / np.linalg.norm(voices, axis=1, keepdims=True)).astype(np.float32)


def sizes(labels: np.ndarray) -> list[int]:
    return np.bincount(labels).tolist()


@pytest.mark.parametrize(
    ("num_windows", "speakers", "default", "classic"),
    [
        (0, "auto", Method.ONE_SPEAKER, Method.ONE_SPEAKER),
        (1, "auto", Method.ONE_SPEAKER, Method.ONE_SPEAKER),
        (2, "auto", Method.AGGLOMERATIVE, Method.ONE_SPEAKER),
        (19, "3", Method.AGGLOMERATIVE, Method.ONE_SPEAKER),
        (20, "auto", Method.SPECTRAL, Method.SPECTRAL),
        (20, "1", Method.ONE_SPEAKER, Method.ONE_SPEAKER),
        (2047, "3", Method.SPECTRAL, Method.SPECTRAL),
        (2048, "3", Method.SPECTRAL, Method.KMEANS),
        (2048, "auto", Method.SPECTRAL, Method.DENSITY),
        (2048, "2-4", Method.SPECTRAL, Method.DENSITY),
    ],
)
def test_the_method_depends_on_the_number_of_windows_and_of_speakers(
    num_windows: int, speakers: str, default: Method, classic: Method
) -> None:
    count = SpeakerCount.parse(speakers)

    assert choose_method(num_windows, count, DEFAULT) is default
    assert choose_method(num_windows, count, CLASSIC) is classic


@pytest.mark.parametrize(
    ("num_windows", "num_speakers", "spread", "expected"),
    [
        (19, 3, 2.0, [19]),  # the reference's rule for few windows
        (20, 2, 2.0, [10, 10]),
        (60, 3, 2.0, [20, 20, 20]),
        (60, 3, 0.7, [20, 20, 20]),
        (300, 4, 1.0, [75, 75, 75, 75]),
        (300, 6, 0.6, [50, 50, 50, 50, 50, 50]),
        (25, 1, 1.0, [25]),
        (600, 1, 1.0, [600]),
    ],
)
def test_classic_clusters_are_those_of_the_reference(
    num_windows: int, num_speakers: int, spread: float, expected: list[int]
) -> None:
    voices = synthetic_voices(num_windows, num_speakers, spread).astype(np.float32)

    assert sizes(VoiceClusterer(CLASSIC).cluster(voices, AUTO)) == expected


@pytest.mark.parametrize("num_windows", [2, 5, 19, 20, 60, 300])
def test_speakers_are_separated_in_short_and_long_recordings(num_windows: int) -> None:
    voices = directions(num_windows, 2, 2.0)

    labels = VoiceClusterer().cluster(voices, AUTO)

    assert labels.tolist() == [(index * 2) // num_windows for index in range(num_windows)]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([0, 1, 2, 3, 7, 19, 20, 21, 45]), st.integers(1, 8), st.integers(0, 4))
def test_the_number_of_speakers_lies_in_the_range_at_every_length(
    num_windows: int, at_least: int, more: int
) -> None:
    voices = directions(max(num_windows, 1), 3, 1.5)[:num_windows]

    labels = VoiceClusterer().cluster(voices, SpeakerCount(at_least, at_least + more))

    assert labels.shape == (num_windows,)
    found = np.unique(labels).size
    assert min(at_least, num_windows) <= found <= at_least + more
    assert list(dict.fromkeys(labels.tolist())) == list(range(found))


@pytest.mark.parametrize("num_windows", [5, 30])
def test_a_repeated_excerpt_still_gives_as_many_speakers_as_asked_for(num_windows: int) -> None:
    same = np.repeat(directions(1, 1, 1.0), num_windows, axis=0)

    labels = VoiceClusterer().cluster(same, SpeakerCount(3, 3))

    assert np.unique(labels).size == 3


@pytest.mark.parametrize("options", [DEFAULT, CLASSIC])
def test_the_given_number_of_speakers_is_found_in_a_long_recording(
    options: ClusteringOptions,
) -> None:
    voices = directions(2048, 4, 2.0)

    labels = VoiceClusterer(options).cluster(voices, SpeakerCount(4, 4))

    assert sizes(labels) == [512, 512, 512, 512]


def test_who_talks_most_of_a_long_recording_stays_one_where_the_number_is_given() -> None:
    random = np.random.default_rng(0)
    truth = np.repeat(np.arange(4), (2400, 150, 120, 90))
    moods = random.normal(size=(len(truth), 2)) @ random.normal(size=(2, 192))
    noise = random.normal(size=(len(truth), 192))
    voices = 1.5 * random.normal(size=(4, 192))[truth] + 0.6 * moods + 0.7 * noise
    voices = voices.astype(np.float32)

    labels = VoiceClusterer().cluster(voices, SpeakerCount(4, 4))

    assert np.array_equal(labels, truth)


def test_a_single_outlier_window_is_a_speaker_only_if_that_many_are_requested() -> None:
    voices = directions(61, 3, 2.0)
    voices[30] = directions(1, 1, 1.0)[0]
    clusterer = VoiceClusterer()

    assert np.unique(clusterer.cluster(voices, AUTO)).size == 3
    assert np.unique(clusterer.cluster(voices, SpeakerCount(4, 4))).size == 4


def test_many_windows_give_the_same_groups_without_the_whole_matrix() -> None:
    num_windows = DENSE_UP_TO + 200
    voices = synthetic_voices(num_windows, 5, 1.0)

    labels = spectral_labels(voices, AUTO, kept_share=0.022, min_kept=6, max_clusters=15)

    truth = (np.arange(num_windows) * 5) // num_windows
    assert np.array_equal(labels[:, None] == labels, truth[:, None] == truth)


def test_sparse_eigenvalues_equal_dense_ones_those_that_repeat_included() -> None:
    voices = synthetic_voices(300, 6, 0.6)
    num_pruned = count_pruned(300, kept_share=0.022, min_kept=6)
    pruned = prune_rows(cosine_affinity(voices), num_pruned=num_pruned)

    dense, _ = lowest_eigenpairs(laplacian(pruned), 16)
    sparse, _ = lowest_eigenpairs_of_many(prune_rows_of_many(voices, num_pruned=num_pruned), 16)

    assert sparse == pytest.approx(dense, abs=1e-8)


def test_clustering_is_deterministic() -> None:
    voices = directions(150, 4, 0.4)

    first, second = (VoiceClusterer().cluster(voices, AUTO) for _ in range(2))

    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    ("field", "value"),
    [("merge_cosine", 1.5), ("min_windows", 1), ("kept_share", -0.1), ("kmeans_starts", 0)],
)
def test_options_out_of_range_are_named(field: str, value: float) -> None:
    with pytest.raises(OptionError, match=field):
        ClusteringOptions(**{field: value})


def test_neighbours_of_very_many_windows_are_found_in_little_memory():
    voices = directions(8_000, 6, spread=0.3)
    num_pruned = count_pruned(len(voices), kept_share=0.012, min_kept=6)

    tracemalloc.start()
    prune_rows_of_many(voices, num_pruned=num_pruned)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak_bytes < 80e6  # the whole matrix would be 512 MB


def mixed_conversation() -> tuple[np.ndarray, np.ndarray]:
    """Return voices of two speakers and mixtures of the two, and which are mixtures."""
    voices = directions(80, 2, 1.0)
    share = np.linspace(0.1, 0.9, 40)[:, np.newaxis]
    mixtures = share * voices[:40] + (1 - share) * voices[40:80][::-1]
    mixtures /= np.linalg.norm(mixtures, axis=1, keepdims=True)
    return np.concatenate([voices, mixtures]).astype(np.float32), np.arange(120) >= 80


def test_windows_with_two_speakers_take_no_part_in_the_clustering() -> None:
    embeddings, is_mixed = mixed_conversation()
    windows = [Interval(start, start + 1_500) for start in range(0, 1_500 * 120, 1_500)]

    labels = label_windows(
        VoiceClusterer(), windows, embeddings, AUTO, shortest_ms=500, is_mixed=is_mixed
    )
    alone = label_windows(VoiceClusterer(), windows[:80], embeddings[:80], AUTO, shortest_ms=500)

    assert labels[:80].tolist() == alone.tolist()
    assert set(labels[80:].tolist()) == {0, 1}  # each joins a speaker of the mixture


def test_with_too_few_windows_of_one_speaker_all_long_windows_are_clustered() -> None:
    embeddings = directions(40, 2, 1.0)
    windows = [Interval(start, start + 1_500) for start in range(0, 1_500 * 40, 1_500)]

    labels = label_windows(
        VoiceClusterer(),
        windows,
        embeddings,
        SpeakerCount(2, 2),
        shortest_ms=500,
        is_mixed=np.arange(40) > 0,
    )

    assert sizes(labels) == [20, 20]
