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
from pipeline.speakers.streaming_diarizer import StreamingDiarizer

AUDIO = Audio(np.zeros(16_000 * 300, np.int16))
TURN_MS = 9_000
SEGMENTS = [SpeechSegment(start, start + 8_000) for start in range(0, 290_000, TURN_MS)]


class TwoVoices:
    """Every other turn has another voice; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Interval] = []
        self.followed_ms: list[int] = []
        self.follower: StreamingDiarizer | None = None

    def embed(
        self, audio: Audio, windows: Sequence[Interval], *, report: Report = ignore_report
    ) -> NDArray[np.float32]:
        self.asked += windows
        if self.follower is not None:
            self.followed_ms.append(self.follower.followed_ms - windows[0].start_ms)
        voices = [(each.start_ms // TURN_MS) % 2 for each in windows]
        return np.eye(192, dtype=np.float32)[voices].reshape(-1, 192)

    def predict(
        self, audio: Audio, starts: Sequence[int]
    ) -> Iterator[tuple[int, ExcerptPrediction]]:
        for start in starts:
            frames = np.arange(start, start + EXCERPT_FRAMES)
            speech = (frames % (TURN_MS // 10) < 800).astype(np.float32)
            speaker = np.where(frames // (TURN_MS // 10) % 2, 1, 2).astype(np.int8)
            yield start, ExcerptPrediction(speech, np.zeros(EXCERPT_FRAMES, np.float32), speaker)


def diarizer_of(voices: TwoVoices, kind: str) -> Diarizer:
    if kind == "classic":
        return Diarizer(voices, options=DiarizationOptions.classic())
    return Diarizer(voices, segmentation=voices)


@pytest.mark.parametrize("kind", ["classic", "default"])
def test_incremental_diarization_equals_that_of_the_whole_recording(kind: str) -> None:
    voices = TwoVoices()
    follower = diarizer_of(voices, kind).follow(AUDIO, SpeakerCount())

    for segment in SEGMENTS:
        follower.add(segment)
    on_the_way = len(voices.asked)
    found = follower.diarize(SEGMENTS, SpeakerCount())

    whole = diarizer_of(TwoVoices(), kind).diarize(AUDIO, SEGMENTS, SpeakerCount())
    assert found.turns == whole.turns
    assert found.evidence.windows == whole.evidence.windows
    assert np.array_equal(found.evidence.labels, whole.evidence.labels)
    assert len(voices.asked) == len(set(voices.asked)) == len(whole.evidence.windows)
    assert on_the_way > 0.8 * len(voices.asked)


@pytest.mark.parametrize("kind", ["classic", "default"])
def test_provisional_speakers_are_available_for_the_processed_part(kind: str) -> None:
    voices = TwoVoices()
    follower = diarizer_of(voices, kind).follow(AUDIO, SpeakerCount())
    voices.follower = follower

    for segment in SEGMENTS:
        follower.add(segment)

    known = [each for each in SEGMENTS if each.end_ms <= follower.followed_ms]
    assert len(known) > len(SEGMENTS) - 6
    assert [follower.speaker_of(each) for each in known] == [
        ("S1", "S2")[number % 2] for number in range(len(known))
    ]
    assert max(voices.followed_ms) <= 0  # nothing counts as known while it is being embedded


def test_where_no_voice_was_followed_nobody_is_known() -> None:
    follower = diarizer_of(TwoVoices(), "classic").follow(AUDIO, SpeakerCount())

    assert follower.speaker_of(Interval(0, 1_000)) is None
    assert follower.followed_ms == 0
