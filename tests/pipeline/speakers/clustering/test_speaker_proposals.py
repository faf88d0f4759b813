"""Proposals of speakers after corrections."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.core.intervals import Interval
from pipeline.speakers.clustering.sentence_voices import (
    NO_GROUP,
    SentenceVoices,
    sentence_voices,
)
from pipeline.speakers.clustering.speaker_proposals import SpeakerDecisions, propose_speakers
from tests.pipeline.speakers.synthetic_voices import EMBEDDING_DIM

WINDOWS_EACH = 3


def voices_of(speakers: Sequence[int], groups: Sequence[int] | None = None) -> SentenceVoices:
    """Return sentences of WINDOWS_EACH windows, with the given voices and groups."""
    random = np.random.default_rng(5)
    centres = random.normal(size=(max(speakers) + 1, EMBEDDING_DIM))
    noise = random.normal(size=(len(speakers), WINDOWS_EACH, EMBEDDING_DIM))
    drawn = centres[np.array(speakers)][:, None, :] + 0.9 * noise
    drawn /= np.linalg.norm(drawn, axis=2, keepdims=True)
    return SentenceVoices(
        drawn.mean(axis=1),
        np.full(len(speakers), float(WINDOWS_EACH)),
        np.array(speakers if groups is None else groups, dtype=np.int64),
    )


def proposed(
    voices: SentenceVoices,
    speakers: Sequence[str | None],
    *,
    decided: Collection[int],
    closed: Collection[int] = (),
    declined: Collection[tuple[int, str]] = (),
) -> dict[int, str]:
    numbers = range(len(speakers))
    found = propose_speakers(
        voices,
        SpeakerDecisions(
            speakers,
            [each in decided for each in numbers],
            [each not in decided and each not in closed for each in numbers],
            declined,
        ),
    )
    assert [each.probability for each in found] == sorted(
        (each.probability for each in found), reverse=True
    )
    return {each.sentence: each.speaker for each in found}


def test_a_new_speaker_of_one_sentence_finds_the_rest_of_the_voice() -> None:
    truth = [0, 1, 2] * 8
    speakers = ["S1" if voice == 0 else "S2" for voice in truth]
    speakers[2] = "S3"

    found = proposed(voices_of(truth), speakers, decided=[2])

    assert found == dict.fromkeys((each for each in range(5, 24, 3)), "S3")


def test_nothing_is_proposed_before_a_person_decides() -> None:
    assert proposed(voices_of([0, 1] * 4), ["S1"] * 8, decided=[]) == {}


def test_another_missing_voice_is_not_taken_for_the_new_speaker() -> None:
    truth = [0, 1, 2] * 8
    speakers = ["S1"] * 24
    speakers[1] = "S2"

    found = proposed(voices_of(truth), speakers, decided=[1])

    assert found == dict.fromkeys(range(4, 24, 3), "S2")


def test_touched_sentences_are_never_proposed() -> None:
    truth = [0, 1] * 8
    speakers = ["S1"] * 16
    speakers[1] = "S2"

    found = proposed(voices_of(truth), speakers, decided=[1], closed=[3, 5])

    assert sorted(found) == [7, 9, 11, 13, 15]


def test_a_divided_voice_is_joined_after_one_correction() -> None:
    truth = [0, 1] * 10
    groups = [number % 4 for number in range(20)]  # voice 0 has groups 0 and 2
    speakers = [f"S{group + 1}" for group in groups]
    speakers[2] = "S1"

    found = proposed(voices_of(truth, groups), speakers, decided=[2])

    assert found == dict.fromkeys((6, 10, 14, 18), "S1")


def test_a_mistaken_correction_does_not_join_two_voices() -> None:
    truth = [0, 1] * 10
    speakers = [f"S{voice + 1}" for voice in truth]
    speakers[1] = "S1"

    assert proposed(voices_of(truth), speakers, decided=[1]) == {}


def test_a_rejected_sentence_is_not_proposed_again_and_teaches_about_similar_ones() -> None:
    truth = [0, 0, 0, 0, 1, 2] * 6
    speakers = ["S1"] * len(truth)
    speakers[4] = "S2"
    voices = voices_of(truth)
    voices.means[5::6] = 0.5 * voices.means[4::6].mean(axis=0) + 0.7 * voices.means[5::6]
    before = proposed(voices, speakers, decided=[4])

    after = proposed(voices, speakers, decided=[4], declined=[(5, "S2")])

    assert set(before) == {*range(5, 36, 6), *range(10, 36, 6)}
    assert set(after) == set(range(10, 36, 6))


def test_sentences_without_a_window_are_left_alone() -> None:
    windows = [Interval(0, 1_500), Interval(3_000, 4_500)]
    embeddings: NDArray[np.float32] = np.eye(2, 8, dtype=np.float32)
    sentences = [Interval(0, 1_500), Interval(1_500, 3_000), Interval(2_900, 4_600)]

    voices = sentence_voices(windows, embeddings, np.array([0, 4]), sentences)

    assert voices.num_windows.tolist() == [1.0, 0.0, 1.0]
    assert voices.groups.tolist() == [0, NO_GROUP, 4]
    assert proposed(voices, ["S1", "S2", None], decided=[0]) == {}


def test_a_window_across_two_sentences_counts_for_both_by_its_share() -> None:
    windows = [Interval(0, 1_000), Interval(500, 1_500), Interval(1_000, 2_000)]
    embeddings = np.array([[2.0, 0.0], [0.0, 1.0], [0.0, 3.0]], dtype=np.float32)

    voices = sentence_voices(
        windows, embeddings, np.array([0, 0, 1]), [Interval(0, 750), Interval(750, 2_000)]
    )

    assert voices.num_windows.tolist() == [1.0, 2.0]
    np.testing.assert_allclose(voices.means, [[0.75, 0.25], [0.125, 0.875]])


def test_ten_thousand_windows_are_scored_in_a_fraction_of_a_second() -> None:
    random = np.random.default_rng(0)
    windows = [Interval(start, start + 1_500) for start in range(0, 15_000_000, 1_500)]
    embeddings = random.normal(size=(len(windows), EMBEDDING_DIM)).astype(np.float32)
    labels = random.integers(12, size=len(windows))
    sentences = [Interval(start, start + 3_000) for start in range(0, 15_000_000, 3_000)]
    names = [f"S{each}" for each in random.integers(12, size=len(sentences))]

    began = time.process_time()
    voices = sentence_voices(windows, embeddings, labels, sentences)
    proposed(voices, names, decided=range(0, 5_000, 50))

    assert time.process_time() - began < 3.0  # 0.2 s on an idle core; 300 ms are promised


def test_no_sentences_give_no_proposals() -> None:
    voices = sentence_voices([], np.zeros((0, 8), np.float32), np.zeros(0, np.int64), [])

    assert proposed(voices, [], decided=[]) == {}
