"""Log of the row changes that a run makes to its live transcript while in progress."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from storage.db.database import Connection
from storage.db.hidden_recordings import IS_VISIBLE
from storage.db.recording_changes import among
from storage.db.records import HeadMove, MoveKind, RunStatus
from storage.db.row_changes import Replacement, TranscriptRows, combined, read_rows
from storage.db.values import now_text
from storage.history.edit_history import MACHINE, EditAuthor, move_head
from storage.history.stored_edits import head_of, replacement_of, root_of


@dataclass(frozen=True, slots=True)
class LiveTranscript:
    """Sentences and speakers that a live transcript has received from its run so far.

    Attributes:
        transcript_id: the transcript.
        num_sentences: number of the run's sentences that it contains.
        voices: id of each speaker's row by the run's label.
    """

    transcript_id: str
    num_sentences: int
    voices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Live transcript whose run is not done.

    Attributes:
        transcript_id: the transcript.
        run_id: its run.
        status: status of the run.
    """

    transcript_id: str
    run_id: str
    status: RunStatus


def find_live(db: Connection, run_id: str) -> LiveTranscript | None:
    """Return the live transcript of a run; None if it has none or its log is lost."""
    found = db.execute(
        "SELECT transcript_id, num_sentences, voices_json FROM growths "
        "JOIN transcripts ON transcripts.id = transcript_id WHERE run_id = ? "
        "ORDER BY growths.id DESC LIMIT 1",
        [run_id],
    ).fetchone()
    if found is None:
        return None
    transcript_id, num_sentences, voices_json = found
    return LiveTranscript(transcript_id, num_sentences, json.loads(voices_json))


def add_live_step(db: Connection, live: LiveTranscript, change: Replacement) -> HeadMove:
    """Apply a run's change of rows to its live transcript and log it; the head edit stays.

    Args:
        db: inside a transaction.
        live: state after the step.
        change: of rows that no edit, undone ones included, has changed.

    Raises:
        StaleEditError: if the current rows differ from `change.before`.
    """
    db.execute(
        "INSERT INTO growths (transcript_id, num_sentences, voices_json, before_json, after_json, "
        "created_at) VALUES (?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?)",
        [
            *(live.transcript_id, live.num_sentences),
            json.dumps(dict(live.voices), ensure_ascii=False),
            *(*change.written(), now_text()),
        ],
    )
    return move_head(
        db,
        live.transcript_id,
        change,
        head=head_of(db, live.transcript_id),
        kind=MoveKind.GROWTH,
        author=EditAuthor(MACHINE),
    )


def live_steps_of(db: Connection, transcript_id: str) -> tuple[tuple[int, Replacement], ...]:
    """Return (log id, change) of each logged change by the transcript's run, the oldest first."""
    found = db.execute(
        "SELECT id, before_json, after_json FROM growths WHERE transcript_id = ? ORDER BY id",
        [transcript_id],
    )
    return tuple(
        (each, Replacement(read_rows(before), read_rows(after))) for each, before, after in found
    )


def original_rows(db: Connection, transcript_id: str) -> TranscriptRows:
    """Return the rows of a transcript as its run or import created them, without later edits.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    root = replacement_of(db, root_of(db, transcript_id))
    steps = [change for _, change in live_steps_of(db, transcript_id)]
    return combined([root, *steps]).after if steps else root.after


def unfinished_transcripts(
    db: Connection, recording_ids: Collection[str] | None = None
) -> tuple[Unfinished, ...]:
    """Return the live transcripts of some or all visible recordings whose runs are not done."""
    is_wanted, parameters = among("transcripts.recording_id", recording_ids)
    found = db.execute(
        "SELECT transcripts.id, run_id, status FROM transcripts "
        "JOIN pipeline_runs ON pipeline_runs.id = run_id WHERE status != ? "
        "AND EXISTS (SELECT 1 FROM growths WHERE transcript_id = transcripts.id) "
        f"AND {is_wanted} AND {IS_VISIBLE.format(column='transcripts.recording_id')}",
        [RunStatus.DONE.value, *parameters],
    )
    return tuple(
        Unfinished(transcript_id, run_id, RunStatus(status))
        for transcript_id, run_id, status in found
    )
