"""Data model of a transcript: speech segments, tokens, sentences and speaker turns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from pipeline.core.intervals import Interval


@dataclass(frozen=True, slots=True)
class SpeechSegment(Interval):
    """A time span in which voice activity was detected."""


@dataclass(frozen=True, slots=True)
class Token(Interval):
    """A unit of recognised text: a Chinese character, a word, or a piece of a word.

    Attributes:
        text: displayed text, including the leading space if words are spaced.
        confidence: probability in [0, 1], None if the recogniser gives none.
        alternatives: other characters that the recogniser considered in place of this one.
        text_without_lm: text that the recogniser would have output without the language model, ""
            for none; None if it is the same, or there was no language model.
    """

    text: str
    confidence: float | None = None
    alternatives: tuple[str, ...] = ()
    text_without_lm: str | None = None

    def __post_init__(self) -> None:
        Interval.__post_init__(self)
        if self.confidence is not None and not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"Token confidence must be in [0, 1], got {self.confidence}")


@dataclass(frozen=True, slots=True)
class RecognizedSegment:
    """The recognised tokens of one speech segment, none if nothing was recognised."""

    segment: SpeechSegment
    tokens: tuple[Token, ...]
    language: str

    def __post_init__(self) -> None:
        _check_sorted("RecognizedSegment.tokens", self.tokens)


@dataclass(frozen=True, slots=True)
class Sentence(Interval):
    """A sequence of tokens with punctuation, spoken by one speaker.

    Attributes:
        text: displayed text: the tokens' text with punctuation, without outer white space.
        tokens: sorted by start, inside the sentence.
        speaker: label such as "S1"; None if unknown.
    """

    text: str
    tokens: tuple[Token, ...] = ()
    speaker: str | None = None

    def __post_init__(self) -> None:
        Interval.__post_init__(self)
        _check_sorted("Sentence.tokens", self.tokens)
        if self.tokens and not (
            self.start_ms <= self.tokens[0].start_ms
            and max(token.end_ms for token in self.tokens) <= self.end_ms
        ):
            raise ValueError(
                f"tokens from {self.tokens[0].start_ms} to "
                f"{max(token.end_ms for token in self.tokens)} ms are outside the sentence "
                f"[{self.start_ms}, {self.end_ms})"
            )


@dataclass(frozen=True, slots=True)
class WordCandidates(Interval):
    """A doubtful word or phrase of the text, with alternatives for it.

    Attributes:
        text: recognised text in this time span, without punctuation.
        candidates: other texts for it, the most probable first; empty if none are known.
        doubt: probability that the text is wrong; None if unknown.
    """

    text: str
    candidates: tuple[str, ...]
    doubt: float | None = None


@dataclass(frozen=True, slots=True)
class SpeakerTurn(Interval):
    """A time span in which one speaker is active; turns of different speakers may overlap."""

    speaker: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """The sentences and speaker turns of a recording; both are empty without speech.

    Attributes:
        duration_ms: length of the recording.
        language: ISO 639-1 code of the main language, "" if nothing was recognised.
        sentences: sorted by start.
        turns: sorted by start.
    """

    duration_ms: int
    language: str
    sentences: tuple[Sentence, ...] = ()
    turns: tuple[SpeakerTurn, ...] = ()

    def __post_init__(self) -> None:
        if self.duration_ms < 0:
            raise ValueError(f"Transcript.duration_ms must not be negative: {self.duration_ms}")
        _check_sorted("Transcript.sentences", self.sentences)
        _check_sorted("Transcript.turns", self.turns)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Speaker labels in order of first appearance in turns and sentences."""
        spoken: tuple[SpeakerTurn | Sentence, ...] = (*self.turns, *self.sentences)
        ordered = sorted((item.start_ms, item.speaker) for item in spoken if item.speaker)
        return tuple(dict.fromkeys(name for _, name in ordered))


def _check_sorted(what: str, intervals: Iterable[Interval]) -> None:
    starts = [interval.start_ms for interval in intervals]
    if starts != sorted(starts):
        raise ValueError(f"{what} must be sorted by start_ms")


class Mark(str, Enum):
    """A punctuation mark after a word; the value is its Chinese form."""

    NONE = ""
    COMMA = "，"
    FULL_STOP = "。"
    QUESTION = "？"
    ENUMERATION_COMMA = "、"

    @property
    def ends_sentence(self) -> bool:
        """Whether the mark ends a sentence rather than a clause."""
        return self in {Mark.FULL_STOP, Mark.QUESTION}
