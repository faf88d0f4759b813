"""Writing of machine transcripts and reading of stored transcripts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from storage.db.database import Connection
from storage.db.errors import NotFoundError
from storage.db.hidden_recordings import IS_VISIBLE
from storage.db.recording_changes import among
from storage.db.records import (
    PipelineRun,
    Speaker,
    TranscriptRecord,
    TranscriptSize,
    Turn,
    Utterance,
    UtteranceStatus,
)
from storage.db.values import (
    new_id,
    now_text,
    read_time,
    read_tokens,
)
from storage.history.edit_history import begin_history
from storage.transcripts.machine_rows import rows_of_transcript
from storage.transcripts.reviewed_turns import reviewed_turns

_IS_VISIBLE = IS_VISIBLE.format(column="recording_id")
_STATUSES = {status.value: status for status in UtteranceStatus}


def save_machine_transcript(
    db: Connection, run: PipelineRun, transcript: Transcript
) -> TranscriptRecord:
    """Save the result of a run as a new transcript; others of the recording stay.

    Args:
        db: inside a transaction.
        run: the run that created it.
        transcript: its result.
    """
    transcript_id = add_transcript(db, run, transcript)
    begin_history(db, transcript_id, rows_of_transcript(transcript))
    return get_transcript(db, transcript_id)


def add_transcript(db: Connection, run: PipelineRun, transcript: Transcript) -> str:
    """Insert a transcript without speakers, utterances and turns.

    Returns:
        Its id, for `begin_history`.
    """
    transcript_id = new_id()
    db.table("transcripts").insert(
        {
            "id": transcript_id,
            "recording_id": run.recording_id,
            "run_id": run.run_id,
            "duration_ms": int(transcript.duration_ms),
            "language": transcript.language,
            "created_at": now_text(),
        }
    )
    return transcript_id


def copy_transcript_row(
    db: Connection,
    source: TranscriptRecord,
    *,
    transcript_id: str,
    recording_id: str,
    run_id: str,
    is_new: bool = False,
) -> None:
    """Insert a copy of a transcript's record, without speakers, utterances, turns and edits.

    Args:
        db: inside a transaction.
        source: record of the transcript.
        transcript_id: id of the copy, for `begin_history`.
        recording_id: recording of the copy.
        run_id: run of the copy.
        is_new: whether it was created now, instead of at the same time as the source.
    """
    created_at = now_text() if is_new else None
    db.execute(
        "INSERT INTO transcripts (id, recording_id, run_id, duration_ms, language, created_at) "
        "SELECT ?, ?, ?, duration_ms, language, ifnull(?, created_at) FROM transcripts "
        "WHERE id = ?",
        [transcript_id, recording_id, run_id, created_at, source.transcript_id],
    )


def head_transcript(db: Connection, transcript_id: str) -> Transcript:
    """Return the current state of a transcript, with all edits that are not undone.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    record = get_transcript(db, transcript_id)
    labels = {each.speaker_id: each.label for each in list_speakers(db, transcript_id)}
    tokens = utterance_tokens(db, transcript_id)
    utterances = list_utterances(db, transcript_id)
    return Transcript(
        duration_ms=record.duration_ms,
        language=record.language,
        sentences=tuple(
            Sentence(
                each.start_ms,
                each.end_ms,
                each.text,
                tokens[each.utterance_id],
                None if each.speaker_id is None else labels[each.speaker_id],
            )
            for each in utterances
        ),
        turns=tuple(
            SpeakerTurn(each.start_ms, each.end_ms, labels[each.speaker_id])
            for each in reviewed_turns(list_turns(db, transcript_id), utterances)
        ),
    )


