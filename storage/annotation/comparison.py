"""Comparison of two annotations for their adjudication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.annotation.agreement import Agreement, Passage, agreement, passages, same_speakers
from storage.annotation.second_annotations import SecondAnnotation, get_second_annotation
from storage.db.database import Connection
from storage.db.row_changes import SpeakerRow, TranscriptRows, UtteranceRow
from storage.db.transcript_rows import all_rows
from storage.statistics.annotators import annotators_work
from storage.transcripts.transcripts import get_transcript


@dataclass(frozen=True, slots=True)
class Comparison:
    """Comparison of two annotations, with the rows of the adjudicated transcript.

    Attributes:
        pair: the annotations and the adjudicated transcript.
        first_annotators: names of the people who edited the first annotation.
        revision: of the adjudicated transcript; None before the adjudication.
        agreement: agreement measures of both annotations.
        passages: all passages, by start.
        sentences: every utterance of a passage, by id.
        speakers: speakers of both annotations, one entry per person; those of the first come first.
        speaker_of: {speaker id of any of the three transcripts: index in `speakers`}.
    """

    pair: SecondAnnotation
    first_annotators: tuple[str, ...]
    revision: int | None
    agreement: Agreement
    passages: tuple[Passage, ...]
    sentences: dict[str, UtteranceRow]
    speakers: tuple[SpeakerRow, ...]
    speaker_of: dict[str, int]


def compare(db: Connection, transcript_id: str) -> Comparison:
    """Compare the first and the second annotation of the pair that a transcript belongs to.

    Raises:
        NotFoundError: if it belongs to no second annotation.
    """
    pair = get_second_annotation(db, transcript_id)
    first, second = all_rows(db, pair.first_id), all_rows(db, pair.transcript_id)
    adjudicated, revision = TranscriptRows(), None
    if pair.adjudicated_id is not None:
        adjudicated = all_rows(db, pair.adjudicated_id)
        revision = get_transcript(db, pair.adjudicated_id).revision
    speakers, speaker_of = _people(first, second, adjudicated)
    return Comparison(
        pair=pair,
        first_annotators=tuple(each.author for each in annotators_work(db, pair.first_id)),
        revision=revision,
        agreement=agreement(
            first, second, duration_ms=get_transcript(db, pair.first_id).duration_ms
        ),
        passages=passages(first, second, adjudicated),
        sentences={
            each.id: each for rows in (first, second, adjudicated) for each in rows.utterances
        },
        speakers=speakers,
        speaker_of=speaker_of,
    )


def _people(
    first: TranscriptRows, second: TranscriptRows, adjudicated: TranscriptRows
) -> tuple[tuple[SpeakerRow, ...], dict[str, int]]:
    """Return one row per person of both annotations, and its index by speaker id."""
    people = sorted(first.speakers, key=lambda each: each.position)
    index_of = {each.id: number for number, each in enumerate(people)}
    same = same_speakers(first, second)
    for speaker in sorted(second.speakers, key=lambda each: each.position):
        if speaker.id in same:
            index_of[speaker.id] = index_of[same[speaker.id]]
        else:
            index_of[speaker.id] = len(people)
            people.append(speaker)
    for speaker in adjudicated.speakers:
        index_of[speaker.id] = _index_of_copy(speaker, people)
    return tuple(people), index_of


def _index_of_copy(speaker: SpeakerRow, people: Sequence[SpeakerRow]) -> int:
    """Return the index of the person with the speaker's label, else with its name."""
    labels = [each.label for each in people]
    names = [each.display_name for each in people]
    if speaker.display_name in names and speaker.display_name:
        return names.index(speaker.display_name)
    return labels.index(speaker.label) if speaker.label in labels else 0
