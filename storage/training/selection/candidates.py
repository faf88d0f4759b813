"""Reading of the utterances that may be exported as training data."""

from __future__ import annotations

from collections.abc import Iterator

from storage.db.database import Connection
from storage.db.records import Recording, TranscriptRecord, Utterance
from storage.history.edit_history import MACHINE
from storage.library.runs import get_run
from storage.training.selection.lineage import Lineage, first_rows
from storage.training.selection.machine_text import MachineTranscript
from storage.training.selection.rows import (
    Candidate,
    Source,
    TrainingSpeaker,
    training_speaker,
    unknown_speaker,
)
from storage.transcripts.transcripts import list_speakers, list_utterances


def read_source(db: Connection, recording: Recording, record: TranscriptRecord) -> Source:
    """Return the recording, models and software version from which a transcript originates."""
    run = get_run(db, record.run_id)
    return Source(
        recording_id=recording.recording_id,
        title=recording.title,
        audio_sha256=recording.audio_sha256,
        duration_ms=recording.duration_ms or 0,
        transcript_id=record.transcript_id,
        head_edit_id=record.head_edit_id,
        language=recording.language or record.language,
        models=run.models,
        software_version=run.software_version,
    )


def find_candidates(db: Connection, source: Source, lineage: Lineage) -> Iterator[Candidate]:
    """Yield the utterances that start before the end of the audio, sorted by time."""
    speakers = {
        each.speaker_id: training_speaker(
            name=each.display_name, label=each.label, speaker_row_id=each.speaker_id
        )
        for each in list_speakers(db, source.transcript_id)
    }
    unknown = unknown_speaker(source.recording_id)
    for utterance in list_utterances(db, source.transcript_id):
        speaker = unknown if utterance.speaker_id is None else speakers[utterance.speaker_id]
        if utterance.start_ms < source.duration_ms:
            yield _candidate(utterance, source, speaker, lineage)


def machine_transcript(db: Connection, lineage: Lineage) -> MachineTranscript | None:
    """Return the utterances as the machine created them; None for an imported transcript."""
    if lineage.root.kind != MACHINE:
        return None
    return MachineTranscript(first_rows(db, lineage).utterances)


def tokens_json_of(db: Connection, transcript_id: str) -> dict[str, str]:
    """Return {utterance id: tokens as stored JSON} of a transcript."""
    return dict(
        db.execute(
            "SELECT id, tokens_json FROM utterances WHERE transcript_id = ?", [transcript_id]
        )
    )


def _candidate(
    utterance: Utterance, source: Source, speaker: TrainingSpeaker, lineage: Lineage
) -> Candidate:
    return Candidate(
        start_ms=utterance.start_ms,
        end_ms=min(utterance.end_ms, source.duration_ms),
        source=source,
        utterance_id=utterance.utterance_id,
        speaker=speaker,
        text=utterance.text,
        status=utterance.status,
        is_edited=utterance.is_edited,
        reviewed_by=utterance.reviewed_by,
        last_edit=lineage.last_edit_of(utterance.utterance_id),
    )
