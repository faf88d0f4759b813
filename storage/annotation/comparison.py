"""Comparison of two annotations for their adjudication."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.text.text_differences import MarkedSentence, mark_differences
from storage.annotation.agreement import Agreement, Passage, agreement, passages
from storage.annotation.people import people_of
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
        parts: text of the annotations' utterances in passages that differ, by id, divided where
            equal and different text meet.
        speakers: one speaker per person; those of the first annotation come first.
        speaker_of: {speaker id of any of the three transcripts: index in `speakers`}.
    """

    pair: SecondAnnotation
    first_annotators: tuple[str, ...]
    revision: int | None
    agreement: Agreement
    passages: tuple[Passage, ...]
    sentences: dict[str, UtteranceRow]
    parts: dict[str, MarkedSentence]
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
    people = people_of(first, second, adjudicated)
    found = passages(first, second, adjudicated)
    sentences = {each.id: each for rows in (first, second, adjudicated) for each in rows.utterances}
    return Comparison(
        pair=pair,
        first_annotators=tuple(each.author for each in annotators_work(db, pair.first_id)),
        revision=revision,
        agreement=agreement(
            first, second, duration_ms=get_transcript(db, pair.first_id).duration_ms
        ),
        passages=found,
        sentences=sentences,
        parts=_parts(found, sentences),
        speakers=people.rows,
        speaker_of=people.index_of,
    )


def _parts(
    found: Iterable[Passage], sentences: Mapping[str, UtteranceRow]
) -> dict[str, MarkedSentence]:
    parts: dict[str, MarkedSentence] = {}
    for passage in found:
        if passage.differs_in:
            sides = (passage.first, passage.second)
            texts = ([sentences[each].text for each in side] for side in sides)
            for ids, marked in zip(sides, mark_differences(*texts), strict=True):
                parts.update(zip(ids, marked, strict=True))
    return parts
