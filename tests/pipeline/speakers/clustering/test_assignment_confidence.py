import numpy as np
import pytest

from pipeline.core.intervals import Interval
from pipeline.speakers.clustering.assignment_confidence import assignment_doubt

WINDOWS = [Interval(start, start + 1_500) for start in range(0, 30_000, 1_500)]
STRETCHES = [Interval(start, start + 3_000) for start in range(0, 30_000, 3_000)]
TRUTH = ["A"] * 5 + ["B"] * 5


@pytest.fixture
def embeddings():
    rng = np.random.default_rng(0)
    voices = {"A": rng.normal(size=192), "B": rng.normal(size=192)}
    rows = [voices[TRUTH[i // 2]] + 0.3 * rng.normal(size=192) for i in range(len(WINDOWS))]
    stacked = np.stack(rows)
    return (stacked / np.linalg.norm(stacked, axis=1, keepdims=True)).astype(np.float32)


def test_segments_similar_to_their_speakers_have_little_doubt(embeddings):
    assert max(assignment_doubt(WINDOWS, embeddings, STRETCHES, TRUTH)) < 0.05


def test_a_segment_is_the_more_doubtful_the_more_it_resembles_another_speaker(embeddings):
    doubts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        mixed = embeddings.copy()
        mixed[:2] = (1 - share) * embeddings[:2] + share * embeddings[-2:]
        mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
        doubts.append(assignment_doubt(WINDOWS, mixed, STRETCHES, TRUTH)[0])

    assert doubts == sorted(doubts)
    assert doubts[1] < 0.5 < doubts[-1]


def test_a_stretch_given_to_the_wrong_speaker_is_the_one_in_doubt(embeddings):
    speakers = [*TRUTH]
    speakers[2] = "B"

    doubts = assignment_doubt(WINDOWS, embeddings, STRETCHES, speakers)

    assert doubts[2] > 0.9
    assert max(doubt for i, doubt in enumerate(doubts) if i != 2) < 0.5


def test_nothing_is_said_of_what_cannot_be_known(embeddings):
    nobody = [None, *TRUTH[1:]]
    beyond = [*STRETCHES[:-1], Interval(90_000, 91_000)]

    assert assignment_doubt(WINDOWS, embeddings, STRETCHES, nobody)[0] is None
    assert assignment_doubt(WINDOWS, embeddings, beyond, TRUTH)[-1] is None
    assert assignment_doubt(WINDOWS, embeddings, STRETCHES, ["A"] * 10) == [None] * 10
    assert assignment_doubt([], embeddings[:0], STRETCHES, TRUTH) == [None] * 10


def test_the_only_segment_of_a_speaker_has_no_doubt_value(embeddings):
    speakers = ["C", *TRUTH[1:]]

    assert assignment_doubt(WINDOWS, embeddings, STRETCHES, speakers)[0] is None
