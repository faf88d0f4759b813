"""Conversion of stored transcripts to the documents that the export formats write."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from pipeline.core.intervals import merge_close, subtract
from pipeline.core.provenance import Provenance
from pipeline.core.transcript import Sentence, SpeakerTurn, Transcript
from pipeline.formats.document import TranscriptDocument
from storage.db.database import Connection
from storage.db.records import TranscriptRecord, Utterance, UtteranceStatus
from storage.edit_plans.default_names import NUMBERED_NAMES
from storage.history.live_log import original_rows
from storage.library.recordings import get_recording
from storage.library.runs import get_run
from storage.transcripts.transcripts import (
    get_transcript,
    head_transcript,
    list_speakers,
    list_utterances,
)


class TranscriptVersion(str, Enum):
    """Version of a transcript to export: reviewed by people, or unedited from the machine."""

    REVIEWED = "reviewed"  # the current state
    MACHINE = "machine"  # the machine's result without edits


def export_document(
    db: Connection,
    transcript_id: str,
    *,
    version: TranscriptVersion = TranscriptVersion.REVIEWED,
    verified_only: bool = False,
    with_rejected: bool = True,
) -> TranscriptDocument:
    """Convert a transcript to a document for export, always with the current speaker names.

    Args:
        db: inside a reading block.
        transcript_id: the transcript.
        version: the current state or the machine's result.
        verified_only: include only sentences that are currently verified; the machine's version
            has the machine's text of them. The turns are then those of the sentences.
        with_rejected: include sentences that people rejected, and the turns during them.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    record = get_transcript(db, transcript_id)
    run, recording = get_run(db, record.run_id), get_recording(db, record.recording_id)
    utterances = list_utterances(db, transcript_id)
    verified = _ids_with(utterances, UtteranceStatus.VERIFIED)
    rejected = frozenset[str]()
    if not with_rejected:
        rejected = _ids_with(utterances, UtteranceStatus.REJECTED)
    choice = _Choice(verified if verified_only else None, rejected)
    is_machine = version is TranscriptVersion.MACHINE
    speakers = list_speakers(db, transcript_id)
    transcript = (
        _machine_transcript(db, record, choice)
        if is_machine
        else _current_transcript(db, transcript_id, choice)
    )
    return TranscriptDocument(
        title=recording.title,
        transcript=_without_turns_during(
            transcript, [each for each in utterances if each.utterance_id in rejected]
        ),
        provenance=Provenance(run.models, run.options, run.software_version),
        given_names=tuple(
            (each.label, each.display_name) for each in speakers if each.display_name
        ),
        speaker_order=tuple(each.label for each in speakers),
        created_at=recording.created_at,
        num_verified=None if is_machine else len(verified),
    )


@dataclass(frozen=True, slots=True)
class _Choice:
    """Selection of the sentences of an export, by id.

    Attributes:
        only: ids to include; None for all sentences and the stored speaker turns.
        left_out: ids to exclude.
    """

    only: Collection[str] | None
    left_out: Collection[str]

    def has(self, utterance_id: str) -> bool:
        """Return whether the export includes a sentence."""
        is_wanted = self.only is None or utterance_id in self.only
        return is_wanted and utterance_id not in self.left_out


def _ids_with(utterances: Sequence[Utterance], status: UtteranceStatus) -> frozenset[str]:
    return frozenset(each.utterance_id for each in utterances if each.status is status)


def _without_turns_during(transcript: Transcript, rejected: Sequence[Utterance]) -> Transcript:
    """Return a transcript without the parts of turns that only rejected sentences overlap."""
    if not rejected:
        return transcript
    removed = subtract(merge_close(rejected), merge_close(transcript.sentences))
    turns = [
        SpeakerTurn(piece.start_ms, piece.end_ms, turn.speaker)
        for turn in transcript.turns
        for piece in subtract([turn], removed)
    ]
    return replace(transcript, turns=tuple(sorted(turns, key=lambda each: each.start_ms)))


def _current_transcript(db: Connection, transcript_id: str, choice: _Choice) -> Transcript:
    transcript = head_transcript(db, transcript_id)
    utterances = list_utterances(db, transcript_id)  # in the order of the sentences
    sentences = tuple(
        sentence
        for utterance, sentence in zip(utterances, transcript.sentences, strict=True)
        if choice.has(utterance.utterance_id)
    )
    turns = transcript.turns if choice.only is None else ()
    return replace(transcript, sentences=sentences, turns=turns)


def _machine_transcript(db: Connection, record: TranscriptRecord, choice: _Choice) -> Transcript:
    rows = original_rows(db, record.transcript_id)
    labels = {each.id: each.label for each in rows.speakers}
    utterances = sorted(rows.utterances, key=lambda each: (each.start_ms, each.position, each.id))
    turns = sorted(rows.turns, key=lambda each: (each.start_ms, each.position))
    return Transcript(
        duration_ms=record.duration_ms,
        language=record.language,
        sentences=tuple(
            Sentence(
                each.start_ms,
                each.end_ms,
                each.text,
                each.tokens,
                None if each.speaker_id is None else labels[each.speaker_id],
            )
            for each in utterances
            if choice.has(each.id)
        ),
        turns=tuple(
            SpeakerTurn(each.start_ms, each.end_ms, labels[each.speaker_id])
            for each in turns
            if choice.only is None
        ),
    )


def with_default_names(document: TranscriptDocument, language: str = "") -> TranscriptDocument:
    """Return a document in which unnamed speakers have default names ("Speaker 3").

    Args:
        document: the stored document.
        language: of the default names, "zh" or "en"; "" for the language of the transcript.
    """
    if language not in NUMBERED_NAMES:
        spoken = document.transcript.language
        language = "zh" if not spoken or spoken.startswith(("zh", "yue")) else "en"
    return replace(document, numbered_name=NUMBERED_NAMES[language], reader_language=language)


def without_empty_sentences(document: TranscriptDocument) -> TranscriptDocument:
    """Return a document without sentences that have no text."""
    transcript = document.transcript
    sentences = tuple(each for each in transcript.sentences if each.text.strip())
    return replace(document, transcript=replace(transcript, sentences=sentences))
