"""Second annotations of recordings, and their adjudication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.annotation.adjudication import Side, adoption
from storage.annotation.annotator_pairs import AnnotatorPair, annotator_pairs
from storage.annotation.comparison import Comparison, compare
from storage.annotation.second_annotations import (
    SecondAnnotation,
    StartsFrom,
    begin_adjudication,
    begin_second_annotation,
    find_second_annotation,
    get_second_annotation,
    list_second_annotations,
)
from storage.db.database import Database
from storage.history.edit_history import EditAuthor
from storage.transcripts.edit_application import edit_concurrently
from storage.transcripts.transcripts import get_transcript
from webui.services.exports.long_reads import LongReads


@dataclass(frozen=True, slots=True)
class ComparisonRequest:
    """Request for the comparison of two annotations.

    Attributes:
        transcript_id: one of their transcripts.
    """

    transcript_id: str

    def read(self, database: Database) -> Comparison:
        """Compare the annotations; raise NotFoundError if there is no second one."""
        with database.reading() as db:
            return compare(db, self.transcript_id)


@dataclass(frozen=True, slots=True)
class PairsRequest:
    """Request for the agreement of all pairs of annotators."""

    def read(self, database: Database) -> tuple[AnnotatorPair, ...]:
        """Compute the agreement of all pairs of annotators from the database."""
        with database.reading() as db:
            return annotator_pairs(db)


@dataclass(frozen=True, slots=True)
class Adoption:
    """Decision for one annotation in a passage.

    Attributes:
        side: the annotation.
        source_ids: its sentences of the passage.
        utterance_ids: sentences of the adjudicated transcript that they replace.
    """

    side: Side
    source_ids: Sequence[str]
    utterance_ids: Sequence[str]


class SecondAnnotationService:
    """Service that begins, compares and adjudicates second annotations."""

    def __init__(self, database: Database, long_reads: LongReads) -> None:
        self._database = database
        self._long_reads = long_reads

    def find(self, transcript_id: str) -> SecondAnnotation | None:
        """Return the second annotation that a transcript belongs to; None for none.

        Raises:
            NotFoundError: if there is no such transcript.
        """
        with self._database.reading() as db:
            get_transcript(db, transcript_id)
            return find_second_annotation(db, transcript_id)

    def begin(
        self, transcript_id: str, *, starts_from: StartsFrom, annotator: str
    ) -> SecondAnnotation:
        """Add a transcript for a second person.

        Raises:
            NotFoundError: if there is no such transcript.
            EditRefusedError: if it is not finished or has a second annotation.
        """
        return begin_second_annotation(
            self._database, transcript_id, starts_from=starts_from, annotator=annotator
        )

    def compare(self, transcript_id: str) -> Comparison:
        """Compare the annotations, in a child process if they are long.

        Raises:
            NotFoundError: if the transcript has no second annotation.
            LimitReachedError: if too many requests wait.
        """
        comparison: Comparison = self._long_reads.read(
            ComparisonRequest(transcript_id), transcript_id
        )
        return comparison

    def annotator_pairs(self) -> tuple[AnnotatorPair, ...]:
        """Return the agreement of all pairs of annotators, computed in a child process.

        Raises:
            LimitReachedError: if too many requests wait, or it takes too long.
        """
        with self._database.reading() as db:
            newest = list_second_annotations(db)[-1:]
        if not newest:
            return ()
        pairs: tuple[AnnotatorPair, ...] = self._long_reads.read(
            PairsRequest(), newest[0].transcript_id, is_slow=True
        )
        return pairs

    def begin_adjudication(self, transcript_id: str, *, author: str) -> SecondAnnotation:
        """Add the adjudicated transcript of both annotations, unless it exists.

        Raises:
            NotFoundError: if the transcript has no second annotation.
        """
        begin_adjudication(self._database, transcript_id, author=author)
        with self._database.reading() as db:
            return get_second_annotation(db, transcript_id)

    def adopt(
        self, transcript_id: str, decision: Adoption, *, base_revision: int, author: EditAuthor
    ) -> None:
        """Apply a decision to the adjudicated transcript; a repeated one is applied once.

        Raises:
            NotFoundError: if the transcript has no second annotation.
            EditRefusedError: if it is not the adjudicated one.
            StaleEditError: if the sentences changed after the base revision.
        """
        with self._database.reading() as db:
            request = adoption(
                db,
                transcript_id,
                side=decision.side,
                source_ids=decision.source_ids,
                utterance_ids=decision.utterance_ids,
            )
        edit_concurrently(
            self._database, transcript_id, request, author=author, base_revision=base_revision
        )
