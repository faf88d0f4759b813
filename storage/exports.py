"""Conversion of stored transcripts to the documents that the export formats write."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from enum import Enum

from pipeline.core.provenance import Provenance
from pipeline.core.transcript import Sentence, SpeakerTurn, Transcript
from pipeline.formats.document import TranscriptDocument
from storage.db.database import Connection
from storage.db.records import TranscriptRecord, UtteranceStatus
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
) -> TranscriptDocument:
    """Return a transcript as a document, always with the current speaker names.

    Args:
        db: inside a reading block.
        transcript_id: the transcript.
        version: the current state or the machine's result.
        verified_only: include only sentences verified by now; in the machine's version with the
            machine's text. The turns are then those of the sentences.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    record = get_transcript(db, transcript_id)
    run, recording = get_run(db, record.run_id), get_recording(db, record.recording_id)
    verified = _verified_ids(db, transcript_id)
    wanted = verified if verified_only else None
    is_machine = version is TranscriptVersion.MACHINE
    speakers = list_speakers(db, transcript_id)
    return TranscriptDocument(
        title=recording.title,
        transcript=(
            _machine_transcript(db, record, wanted)
            if is_machine
            else _current_transcript(db, transcript_id, wanted)
        ),
        provenance=Provenance(run.models, run.options, run.software_version),
        given_names=tuple(
            (each.label, each.display_name) for each in speakers if each.display_name
        ),
        speaker_order=tuple(each.label for each in speakers),
        created_at=recording.created_at,
        num_verified=None if is_machine else len(verified),
    )


def _verified_ids(db: Connection, transcript_id: str) -> frozenset[str]:
    return frozenset(
        each.utterance_id
        for each in list_utterances(db, transcript_id)
        if each.status is UtteranceStatus.VERIFIED
    )


def _current_transcript(
    db: Connection, transcript_id: str, wanted: Collection[str] | None
) -> Transcript:
    transcript = head_transcript(db, transcript_id)
    if wanted is None:
        return transcript
    utterances = list_utterances(db, transcript_id)  # in the order of the sentences
    sentences = tuple(
        sentence
        for utterance, sentence in zip(utterances, transcript.sentences, strict=True)
        if utterance.utterance_id in wanted
    )
    return replace(transcript, sentences=sentences, turns=())


def _machine_transcript(
    db: Connection, record: TranscriptRecord, wanted: Collection[str] | None
) -> Transcript:
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
            if wanted is None or each.id in wanted
        ),
        turns=tuple(
            SpeakerTurn(each.start_ms, each.end_ms, labels[each.speaker_id])
            for each in turns
            if wanted is None
        ),
    )


def with_default_names(document: TranscriptDocument, language: str = "") -> TranscriptDocument:
    """Return a document with default names ("Speaker 3") for unnamed speakers, as on the page.

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
