"""Sentence and word tiers per speaker, without overlap within a tier."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.core.intervals import Interval, in_lanes
from pipeline.core.transcript import Sentence, Token
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.speaker_names import distinct_names
from pipeline.formats.words import joined, words_of
from pipeline.text.lines import plain_line

UNKNOWN_SPEAKER = "unknown"
WORDS_SUFFIX = " [words]"
# Brackets in a tier's name mark its role, so those in speakers' names become parentheses.
_NAME_LOOKALIKES = str.maketrans({"[": "(", "]": ")"})


@dataclass(frozen=True, slots=True)
class Annotation(Interval):
    """A text with start and end times."""

    text: str


@dataclass(frozen=True, slots=True)
class SpeakerTier:
    """A tier with non-overlapping sentences of one speaker and their words.

    Attributes:
        speaker: its name; None if unknown.
        name: unique name of the tier.
        sentences: sorted, disjoint.
        words: sorted, disjoint, each inside a sentence.
    """

    speaker: str | None
    name: str
    sentences: tuple[Annotation, ...]
    words: tuple[Annotation, ...]

    @property
    def words_name(self) -> str:
        """Name of the tier with the words of these sentences."""
        return f"{self.name}{WORDS_SUFFIX}"


def speaker_tiers(document: TranscriptDocument) -> tuple[SpeakerTier, ...]:
    """Return the tiers of a document, ordered by the first appearance of the speakers.

    If sentences of a speaker overlap, the later one is put in another tier: `S1 [2]`.
    Sentences without text are omitted, because they would be silence. Without sentences, turns
    have the speaker's name as text.
    """
    spoken: dict[str | None, list[Sentence]] = {}
    for line in _lines(document):
        spoken.setdefault(line.speaker or None, []).append(line)
    names = distinct_names([*filter(None, spoken), ""], _tier_name)
    return tuple(
        _tier(speaker, names[speaker or ""], number, lane)
        for speaker, own in spoken.items()
        for number, lane in enumerate(in_lanes(own), start=1)
    )


def _lines(document: TranscriptDocument) -> list[Sentence]:
    if not document.transcript.sentences:
        return [
            Sentence(turn.start_ms, turn.end_ms, turn.speaker, speaker=turn.speaker)
            for turn in document.turns
            if plain_line(turn.speaker)
        ]
    return [line for line in document.lines if plain_line(line.text)]


def _tier_name(name: str) -> str:
    return plain_line(name or UNKNOWN_SPEAKER).translate(_NAME_LOOKALIKES)


def _tier(speaker: str | None, name: str, number: int, lane: list[Sentence]) -> SpeakerTier:
    return SpeakerTier(
        speaker=speaker,
        name=name if number == 1 else f"{name} [{number}]",
        sentences=tuple(
            Annotation(each.start_ms, each.end_ms, plain_line(each.text)) for each in lane
        ),
        words=tuple(word for each in lane if each.tokens for word in _apart(words_of(each))),
    )


def _apart(words: Iterable[Token]) -> Iterator[Annotation]:
    """Yield the words, each shortened to end before the next; join words with equal starts."""
    in_order = sorted(words, key=lambda word: word.start_ms)
    groups = [
        tuple(group) for _, group in itertools.groupby(in_order, key=lambda word: word.start_ms)
    ]
    for group, following in itertools.zip_longest(groups, groups[1:]):
        end_ms = max(word.end_ms for word in group)
        if following is not None:
            end_ms = min(end_ms, following[0].start_ms)
        yield Annotation(group[0].start_ms, end_ms, joined(word.text for word in group))
