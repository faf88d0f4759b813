"""The protocol of recognisers that return interim text of open segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pipeline.audio.samples import Audio
from pipeline.core.transcript import Sentence
from pipeline.live.events import PassingState
from pipeline.live.segmenter import ClosedSegment, OpenSegment


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """The interim text of an open segment.

    Attributes:
        text: from the start of the segment.
        num_firm: number of leading characters that do not change any more.
        heard_ms: end of the audio that the text covers.
    """

    text: str
    num_firm: int
    heard_ms: int


@dataclass(frozen=True, slots=True)
class RecognizerState:
    """The state, besides the audio, on which the recognition of a segment depends.

    Attributes:
        contexts: (language or other name, preceding text) pairs.
        language: language of the last segment; None before the first.
    """

    contexts: tuple[tuple[str, str], ...] = ()
    language: str | None = None


class LiveRecognizer(Protocol):
    """A recogniser of one live recording."""

    @property
    def passing_state(self) -> PassingState:
        """The rate of interim text: usual, reduced, or none."""
        ...

    @property
    def state(self) -> RecognizerState:
        """The state on which later segments depend; `restore` continues from it."""
        ...

    def restore(self, state: RecognizerState) -> None:
        """Continue from a state that was taken after a segment."""
        ...

    def passing(self, audio: Audio, segment: OpenSegment, *, lag_ms: int) -> Hypothesis | None:
        """Return the interim text of the open segment, None if it has not changed.

        Args:
            audio: the recording so far.
            segment: the open segment.
            lag_ms: length of the audio that waits for recognition.

        Raises:
            InferenceError: the model failed.
        """
        ...

    def final(self, audio: Audio, segment: ClosedSegment) -> tuple[Sentence, ...]:
        """Return the final sentences of a segment, without speakers; called in segment order.

        Raises:
            InferenceError: the model failed.
        """
        ...
