"""Errors of the provisional speakers of live transcription on the development conversations.

python -m benchmarks.live_speakers
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.dev_recordings import read_truth, require_dev_data
from benchmarks.tables import percent, print_table
from pipeline.audio.decode import read_audio
from pipeline.audio.features import FRAME_HOP_MS
from pipeline.audio.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS, Audio
from pipeline.core.intervals import Interval
from pipeline.core.options import Profile, SpeakerCount
from pipeline.core.transcript import Sentence, SpeakerTurn, Token
from pipeline.live.events import (
    FinalText,
    LiveEvent,
    LiveSentence,
    PassingState,
    SpeakerChanges,
)
from pipeline.live.models import LiveModels, load_live_models
from pipeline.live.options import LiveOptions
from pipeline.live.recognition.recognizer import Hypothesis, RecognizerState
from pipeline.live.segmenter import ClosedSegment, OpenSegment, live_vad_options
from pipeline.live.session import LiveSession
from pipeline.metrics import DiarizationErrors, diarization_errors
from pipeline.models.locations import ModelLocations
from pipeline.speakers.clustering.voice_clusterer import VoiceClusterer, label_windows
from pipeline.speakers.turns import turns_of_windows
from pipeline.vad.endpointing import decide_frames, find_runs

RECORDINGS = (
    "d_conv2_zh", "d_conv3_zh", "d_conv4_zh", "d_conv5_zh_text", "d_conv6_zh", "d_conv10_zh",
    "d_conv10_en", "d_conv4_zh_noise15", "d_conv4_zh_overlap",
)  # fmt: skip
_WORD_MS = 250


class NoText:
    """Recogniser that returns placeholder words for each segment, to measure speakers alone."""

    state = RecognizerState()
    passing_state: PassingState = "on"

    def restore(self, state: RecognizerState) -> None:
        """Do nothing, since there is no state."""

    def passing(self, audio: Audio, segment: OpenSegment, *, lag_ms: int) -> Hypothesis | None:
        """Return None, since there are no interim texts."""

    def final(self, audio: Audio, segment: ClosedSegment) -> tuple[Sentence, ...]:  # noqa: ARG002
        """Return the segment as a sentence."""
        starts_ms = range(segment.start_ms, segment.end_ms - _WORD_MS + 1, _WORD_MS)
        words = tuple(Token(each, each + _WORD_MS, "字") for each in starts_ms)
        return (Sentence(segment.start_ms, segment.end_ms, "字" * len(words), words),)


def main() -> None:
    """Print the errors of the first speaker labels, of the last ones, and of the final ones."""
    models = load_live_models(ModelLocations(offline=True), LiveOptions(recognizer="whisper"))
    silent = LiveModels(models.vad, models.embedder, lambda _: NoText())
    totals: dict[str, DiarizationErrors] = {}
    right: dict[str, int] = {}
    cpu_s = duration_s = 0.0
    for name in RECORDINGS:
        truth = read_truth(require_dev_data() / "conv" / f"{name}.rttm")
        pcm = read_audio(truth.path).pcm
        began_s = time.process_time()
        found = _label(silent, pcm)
        cpu_s += time.process_time() - began_s
        duration_s += len(pcm) / SAMPLE_RATE_HZ
        for kind, turns in found.items():
            errors = diarization_errors(truth.turns, turns, collar_ms=0)
            totals[kind] = totals[kind] + errors if kind in totals else errors
            count = len({turn.speaker for turn in turns})
            right[kind] = right.get(kind, 0) + (count == truth.num_speakers)
    rows = [
        [kind, percent(errors.rate), f"{right[kind]} of {len(RECORDINGS)}"]
        for kind, errors in totals.items()
    ]
    print_table(("labels", "DER", "speakers counted right"), rows)
    print(f"CPU of speech detection, windows and clustering: {cpu_s / duration_s:.3f} cores")


def _label(models: LiveModels, pcm: NDArray[np.int16]) -> dict[str, tuple[SpeakerTurn, ...]]:
    """Return the speaker turns by name of the set of labels."""
    session = LiveSession(models, LiveOptions())
    events = session.feed(pcm)
    before = session.state.speakers.windows.labels
    events += session.finish()
    windows = session.state.speakers.windows
    settled = label_windows(
        VoiceClusterer(), windows.intervals, windows.embeddings, SpeakerCount(), shortest_ms=500
    )
    runs = _runs(models, pcm)

    def turns(labels: NDArray[np.int64]) -> tuple[SpeakerTurn, ...]:
        return turns_of_windows(
            windows.intervals, labels, runs, duration_ms=len(pcm) // SAMPLES_PER_MS
        )

    return {
        "sentences when final": _turns_of(events, with_changes=False),
        "sentences at the end": _turns_of(events, with_changes=True),
        "windows before the end": turns(np.concatenate([before, windows.labels[len(before) :]])),
        "windows at the end": turns(windows.labels),
        "all windows clustered once": turns(settled),
    }


def _turns_of(events: Sequence[LiveEvent], *, with_changes: bool) -> tuple[SpeakerTurn, ...]:
    sentences: dict[int, LiveSentence] = {}
    speakers: dict[int, int | None] = {}
    for event in events:
        if isinstance(event, FinalText):
            sentences.update({each.id: each for each in event.sentences})
            speakers.update({each.id: each.speaker for each in event.sentences})
        elif isinstance(event, SpeakerChanges) and with_changes:
            speakers.update(dict(event.changes))
    return tuple(
        SpeakerTurn(each.start_ms, each.end_ms, f"S{speakers[number]}")
        for number, each in sentences.items()
    )


def _runs(models: LiveModels, pcm: NDArray[np.int16]) -> list[Interval]:
    options = live_vad_options(Profile.DEFAULT)
    probabilities = models.vad.speech_probabilities(Audio(pcm.copy()))
    runs = find_runs(decide_frames(probabilities, options), options)
    return [Interval(start * FRAME_HOP_MS, stop * FRAME_HOP_MS) for start, stop in runs]


if __name__ == "__main__":
    main()
