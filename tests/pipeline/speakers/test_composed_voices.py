"""The composed recordings that long diarization is measured on."""

from __future__ import annotations

import numpy as np

from benchmarks.composed_voices import RENEWED_COSINE, Excerpt, compose
from pipeline.core.intervals import Interval
from pipeline.core.transcript import SpeakerTurn


def excerpt_of(speaker: str, number: int) -> Excerpt:
    voice = np.eye(192, dtype=np.float32)[number]
    return Excerpt(
        speaker=speaker,
        duration_ms=2000,
        pieces=(Interval(200, 1700),),
        overlap=np.zeros(200, np.float32),
        embeddings={(200, 1700): voice},
        turns=(SpeakerTurn(300, 1600, speaker),),
    )


STRETCHES = [*(excerpt_of("ann", n) for n in range(3)), excerpt_of("bob", 3), excerpt_of("cy", 4)]


def test_excerpts_follow_each_other_and_their_reference_moves_along() -> None:
    recording = compose(STRETCHES, duration_ms=9_000, num_speakers=2, seed=0)

    starts = [start for start, _ in recording.excerpts]
    assert starts == [0, 2000, 4000, 6000, 8000]
    assert recording.pieces == tuple(Interval(at + 200, at + 1700) for at in starts)
    assert [turn.start_ms for turn in recording.turns] == [at + 300 for at in starts]
    assert {turn.speaker for turn in recording.turns} <= {"ann", "bob"}
    assert len(recording.overlap) == 1000


def test_a_stretch_heard_again_sounds_nearly_as_before() -> None:
    recording = compose(STRETCHES[3:4], duration_ms=6_000, num_speakers=1, seed=0)

    embeddings = recording.embeddings_of(recording.pieces, seed=0)

    first, again, _ = embeddings
    assert np.array_equal(first, np.eye(192, dtype=np.float32)[3])
    assert abs(float(first @ again) - RENEWED_COSINE) < 0.1
    assert not np.array_equal(again, embeddings[2])
