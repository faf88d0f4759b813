"""Events of a live transcription, in the order in which they must be applied.

Segments are numbered from 0 in order of time. Each has any number of interim texts, each replacing
the previous one, then one final text. Speakers are numbers from 0 in the order in which they first
appeared; a number is never reassigned to another speaker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.core.transcript import Token

PassingState = Literal["on", "slow", "off"]


@dataclass(frozen=True, slots=True)
class PassingText:
    """The interim text of an open segment.

    Attributes:
        segment: number of the segment.
        start_ms: start of the segment, from the start of the recording.
        text: interim text, which replaces the previous one of the segment.
        num_firm: number of leading characters that remain until the final text.
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
        likeness: cosine similarity of the mean embeddings of sentence and speaker; None if unknown.
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
    """The final text of a segment, which replaces its interim text.

    Attributes:
        segment: number of the segment.
        sentences: sorted by start; empty if nothing was recognised.
    """

    segment: int
    sentences: tuple[LiveSentence, ...]


@dataclass(frozen=True, slots=True)
class SpeakerChanges:
    """Changed speakers of sentences that were already sent.

    Attributes:
        changes: pairs of a sentence's id and its new speaker.
    """

    changes: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True, slots=True)
class Lag:
    """The delay of recognition behind the recording, sent when it or `passing` changes.

    Attributes:
        behind_ms: length of the audio that waits for recognition.
        passing: "on" for interim texts at the usual rate, "slow" for fewer, "off" for none.
    """

    behind_ms: int
    passing: PassingState


LiveEvent = PassingText | FinalText | SpeakerChanges | Lag
