"""Review progress of recordings, computed from their rows and never stored."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from storage.db.database import Connection
from storage.db.errors import NotFoundError
from storage.db.recording_changes import among
from storage.db.records import TranscriptRecord, UtteranceStatus
from storage.history.live_log import unfinished_transcripts
from storage.transcripts.transcripts import get_transcript, transcript_from_row


class RecordingStatus(str, Enum):
    """Review status of a recording."""

    NEW = "new"
    TRANSCRIBED = "transcribed"
    IN_REVIEW = "in_review"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class ReviewProgress:
    """Review progress of a transcript.

    Attributes:
        num_utterances: number of utterances.
        num_verified: number of verified utterances.
        num_rejected: number of rejected utterances.
        is_edited: whether its head is not the root edit.
        is_finished: whether its run is done.
    """

    num_utterances: int = 0
    num_verified: int = 0
    num_rejected: int = 0
    is_edited: bool = False
    is_finished: bool = True

    @property
    def percent(self) -> int:
        """Percentage of verified utterances among those not rejected, rounded down."""
        in_use = self.num_utterances - self.num_rejected
        if in_use == 0:
            return 100 if self.num_rejected else 0
        return 100 * self.num_verified // in_use

    @property
    def status(self) -> RecordingStatus:
        """Review status of a recording with this default transcript."""
        if self.is_finished and self.percent == 100:  # noqa: PLR2004 - per cent
            return RecordingStatus.VERIFIED
        is_begun = self.is_edited or self.num_verified or self.num_rejected
        return RecordingStatus.IN_REVIEW if is_begun else RecordingStatus.TRANSCRIBED


def review_progress(
    db: Connection, recording_ids: Collection[str] | None = None
) -> dict[str, ReviewProgress]:
    """Return {transcript id: review progress} of some recordings or of all."""
    is_wanted, parameters = among("recording_id", recording_ids)
    counts: dict[str, dict[str, int]] = {}
    for transcript_id, status, count in db.execute(
        "SELECT transcript_id, status, count(*) FROM utterances INDEXED BY utterances_status "
        f"WHERE transcript_id IN (SELECT id FROM transcripts WHERE {is_wanted}) "
        "GROUP BY transcript_id, status",
        parameters,
    ):
        counts.setdefault(transcript_id, {})[status] = count
    edited, unfinished = _edited(db, recording_ids), _unfinished(db, recording_ids)
    progress = {}
    for (transcript_id,) in db.execute(
        f"SELECT id FROM transcripts WHERE {is_wanted}", parameters
    ).fetchall():
        found = counts.get(transcript_id, {})
        progress[transcript_id] = ReviewProgress(
            num_utterances=sum(found.values()),
            num_verified=found.get(UtteranceStatus.VERIFIED.value, 0),
            num_rejected=found.get(UtteranceStatus.REJECTED.value, 0),
            is_edited=transcript_id in edited,
            is_finished=transcript_id not in unfinished,
        )
    return progress


def preferred_transcripts(
    db: Connection, recording_ids: Collection[str] | None = None
) -> dict[str, TranscriptRecord]:
    """Return {recording id: the transcript to open by default} of some recordings or of all.

    It is the chosen transcript; else the one edited last; else the newest finished one. So a newer
    machine transcript never hides a reviewed one, nor an unfinished one a finished one. A second
    person's annotation is the last choice.
    """
    is_wanted, parameters = among("transcripts.recording_id", recording_ids)
    preferred = db.query(
        "SELECT * FROM (SELECT transcripts.*, row_number() OVER ("
        "PARTITION BY transcripts.recording_id ORDER BY chosen.transcript_id IS NOT NULL DESC, "
        "transcripts.id IN (SELECT transcript_id FROM second_annotations), "
        "parent_id IS NOT NULL DESC, iif(parent_id IS NULL, 0, revision) DESC, "
        "transcripts.id IN (SELECT value FROM json_each(?)), "
        "transcripts.created_at DESC, transcripts.rowid DESC) AS place "
        "FROM transcripts LEFT JOIN edits ON edits.id = head_edit_id "
        "LEFT JOIN chosen_transcripts AS chosen ON chosen.transcript_id = transcripts.id "
        f"WHERE {is_wanted}) WHERE place = 1",
        [json.dumps([*_unfinished(db, recording_ids)]), *parameters],
    )
    return {row["recording_id"]: transcript_from_row(row) for row in preferred}


def preferred_transcript(db: Connection, recording_id: str) -> TranscriptRecord:
    """Return the default transcript of a recording.

    Raises:
        NotFoundError: if there is no such recording, or no transcript of it yet.
    """
    record = preferred_transcripts(db, [recording_id]).get(recording_id)
    if record is None:
        raise NotFoundError(f"There is no transcript of the recording {recording_id!r}.")
    return record


def choose_transcript(db: Connection, transcript_id: str) -> None:
    """Make a transcript the default of its recording.

    Args:
        db: inside a transaction.
        transcript_id: the transcript.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    recording_id = get_transcript(db, transcript_id).recording_id
    db.execute(
        "INSERT INTO chosen_transcripts (recording_id, transcript_id) VALUES (?, ?) "
        "ON CONFLICT (recording_id) DO UPDATE SET transcript_id = excluded.transcript_id",
        [recording_id, transcript_id],
    )


def count_transcripts(
    db: Connection, recording_ids: Collection[str] | None = None
) -> dict[str, int]:
    """Return {recording id: number of transcripts} of the given recordings, or of all, with any."""
    is_wanted, parameters = among("recording_id", recording_ids)
    return dict(
        db.execute(
            f"SELECT recording_id, count(*) FROM transcripts WHERE {is_wanted} "
            "GROUP BY recording_id",
            parameters,
        )
    )


def count_flagged(db: Connection, transcript_id: str) -> int:
    """Return the number of flagged utterances of a transcript."""
    found = db.execute(
        "SELECT count(*) FROM utterances WHERE transcript_id = ? AND is_flagged = 1",
        [transcript_id],
    )
    count: int = found.fetchone()[0]
    return count


def _edited(db: Connection, recording_ids: Collection[str] | None) -> set[str]:
    is_wanted, parameters = among("recording_id", recording_ids)
    found = db.execute(
        "SELECT transcripts.id FROM transcripts JOIN edits ON edits.id = head_edit_id "
        f"WHERE parent_id IS NOT NULL AND {is_wanted}",
        parameters,
    )
    return {transcript_id for (transcript_id,) in found}


def _unfinished(db: Connection, recording_ids: Collection[str] | None) -> set[str]:
    return {each.transcript_id for each in unfinished_transcripts(db, recording_ids)}
