from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.core.intervals import Interval
from pipeline.speakers.diarization_options import BorderOptions
from pipeline.speakers.embedding.speech_pieces import find_pieces, probable_speech
from pipeline.speakers.segmentation.excerpt_aggregator import LocalSpeakers

OPTIONS = BorderOptions()


def heard(
    *stretches: tuple[float, int, int, int], speech: np.ndarray | None = None
) -> LocalSpeakers:
    """(probability of speech, local speaker, excerpt, number of frames) one after the other."""
    counts = [count for *_, count in stretches]
    probability = np.repeat([each[0] for each in stretches], counts).astype(np.float32)
    return LocalSpeakers(
        speech=probability if speech is None else speech,
        overlap=np.zeros(len(probability), np.float32),
        speaker=np.repeat([each[1] for each in stretches], counts).astype(np.int8),
        excerpt=np.repeat([each[2] for each in stretches], counts).astype(np.int32),
    )


def segment_around(start_ms: int, end_ms: int) -> Interval:
    """A segment of the detector with its usual margins around sure speech."""
    return Interval(max(0, start_ms - 200), end_ms + 100)


def test_speech_needs_less_likelihood_where_the_detector_agrees() -> None:
    sound = heard((0.0, 0, 0, 50), (0.3, 1, 0, 100), (0.0, 0, 0, 50))

    assert find_pieces(sound, [segment_around(500, 1500)], OPTIONS) == (Interval(500, 1500),)
    assert find_pieces(sound, [], OPTIONS) == ()


def test_the_quiet_edges_of_detected_speech_are_probable_speech_but_no_piece() -> None:
    sound = heard((0.0, 0, 0, 50), (0.3, 1, 0, 20), (0.9, 1, 0, 100), (0.3, 0, 0, 20))

    assert find_pieces(sound, [segment_around(500, 1900)], OPTIONS) == (Interval(700, 1700),)
    found = probable_speech(sound, [segment_around(500, 1900)], OPTIONS)
    assert np.flatnonzero(found).tolist() == list(range(50, 190))
    missed = probable_speech(sound, [], OPTIONS)
    assert np.flatnonzero(missed).tolist() == list(range(70, 170))


def test_likely_speech_that_the_detector_missed_is_found() -> None:
    sound = heard((0.0, 0, 0, 50), (0.9, 1, 0, 100), (0.0, 0, 0, 50))

    assert find_pieces(sound, [], OPTIONS) == (Interval(500, 1500),)


def test_detected_speech_that_the_model_misses_is_kept() -> None:
    deaf = heard((0.0, 0, 0, 300))

    assert find_pieces(deaf, [Interval(500, 2000)], OPTIONS) == (Interval(700, 1900),)


def test_a_pause_that_both_agree_on_cuts() -> None:
    sound = heard((0.9, 1, 0, 60), (0.0, 0, 0, 30), (0.9, 1, 0, 60))

    assert find_pieces(sound, [Interval(0, 1500)], OPTIONS) == (
        Interval(0, 600),
        Interval(900, 1500),
    )


def test_a_change_of_the_local_speaker_splits_midway_in_the_gap() -> None:
    sound = heard((0.9, 1, 0, 60), (0.9, 0, 0, 20), (0.9, 2, 0, 60))

    assert find_pieces(sound, [], OPTIONS) == (Interval(0, 700), Interval(700, 1400))


def test_local_speakers_of_different_excerpts_are_not_compared() -> None:
    sound = heard((0.9, 1, 0, 60), (0.9, 2, 500, 60))

    assert find_pieces(sound, [], OPTIONS) == (Interval(0, 1200),)


def test_a_change_near_the_end_of_a_piece_is_not_believed() -> None:
    sound = heard((0.9, 1, 0, 100), (0.9, 2, 0, 20))

    assert find_pieces(sound, [], OPTIONS) == (Interval(0, 1200),)


@given(st.data(), st.integers(1, 300))
def test_pieces_are_sorted_disjoint_and_inside_the_recording(
    data: st.DataObject, size: int
) -> None:
    chances = st.floats(0, 1, width=32)
    sound = LocalSpeakers(
        speech=data.draw(hnp.arrays(np.float32, size, elements=chances)),
        overlap=np.zeros(size, np.float32),
        speaker=data.draw(hnp.arrays(np.int8, size, elements=st.integers(0, 3))),
        excerpt=np.zeros(size, np.int32),
    )
    start_ms = data.draw(st.integers(0, size - 1)) * 10

    pieces = find_pieces(sound, [Interval(start_ms, 10 * size)], OPTIONS)

    assert all(piece.start_ms >= 0 and piece.end_ms <= 10 * size for piece in pieces)
    assert all(earlier.end_ms <= later.start_ms for earlier, later in pairwise(pieces))
