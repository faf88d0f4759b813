"""The people who speak in two annotations and in the transcript decided from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.annotation.agreement import same_speakers
from storage.db.row_changes import SpeakerRow, TranscriptRows


@dataclass(frozen=True, slots=True)
class People:
    """The people of both annotations and of the adjudicated transcript.

    Attributes:
        rows: one speaker per person; those of the first annotation come first.
        index_of: {speaker id of any of the three transcripts: index in `rows`}.
    """

    rows: tuple[SpeakerRow, ...]
    index_of: dict[str, int]


def people_of(first: TranscriptRows, second: TranscriptRows, adjudicated: TranscriptRows) -> People:
    """Match the speakers of two annotations and of the adjudicated transcript.

    Speakers of the second annotation are those of the first with the most common speaking time.
    An adjudicated speaker is the person with its name; without one, the speaker of the first
    annotation with its label, of which it is a copy; else the person of the second annotation
    alone with the most common speaking time; else a person of its own.

    Args:
        first: all rows of the first annotation.
        second: all rows of the second.
        adjudicated: all rows of the adjudicated transcript; none before the adjudication.
    """
    people = _by_position(first.speakers)
    index_of = {each.id: number for number, each in enumerate(people)}
    labels = {each.label: index_of[each.id] for each in people}
    in_first = same_speakers(first, second)
    for speaker in _by_position(second.speakers):
        known = index_of.get(in_first.get(speaker.id, ""))
        index_of[speaker.id] = _index(speaker, people, [known])
    second_alone = {each: at for each, at in index_of.items() if at >= len(first.speakers)}
    in_second = same_speakers(second, adjudicated)
    for speaker in _by_position(adjudicated.speakers):
        known = second_alone.get(in_second.get(speaker.id, ""))
        choices = [_named(speaker, people), labels.get(speaker.label), known]
        index_of[speaker.id] = _index(speaker, people, choices)
    return People(tuple(people), index_of)


def _by_position(speakers: Iterable[SpeakerRow]) -> list[SpeakerRow]:
    return sorted(speakers, key=lambda each: each.position)


def _named(speaker: SpeakerRow, people: Sequence[SpeakerRow]) -> int | None:
    """Return the index of the person with the speaker's name; None if there is none."""
    name = speaker.display_name
    same = (number for number, each in enumerate(people) if name and each.display_name == name)
    return next(same, None)


def _index(speaker: SpeakerRow, people: list[SpeakerRow], choices: Sequence[int | None]) -> int:
    """Return the first known index of a speaker; add the speaker to the people if there is none."""
    for each in choices:
        if each is not None:
            return each
    people.append(speaker)
    return len(people) - 1
