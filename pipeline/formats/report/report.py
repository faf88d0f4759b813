"""Report data: title, figures and turns of a transcript, with display names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from pipeline.core.transcript import Sentence
from pipeline.formats.clock_times import MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.report.conversation import (
    ConversationFigures,
    ConversationTurn,
    conversation_figures,
)
from pipeline.formats.report.words import Words, report_words
from pipeline.text.lines import plain_line

_NO_CHARACTERS = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Person:
    """A speaker as displayed: colour number, from 1 (0 for unknown), and name."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A turn with its sentences that have text, at least one of them."""

    turn: ConversationTurn
    person: Person
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The data of a report.

    Attributes:
        title: title of the recording on one line.
        language: language of the report, "zh" or "en".
        words: function from a key to the text of the report's language.
        created_at: time of the upload in UTC; None if unknown.
        figures: figures of the conversation.
        people: displayed speakers, in the order of the figures' speakers.
        turns: turns with text.
        num_sentences: number of sentences.
        num_verified: number of verified sentences; None if unknown.
    """

    title: str
    language: str
    words: Words
    created_at: datetime | None
    figures: ConversationFigures
    people: tuple[Person, ...]
    turns: tuple[SpokenTurn, ...]
    num_sentences: int
    num_verified: int | None


def report_of(document: TranscriptDocument) -> Report:
    """Create the report of a transcript."""
    transcript = document.transcript
    language = document.reader_language or transcript.language
    words = report_words(language)
    figures = conversation_figures(transcript)
    people = _people(document, words("unknown"))
    sentences = transcript.sentences
    turns = (
        SpokenTurn(
            turn,
            people[turn.speaker],
            tuple(each for each in sentences[turn.first : turn.stop] if shown_text(each.text)),
        )
        for turn in figures.turns
    )
    return Report(
        title=shown_text(document.title) or words("untitled"),
        language="zh" if not language or language.startswith(("zh", "yue")) else "en",
        words=words,
        created_at=document.created_at,
        figures=figures,
        people=tuple(people[each.speaker] for each in figures.speakers),
        turns=tuple(each for each in turns if each.sentences),
        num_sentences=len(sentences),
        num_verified=document.num_verified,
    )


def shown_text(text: str) -> str:
    """Convert a text to one line with only characters that HTML and XML can contain."""
    return _NO_CHARACTERS.sub("", plain_line(text)).strip()


def short_time(time_ms: int) -> str:
    """Format a time on the clock, such as `1:05` or `1:01:05`."""
    hours, rest = divmod(time_ms, MS_PER_HOUR)
    minutes, rest = divmod(rest, MS_PER_MINUTE)
    seconds = rest // MS_PER_SECOND
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def length_text(time_ms: float, words: Words) -> str:
    """Format a duration in seconds, or as clock time from two minutes on."""
    if time_ms >= 2 * MS_PER_MINUTE:
        return short_time(round(time_ms))
    return words("seconds").format(number=f"{time_ms / MS_PER_SECOND:.0f}")


def percent(share: float) -> str:
    """Format a share as a whole percentage without the sign."""
    return f"{100 * share:.0f}"


def _people(document: TranscriptDocument, unknown: str) -> dict[str | None, Person]:
    labels = dict.fromkeys((*document.speaker_order, *document.transcript.speakers))
    names = document.names
    numbers = {label: number for number, label in enumerate(labels, start=1)}
    people: dict[str | None, Person] = {
        label: Person(numbers[label], shown_text(names.get(label, label)) or unknown)
        for label in document.transcript.speakers
    }
    people[None] = Person(0, unknown)
    return people
