"""The interface of recognisers that give text while a segment is still being spoken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pipeline.audio.samples import Audio
from pipeline.core.transcript import Sentence
from pipeline.live.events import PassingState
from pipeline.live.segmenter import ClosedSegment, OpenSegment


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """The text so far of a segment that is still being spoken.

    Attributes:
        text: from the start of the segment.
        num_firm: number of leading characters that stay.
        heard_ms: end of the audio that it covers.
    """

    text: str
    num_firm: int
    heard_ms: int


@dataclass(frozen=True, slots=True)
class RecognizerState:
    """State that the recognition of a segment depends on besides its audio.

    Attributes:
        contexts: text before the segment: by language, or under one name.
        language: language of the last segment; None before the first.
    """

    contexts: tuple[tuple[str, str], ...] = ()
    language: str | None = None


class LiveRecognizer(Protocol):
    """A recogniser of one live recording."""

    @property
    def passing_state(self) -> PassingState:
        """Whether passing text is recognised at the usual rate, more slowly, or not at all."""
        ...

    @property
    def state(self) -> RecognizerState:
        """State that later segments depend on; `restore` continues from it."""
        ...

    def restore(self, state: RecognizerState) -> None:
        """Continue after the segment at whose end the state was taken."""
        ...

    def passing(self, audio: Audio, segment: OpenSegment, *, lag_ms: int) -> Hypothesis | None:
        """Return the text so far of the open segment, None if it has not changed.

        Args:
            audio: the recording so far.
            segment: the open segment.
            lag_ms: length of the audio that waits for recognition.

        Raises:
            InferenceError: the model failed.
        """
        ...

    def final(self, audio: Audio, segment: ClosedSegment) -> tuple[Sentence, ...]:
        """Return the sentences of a segment, without speakers; calls are in order of segments.

        Raises:
            InferenceError: the model failed.
        """
        ...
