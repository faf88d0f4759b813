"""Report of a recording: its page in a language, and its figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any  # the figures are JSON

from pipeline.formats.document import TranscriptDocument
from pipeline.formats.report.body import report_body
from pipeline.formats.report.conversation import (
    ConversationFigures,
    ConversationTurn,
    conversation_figures,
)
from pipeline.formats.report.markup import markup, tag
from pipeline.formats.report.report import report_of
from storage.db.database import Connection, Database
from storage.exports import export_document, with_default_names
from storage.library.recordings import get_recording
from storage.statistics.progress import preferred_transcript
from webui.services.exports.long_reads import LongReads
from webui.services.exports.transcript_export import ExportedFile
from webui.services.review.voice_chart import VoiceChartRequest

_SHARE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Report of a recording, rendered as HTML.

    Attributes:
        title: title of the recording.
        language: language of the texts, "zh" or "en".
        body: the report as HTML, without the bar above it.
    """

    title: str
    language: str
    body: str


@dataclass(frozen=True, slots=True)
class ReportPageRequest:
    """A request for the report of a recording as a page.

    Attributes:
        recording_id: the recording.
        language: "zh" or "en".
    """

    recording_id: str
    language: str

    def read(self, database: Database) -> ReportPage:
        """Read the transcript and render its report, which plays the relative URL `audio`."""
        with database.reading() as db:
            document = _document(db, self.recording_id)
            has_sound = get_recording(db, self.recording_id).review_audio_sha256 is not None
        report = report_of(with_default_names(document, self.language))
        sound = tag("audio", controls=True, preload="metadata", src="audio") if has_sound else None
        return ReportPage(report.title, report.language, markup(report_body(report, sound=sound)))


@dataclass(frozen=True, slots=True)
class FiguresRequest:
    """A request for the figures of a recording's report, by its id."""

    recording_id: str

    def read(self, database: Database) -> dict[str, Any]:
        """Read the transcript and return its figures as JSON values."""
        with database.reading() as db:
            document = _document(db, self.recording_id)
        return figures_view(conversation_figures(document.transcript), document)


class ReportService:
    """Service that returns reports of the preferred transcripts of recordings, by id."""

    def __init__(self, database: Database, long_reads: LongReads) -> None:
        self._database = database
        self._long_reads = long_reads

    def page(self, recording_id: str, language: str) -> ReportPage:
        """Return the report of a recording in a language.

        Raises:
            NotFoundError: if there is no such recording, or no transcript of it yet.
            LimitReachedError: if too many long transcripts are being read.
        """
        request = ReportPageRequest(recording_id, language)
        page: ReportPage = self._long_reads.read(request, self._transcript_id(recording_id))
        return page

    def figures(self, recording_id: str) -> dict[str, Any]:
        """Return the figures of a recording's report as JSON values.

        Raises:
            NotFoundError: if there is no such recording, or no transcript of it yet.
            LimitReachedError: if too many long transcripts are being read.
        """
        request = FiguresRequest(recording_id)
        figures: dict[str, Any] = self._long_reads.read(request, self._transcript_id(recording_id))
        return figures

    def voice_chart(self, request: VoiceChartRequest) -> ExportedFile:
        """Return a transcript's voice map as a file; it is drawn in a child process.

        Raises:
            NotFoundError: if there is no such transcript.
            LimitReachedError: if too many requests wait.
        """
        file: ExportedFile = self._long_reads.read(request, request.transcript_id, is_slow=True)
        return file

    def _transcript_id(self, recording_id: str) -> str:
        with self._database.reading() as db:
            return preferred_transcript(db, recording_id).transcript_id


def figures_view(figures: ConversationFigures, document: TranscriptDocument) -> dict[str, Any]:
    """Return the figures of a transcript as JSON values."""
    names = dict(document.given_names)
    return {
        "title": document.title,
        "created_at": None if document.created_at is None else document.created_at.isoformat(),
        "duration_ms": figures.duration_ms,
        "num_sentences": len(document.transcript.sentences),
        "num_verified": document.num_verified,
        "num_turns": len(figures.turns),
        "mean_turn_ms": round(figures.mean_turn_ms),
        "longest_turn": _turn_view(figures.longest_turn),
        "num_overlaps": len(figures.overlaps),
        "overlap_ms": figures.overlap_ms,
        "silence_ms": figures.silence_ms,
        "pace_unit": "words" if figures.counts_words else "characters",
        "speakers": [
            {
                "label": each.speaker,
                "name": names.get(each.speaker or ""),
                "talk_ms": each.talk_ms,
                "share": round(each.share, _SHARE_DIGITS),
                "num_turns": each.num_turns,
                "longest_turn": _turn_view(each.longest),
                "pace": None if each.pace is None else round(each.pace, 1),
                "spoken": [[part.start_ms, part.end_ms] for part in parts],
            }
            for each, parts in zip(figures.speakers, figures.spoken, strict=True)
        ],
        "overlaps": [[each.start_ms, each.end_ms] for each in figures.overlaps],
        "followed": [list(row) for row in figures.followed],
        "periods": [
            {"start_ms": each.start_ms, "end_ms": each.end_ms, "talk_ms": list(each.talk_ms)}
            for each in figures.periods
        ],
    }


def _turn_view(turn: ConversationTurn | None) -> dict[str, Any] | None:
    if turn is None:
        return None
    return {"start_ms": turn.start_ms, "end_ms": turn.end_ms, "speaker": turn.speaker}


def _document(db: Connection, recording_id: str) -> TranscriptDocument:
    transcript_id = preferred_transcript(db, recording_id).transcript_id
    return export_document(db, transcript_id, with_rejected=False)
