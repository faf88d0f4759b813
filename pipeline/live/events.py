"""Events of a live transcription, in the order in which a reader applies them.

Segments are numbered from 0 in the order of time. Each has any number of passing texts, of which
each replaces the one before, then one final text. Speakers are numbers from 0 in the order in
which they were first shown; a number is never given to another voice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.core.transcript import Token

PassingState = Literal["on", "slow", "off"]


@dataclass(frozen=True, slots=True)
class PassingText:
    """The text so far of a segment that is still being spoken.

    Attributes:
        segment: number of the segment.
        start_ms: start of the segment, from the start of the recording.
        text: replaces the segment's passing text before.
        num_firm: number of leading characters that stay until the final text replaces them.
        speaker: number of the provisional speaker, None if unknown.
        heard_ms: time of the last sample that the text covers.
    """

    segment: int
    start_ms: int
    text: str
    num_firm: int
    speaker: int | None
    heard_ms: int


@dataclass(frozen=True, slots=True)
class LiveSentence:
    """A sentence of a final text.

    Attributes:
        id: number of the sentence in the session, from 0.
        start_ms: start in ms from the start of the recording.
        end_ms: end in ms from the start of the recording.
        text: displayed text with punctuation.
        speaker: number of the provisional speaker, None if unknown.
        words: recognised tokens with their times, sorted by start, inside the sentence.
        likeness: cosine of the sentence's mean voice to its speaker's; None if unknown.
    """

    id: int
    start_ms: int
    end_ms: int
    text: str
    speaker: int | None
    words: tuple[Token, ...] = ()
    likeness: float | None = None


@dataclass(frozen=True, slots=True)
class FinalText:
    """The final text of a segment; it replaces the passing text.

    Attributes:
        segment: number of the segment.
        sentences: sorted by start; empty if nothing was said in the segment.
    """

    segment: int
    sentences: tuple[LiveSentence, ...]


@dataclass(frozen=True, slots=True)
class SpeakerChanges:
    """New speakers of sentences that were sent before.

    Attributes:
        changes: pairs of a sentence's id and its new speaker.
    """

    changes: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True, slots=True)
class Lag:
    """The delay of the recognition behind the recording, sent when it or `passing` changes.

    Attributes:
        behind_ms: length of the audio that waits for recognition.
        passing: "on" if passing text comes at the usual rate, "slow" if less often, "off" if only
            final texts come.
    """

    behind_ms: int
    passing: PassingState


LiveEvent = PassingText | FinalText | SpeakerChanges | Lag