def get_transcript(db: Connection, transcript_id: str) -> TranscriptRecord:
    """Return the record of a transcript, without its speakers, utterances and turns.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    found = db.query(f"SELECT * FROM transcripts WHERE id = ? AND {_IS_VISIBLE}", [transcript_id])
    record = next(map(transcript_from_row, found), None)
    if record is None:
        raise NotFoundError(
            f"There is no transcript {transcript_id!r}; its recording may have been deleted."
        )
    return record


def list_transcripts(db: Connection, recording_id: str) -> tuple[TranscriptRecord, ...]:
    """Return the records of all transcripts of a recording, the newest first."""
    found = db.query(
        "SELECT * FROM transcripts WHERE recording_id = ? ORDER BY created_at DESC, rowid DESC",
        [recording_id],
    )
    return tuple(map(transcript_from_row, found))


def list_heads(db: Connection) -> tuple[tuple[str, int], ...]:
    """Return the id and the current edit of each transcript of a visible recording."""
    found = db.execute(f"SELECT id, head_edit_id FROM transcripts WHERE {_IS_VISIBLE} ORDER BY id")
    return tuple((transcript_id, edit_id) for transcript_id, edit_id in found)


def list_speakers(db: Connection, transcript_id: str) -> tuple[Speaker, ...]:
    """Return the speakers of a transcript in order of first appearance."""
    found = db.query(
        "SELECT * FROM speakers WHERE transcript_id = ? ORDER BY position", [transcript_id]
    )
    return tuple(
        Speaker(row["id"], row["position"], row["label"], row["display_name"]) for row in found
    )


def list_utterances(db: Connection, transcript_id: str) -> tuple[Utterance, ...]:
    """Return the utterances of a transcript, sorted by time."""
    return utterances_where(db, "transcript_id = ?", [transcript_id])


def utterances_where(
    db: Connection, condition: str, parameters: Sequence[object]
) -> tuple[Utterance, ...]:
    """Return the utterances that satisfy an SQL condition, never user input, sorted by time."""
    found = db.execute(
        "SELECT start_ms, end_ms, id, position, speaker_id, text, status, is_edited, reviewed_by, "
        f"is_flagged, comment FROM utterances WHERE {condition} ORDER BY start_ms, position, id",
        list(parameters),
    )
    return tuple(map(_utterance, found))


def utterance_tokens(db: Connection, transcript_id: str) -> dict[str, tuple[Token, ...]]:
    """Return {utterance id: tokens sorted by start} of a transcript."""
    found = db.execute(
        "SELECT id, tokens_json FROM utterances WHERE transcript_id = ?", [transcript_id]
    )
    return {utterance_id: read_tokens(tokens_json) for utterance_id, tokens_json in found}


def list_turns(db: Connection, transcript_id: str) -> tuple[Turn, ...]:
    """Return the stored speaker turns, uncorrected by edits of utterances (`reviewed_turns`)."""
    found = db.query(
        "SELECT * FROM turns WHERE transcript_id = ? ORDER BY start_ms, position",
        [transcript_id],
    )
    return tuple(
        Turn(row["start_ms"], row["end_ms"], row["position"], row["speaker_id"]) for row in found
    )


def transcript_sizes(
    db: Connection, recording_ids: Collection[str] | None = None
) -> dict[str, TranscriptSize]:
    """Return {transcript id: numbers of speakers and utterances}, of some recordings or of all."""
    is_wanted, parameters = among("recording_id", recording_ids)
    found = db.execute(
        "SELECT id, (SELECT count(*) FROM speakers WHERE transcript_id = transcripts.id), "
        "(SELECT count(*) FROM utterances WHERE transcript_id = transcripts.id) "
        f"FROM transcripts WHERE {is_wanted}",
        parameters,
    )
    return {
        transcript_id: TranscriptSize(num_speakers, num_utterances)
        for transcript_id, num_speakers, num_utterances in found
    }


def _utterance(values: tuple[Any, ...]) -> Utterance:  # Any: column values
    start_ms, end_ms, utterance_id, position, speaker_id, text, status, *review = values
    is_edited, reviewed_by, is_flagged, comment = review
    return Utterance(
        start_ms,
        end_ms,
        utterance_id,
        position,
        speaker_id,
        text,
        _STATUSES[status],
        bool(is_edited),
        reviewed_by,
        bool(is_flagged),
        comment,
    )


def transcript_from_row(row: dict[str, Any]) -> TranscriptRecord:  # Any: column values
    """Convert a row of the table `transcripts` to a record."""
    return TranscriptRecord(
        transcript_id=row["id"],
        recording_id=row["recording_id"],
        run_id=row["run_id"],
        duration_ms=row["duration_ms"],
        language=row["language"],
        created_at=read_time(row["created_at"]),
        head_edit_id=row["head_edit_id"],
        revision=row["revision"],
    )
