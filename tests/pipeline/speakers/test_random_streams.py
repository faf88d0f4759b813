"""Streaming diarization of random recordings with scripted models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval
from pipeline.core.options import SpeakerCount
from pipeline.core.progress import Report, ignore_report
from pipeline.core.transcript import SpeechSegment
from pipeline.speakers.diarization_options import DiarizationOptions
from pipeline.speakers.diarizer import Diarizer
from pipeline.speakers.segmentation.excerpt_aggregator import EXCERPT_FRAMES, ExcerptPrediction

MOST_SEGMENTS = 40
COUNTS = (SpeakerCount(), SpeakerCount(3, 3), SpeakerCount(40, 40), SpeakerCount(2, 4))


class RandomModels:
    """Voice activity, segmentation and embeddings that need not agree with each other."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        duration_ms = int(random.choice([9, 1_000, 9_996, 40_000, 200_000, 700_000]))
        self.audio = Audio(np.zeros(duration_ms * 16, np.int16))
        self.segments = self._segments(random, duration_ms)
        num_frames = duration_ms // 10 + EXCERPT_FRAMES
        self._speech = self._blocks(random, num_frames, (0.0, 0.0, 0.3, 0.9, 1.0))
        self._overlap = self._blocks(random, num_frames, (0.0, 0.0, 0.9))
        self._speaker = self._blocks(random, num_frames, (0, 1, 2, 3))
        self._voices = random.normal(size=(int(random.integers(1, 7)), 192))
        self._spread = float(random.choice([0.0, 0.5, 3.0]))

    def embed(
        self, audio: Audio, windows: Sequence[Interval], *, report: Report = ignore_report
    ) -> NDArray[np.float32]:
        starts_ms = np.array([each.start_ms for each in windows], dtype=np.int64)
        noise = [np.random.default_rng(each).normal(size=192) for each in starts_ms]
        rows = self._voices[starts_ms // 4_000 % len(self._voices)]
        rows = rows + self._spread * np.reshape(noise, (-1, 192))
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def predict(
        self, audio: Audio, starts: Sequence[int]
    ) -> Iterator[tuple[int, ExcerptPrediction]]:
        for start in starts:
            place = slice(start, start + EXCERPT_FRAMES)
            yield (
                start,
                ExcerptPrediction(
                    self._speech[place].astype(np.float32),
                    self._overlap[place].astype(np.float32),
                    self._speaker[place].astype(np.int8),
                ),
            )

    @staticmethod
    def _segments(random: np.random.Generator, duration_ms: int) -> list[SpeechSegment]:
        size = 2 * int(random.integers(0, MOST_SEGMENTS))
        borders = np.unique(random.integers(0, duration_ms + 1, size))
        if random.random() < 0.5:
            borders = np.unique(borders // 10 * 10)
        pairs = borders[: len(borders) // 2 * 2].reshape(-1, 2).tolist()
        return [SpeechSegment(start_ms, end_ms) for start_ms, end_ms in pairs]

    @staticmethod
    def _blocks(
        random: np.random.Generator, num_frames: int, values: Sequence[float]
    ) -> NDArray[np.float64]:
        """(num_frames,) float64, constant over stretches of random length."""
        longest = int(random.choice([20, 300, 6_000]))
        lengths = random.integers(1, longest + 1, num_frames // longest * 4 + 4)
        blocks = np.repeat(random.choice(values, len(lengths)), lengths)
        return np.resize(blocks, num_frames)


def diarizer_of(models: RandomModels, kind: str) -> Diarizer:
    if kind == "classic":
        return Diarizer(models, options=DiarizationOptions.classic())
    return Diarizer(models, segmentation=models)


@pytest.mark.parametrize("kind", ["classic", "default"])
@pytest.mark.parametrize("seed", range(60))
def test_streaming_gives_the_turns_of_the_whole_recording(seed: int, kind: str) -> None:
    models = RandomModels(seed)
    count = COUNTS[seed % len(COUNTS)]
    diarizer = diarizer_of(models, kind)
    follower = diarizer.follow(models.audio, count)
    followed_ms = []
    for segment in models.segments:
        follower.add(segment)
        followed_ms.append(follower.followed_ms)
        follower.speaker_of(segment)

    found = follower.diarize(models.segments, count)

    whole = diarizer.diarize(models.audio, models.segments, count)
    assert found.turns == whole.turns
    assert found.evidence.windows == whole.evidence.windows
    assert np.array_equal(found.evidence.labels, whole.evidence.labels)
    assert followed_ms == sorted(followed_ms)
    assert all(turn.end_ms <= models.audio.duration_ms for turn in found.turns)
