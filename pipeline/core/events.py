"""Partial results reported during a transcription."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.core.transcript import Sentence


@dataclass(frozen=True, slots=True)
class AudioReady:
    """The event that the playback copy and waveform peaks are complete in the scratch folder.

    Attributes:
        duration_ms: length of the recording.
    """

    duration_ms: int

    def __post_init__(self) -> None:
        if self.duration_ms < 0:
            raise ValueError(f"AudioReady.duration_ms must not be negative: {self.duration_ms}")


@dataclass(frozen=True, slots=True)
class SentencesFound:
    """The event that further sentences are available, in order of time; they may still change.

    Attributes:
        first: number of sentences reported before these. A continued transcription reports
            everything again from the beginning, with the same numbers.
        sentences: with provisional speakers, or None.
    """

    first: int
    sentences: tuple[Sentence, ...]

    def __post_init__(self) -> None:
        if self.first < 0:
            raise ValueError(f"SentencesFound.first must not be negative: {self.first}")


RunEvent = AudioReady | SentencesFound

OnEvent = Callable[[RunEvent], None]
"""A callback for partial results, called from the thread that does the work."""


def ignore_event(run_event: RunEvent) -> None:
    """Ignore a partial result; default for arguments of type OnEvent."""
