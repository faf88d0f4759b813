"""A recognition that finds one sentence in every second of sound, without models."""

from __future__ import annotations

import threading
from pathlib import Path

from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.errors import ModelUnavailableError
from pipeline.core.options import PipelineOptions
from pipeline.core.transcript import Token
from pipeline.live.events import FinalText, LiveEvent, LiveSentence, PassingText, SpeakerChanges
from webui.live.recognition import OnLiveEvent, OnRecognitionEnd

MS_PER_SENTENCE = 1_000


def sentence(number: int, speaker: int | None = None) -> LiveSentence:
    """Return the sentence of a second of sound; speakers take turns."""
    start_ms, end_ms = number * MS_PER_SENTENCE, number * MS_PER_SENTENCE + 900
    words = (Token(start_ms, end_ms, f"句{number}", 0.5),)
    speaker = number % 2 if speaker is None else speaker
    return LiveSentence(number, start_ms, end_ms, f"句{number}。", speaker, words)


class ScriptedRecognition:
    """Recognition of one recording."""

    def __init__(self, last_segment: int, on_event: OnLiveEvent) -> None:
        self.last_segment = last_segment
        self.is_closed = False
        self.is_finished = False
        self._on_event = on_event
        self._lock = threading.Lock()
        self._next = last_segment + 1  # each segment has one sentence

    def announce(self, num_samples: int) -> None:
        with self._lock:
            while (self._next + 1) * SAMPLE_RATE_HZ <= num_samples:
                self._on_event(
                    PassingText(
                        segment=self._next,
                        start_ms=self._next * MS_PER_SENTENCE,
                        text=f"句{self._next}",
                        num_firm=1,
                        speaker=None,
                        heard_ms=(self._next + 1) * MS_PER_SENTENCE,
                    )
                )
                self._on_event(FinalText(self._next, (sentence(self._next),)))
                self._next += 1

    def report(self, event: LiveEvent) -> None:
        """Report any event."""
        self._on_event(event)

    def change(self, *changes: tuple[int, int | None]) -> None:
        """Report new speakers of sentences."""
        self._on_event(SpeakerChanges(changes))

    def finish(self) -> None:
        self.is_finished = True

    def close(self) -> None:
        self.is_closed = True


class Recognitions:
    """Starter of scripted recognitions, which keeps them for the test."""

    def __init__(self) -> None:
        self.started: list[ScriptedRecognition] = []
        self.is_missing = False
        self.kind = ScriptedRecognition

    def __call__(
        self,
        spool_path: Path,
        options: PipelineOptions,
        last_segment: int,
        on_event: OnLiveEvent,
        on_end: OnRecognitionEnd,
    ) -> ScriptedRecognition:
        assert spool_path.is_file()
        if self.is_missing:
            raise ModelUnavailableError("The model whisper-base is missing")
        self.started.append(self.kind(last_segment, on_event))
        return self.started[-1]
