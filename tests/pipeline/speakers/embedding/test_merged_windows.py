from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.core.options import SpeakerCount
from pipeline.speakers.clustering.voice_clusterer import VoiceClusterer
from pipeline.speakers.diarization_options import ClusteringOptions
from pipeline.speakers.embedding.merged_windows import SAME_VOICE_COSINE, join_neighbours

AUTO = SpeakerCount()


def conversation(num_windows: int, num_speakers: int, *, turn: int) -> NDArray[np.float32]:
    """Voices that take turns of so many windows: (num_windows, 192) float32."""
    random = np.random.default_rng(0)
    voices = random.normal(size=(num_speakers, 192))
    speakers = truth(num_windows, num_speakers, turn=turn)
    return (1.5 * voices[speakers] + random.normal(size=(num_windows, 192))).astype(np.float32)


def truth(num_windows: int, num_speakers: int, *, turn: int) -> NDArray[np.int64]:
    return np.asarray(np.arange(num_windows) // turn % num_speakers)


def test_the_most_similar_neighbours_are_joined_until_few_enough_are_left() -> None:
    voices = conversation(400, 4, turn=10)

    blocks = join_neighbours(voices, at_most=150)

    unit = voices / np.linalg.norm(voices, axis=1, keepdims=True)
    similarity = (unit[1:] * unit[:-1]).sum(axis=1)
    joined = np.diff(blocks.of_windows) == 0
    assert np.count_nonzero(joined) == 250
    assert similarity[joined].min() >= similarity[~joined].max()


def test_neighbours_that_do_not_sound_alike_are_never_joined() -> None:
    voices = conversation(300, 3, turn=1)

    blocks = join_neighbours(voices, at_most=100)

    assert np.array_equal(blocks.of_windows, np.arange(300))
    assert np.flatnonzero(blocks.is_compared).tolist() == list(range(0, 300, 3))


def test_a_block_is_the_mean_direction_of_its_windows() -> None:
    voices = conversation(40, 2, turn=5)

    blocks = join_neighbours(voices, at_most=8)

    unit = voices / np.linalg.norm(voices, axis=1, keepdims=True)
    slow = [unit[blocks.of_windows == each].mean(axis=0) for each in range(len(blocks.means))]
    assert np.allclose(blocks.means, np.stack(slow), atol=1e-6)


def test_windows_get_the_group_of_their_block_or_of_the_group_nearest_to_it() -> None:
    voices = conversation(60, 3, turn=1)
    blocks = join_neighbours(voices, at_most=20)
    compared = truth(60, 3, turn=1)[blocks.is_compared]

    assert set(compared.tolist()) == {0}
    assert blocks.labels_of_windows(compared).tolist() == [0] * 60


def test_a_recording_of_very_many_windows_has_the_speakers_it_has_when_all_are_compared() -> None:
    voices = conversation(1500, 6, turn=7)
    few = VoiceClusterer(ClusteringOptions(max_compared=300))

    labels = few.cluster(voices, AUTO)

    assert np.array_equal(labels, VoiceClusterer().cluster(voices, AUTO))
    assert np.array_equal(labels, truth(1500, 6, turn=7))


def test_so_many_speakers_as_asked_for_are_found_among_very_many_windows() -> None:
    voices = conversation(1500, 6, turn=7)
    few = VoiceClusterer(ClusteringOptions(max_compared=300))

    labels = few.cluster(voices, SpeakerCount(4, 5))

    assert 4 <= np.unique(labels).size <= 5


def test_the_voices_of_the_tests_sound_alike_as_those_of_people_do() -> None:
    voices = conversation(100, 1, turn=100)
    unit = voices / np.linalg.norm(voices, axis=1, keepdims=True)

    assert (unit[1:] * unit[:-1]).sum(axis=1).min() > SAME_VOICE_COSINE
