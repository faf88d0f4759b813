"""Edit history, named versions and statistics of a transcript."""

from __future__ import annotations

from dataclasses import dataclass

from storage.db.database import Database
from storage.db.records import Version
from storage.history.queries import (
    SentenceStep,
    TimelineEntry,
    former_speakers,
    timeline,
    utterance_history,
)
from storage.history.versions import delete_version, list_versions, name_version
from storage.statistics.annotators import AnnotatorWork, annotators_work
from storage.statistics.quality import ReviewQuality, review_quality
from storage.transcripts.transcripts import get_transcript
from webui.services.exports.long_reads import LongReads

TIMELINE_LENGTH = 200  # edits per page; the next request continues after the last


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of a transcript's edit history, with its named versions.

    Attributes:
        head_edit_id: the edit of the current state.
        entries: edits, the newest first.
        versions: named versions.
    """

    head_edit_id: int
    entries: tuple[TimelineEntry, ...]
    versions: tuple[Version, ...]

    @property
    def has_older(self) -> bool:
        """Whether there are edits before the last one of the page."""
        return bool(self.entries) and self.entries[-1].edit.parent_id is not None


@dataclass(frozen=True, slots=True)
class QualityRequest:
    """Request for the automatic transcription's error rates on verified utterances.

    Attributes:
        transcript_id: the transcript.
    """

    transcript_id: str

    def read(self, database: Database) -> ReviewQuality:
        """Compute the error rates; raise NotFoundError if there is no such transcript."""
        with database.reading() as db:
            return review_quality(db, self.transcript_id)


class ReviewHistoryService:
    """Service for the edit history, versions and statistics of a transcript, by id."""

    def __init__(self, database: Database, long_reads: LongReads) -> None:
        self._database = database
        self._long_reads = long_reads

    def history(self, transcript_id: str, *, before_edit_id: int | None = None) -> HistoryPage:
        """Return the newest edits of a transcript, or those before a given one.

        Raises:
            NotFoundError: if there is no such transcript.
        """
        with self._database.reading() as db:
            return HistoryPage(
                get_transcript(db, transcript_id).head_edit_id,
                timeline(db, transcript_id, limit=TIMELINE_LENGTH, before_edit_id=before_edit_id),
                list_versions(db, transcript_id),
            )

    def life(self, transcript_id: str, utterance_id: str) -> tuple[SentenceStep, ...]:
        """Return all edits of one utterance, with its content before and after each.

        Raises:
            NotFoundError: if the transcript never had it.
        """
        with self._database.reading() as db:
            return utterance_history(db, transcript_id, utterance_id)

    def former_speakers(self, transcript_id: str) -> dict[str, str]:
        """Return the speakers that utterances had before people assigned other ones.

        Raises:
            NotFoundError: if there is no such transcript.
        """
        with self._database.reading() as db:
            return former_speakers(db, transcript_id)

    def annotators(self, transcript_id: str) -> tuple[AnnotatorWork, ...]:
        """Return the amount of work and the speed of each annotator.

        Raises:
            NotFoundError: if there is no such transcript.
        """
        with self._database.reading() as db:
            get_transcript(db, transcript_id)
            return annotators_work(db, transcript_id)

    def quality(self, transcript_id: str) -> ReviewQuality:
        """Return the automatic transcription's error rates on verified utterances.

        Raises:
            NotFoundError: if there is no such transcript.
        """
        quality: ReviewQuality = self._long_reads.read(QualityRequest(transcript_id), transcript_id)
        return quality

    def name_version(self, transcript_id: str, name: str, *, author: str) -> Version:
        """Name the current version of a transcript.

        Raises:
            NotFoundError: if there is no such transcript.
            EditRefusedError: if the name is blank or taken.
        """
        with self._database.transaction() as db:
            return name_version(db, transcript_id, name, author=author)

    def delete_version_name(self, transcript_id: str, name: str) -> None:
        """Remove a version's name without changing the transcript or its history.

        Raises:
            NotFoundError: if there is no such name.
        """
        with self._database.transaction() as db:
            delete_version(db, transcript_id, name)
