"""The history of a transcript as people look at it, and the versions they name."""

from __future__ import annotations

from dataclasses import dataclass

from storage.db.database import Database
from storage.db.records import Version
from storage.history.queries import SentenceStep, TimelineEntry, timeline, utterance_history
from storage.history.versions import delete_version, list_versions, name_version
from storage.statistics.annotators import AnnotatorWork, annotators_work
from storage.statistics.quality import ReviewQuality, review_quality
from storage.transcripts.transcripts import get_transcript
from webui.services.long_reads import LongReads

TIMELINE_LENGTH = 200  # edits at once; a page asks on from the last


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A stretch of a transcript's history.

    Attributes:
        head_edit_id: the edit that the transcript stands at.
        entries: edits, the newest first.
        versions: states with names.
    """

    head_edit_id: int
    entries: tuple[TimelineEntry, ...]
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class QualityRequest:
    """A request for the machine's errors in a transcript.

    Attributes:
        transcript_id: the transcript.
    """

    transcript_id: str

    def read(self, database: Database) -> ReviewQuality:
        """Return them; raise NotFoundError if there is no such transcript."""
        with database.reading() as db:
            return review_quality(db, self.transcript_id)


class ReviewHistoryService:
    """Answers by ids; what it reads, it reads at one moment."""

    def __init__(self, database: Database, long_reads: LongReads) -> None:
        self._database = database
        self._long_reads = long_reads

    def history(self, transcript_id: str, *, before_edit_id: int | None = None) -> HistoryPage:
        """The newest edits of a transcript, or those before one of them.

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
        """All that one utterance has been through.

        Raises:
            NotFoundError: if the transcript never had it.
        """
        with self._database.reading() as db:
            return utterance_history(db, transcript_id, utterance_id)

    def annotators(self, transcript_id: str) -> tuple[AnnotatorWork, ...]:
        """Who did what to a transcript, and at what pace.

        Raises:
            NotFoundError: if there is no such transcript.
        """
        with self._database.reading() as db:
            get_transcript(db, transcript_id)
            return annotators_work(db, transcript_id)

    def quality(self, transcript_id: str) -> ReviewQuality:
        """How far the machine was from what people have verified.

        Raises:
            NotFoundError: if there is no such transcript.
        """
        quality: ReviewQuality = self._long_reads.read(QualityRequest(transcript_id), transcript_id)
        return quality

    def name_version(self, transcript_id: str, name: str, *, author: str) -> Version:
        """Give the present state of a transcript a name.

        Raises:
            NotFoundError: if there is no such transcript.
            EditRefusedError: if the name is blank or taken.
        """
        with self._database.transaction() as db:
            return name_version(db, transcript_id, name, author=author)

    def forget_version(self, transcript_id: str, name: str) -> None:
        """Take a name away; the state stays in the history.

        Raises:
            NotFoundError: if there is no such name.
        """
        with self._database.transaction() as db:
            delete_version(db, transcript_id, name)
