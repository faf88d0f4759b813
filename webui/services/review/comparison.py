"""Comparison of two transcripts of a recording."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.text.transcript_comparison import Comparison, TimedText, compare_transcripts
from storage.db.database import Connection, Database
from storage.db.errors import NotFoundError
from storage.db.records import PipelineRun, Recording, Speaker, TranscriptRecord, Utterance
from storage.library.recordings import get_recording
from storage.library.runs import get_run
from storage.transcripts.transcripts import get_transcript, list_speakers, list_utterances
from webui.services.exports.long_reads import LongReads


@dataclass(frozen=True, slots=True)
class ComparedTranscript:
    """Transcript of a comparison, with its run, utterances and speakers.

    Attributes:
        record: row of the transcript.
        run: run that produced it.
        utterances: in order of time.
        speakers: in order of first appearance.
    """

    record: TranscriptRecord
    run: PipelineRun
    utterances: tuple[Utterance, ...]
    speakers: tuple[Speaker, ...]


@dataclass(frozen=True, slots=True)
class ComparedTranscripts:
    """Two transcripts of a recording with their differences.

    Attributes:
        recording: row of the recording.
        first: the reference transcript.
        second: the transcript compared with it.
        comparison: their rows side by side.
    """

    recording: Recording
    first: ComparedTranscript
    second: ComparedTranscript
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class ComparisonRequest:
    """Request for the comparison of two transcripts of a recording.

    Attributes:
        first_id: the reference transcript.
        second_id: the transcript compared with it.
    """

    first_id: str
    second_id: str

    def read(self, database: Database) -> ComparedTranscripts:
        """Compare the current texts of the transcripts; raise NotFoundError as the service does."""
        with database.reading() as db:
            first, second = (_read(db, each) for each in (self.first_id, self.second_id))
            if first.record.recording_id != second.record.recording_id:
                raise NotFoundError("These transcripts are of different recordings.")
            recording = get_recording(db, first.record.recording_id)
        comparison = compare_transcripts(_texts(first), _texts(second))
        return ComparedTranscripts(recording, first, second, comparison)


class ComparisonService:
    """Service that compares transcripts of the same recording."""

    def __init__(self, long_reads: LongReads) -> None:
        self._long_reads = long_reads

    def compare(self, first_id: str, second_id: str) -> ComparedTranscripts:
        """Compare the current texts of two transcripts, in a child process if they are long.

        Raises:
            NotFoundError: if one does not exist, or they are of different recordings.
            LimitReachedError: if too many requests wait, or it takes too long.
        """
        compared: ComparedTranscripts = self._long_reads.read(
            ComparisonRequest(first_id, second_id), first_id, second_id
        )
        return compared


def _read(db: Connection, transcript_id: str) -> ComparedTranscript:
    record = get_transcript(db, transcript_id)
    return ComparedTranscript(
        record=record,
        run=get_run(db, record.run_id),
        utterances=list_utterances(db, transcript_id),
        speakers=list_speakers(db, transcript_id),
    )


def _texts(transcript: ComparedTranscript) -> list[TimedText]:
    return [TimedText(each.start_ms, each.end_ms, each.text) for each in transcript.utterances]
