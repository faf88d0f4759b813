"""What the machine did to a transcript after it was begun, as it was written down, read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from storage.db.database import Connection
from storage.db.records import HeadMove, MoveKind, RunStatus
from storage.db.row_changes import Replacement, TranscriptRows, joined, read_rows
from storage.db.values import now_text
from storage.history.edit_history import MACHINE, EditAuthor, move_head
from storage.history.edit_log import head_of, replacement_of, root_of


@dataclass(frozen=True, slots=True)
class LiveTranscript:
    """How far a transcript has grown.

    Attributes:
        transcript_id: which.
        num_sentences: how many sentences of its run are in it.
        voices: the row of each speaker by the label that its run gave.
    """

    transcript_id: str
    num_sentences: int
    voices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A transcript that its run has not finished, or not yet.

    Attributes:
        transcript_id: which.
        run_id: its run.
        status: how the run stands.
    """

    transcript_id: str
    run_id: str
    status: RunStatus


def find_live(db: Connection, run_id: str) -> LiveTranscript | None:
    """The transcript that a run has begun; None where there is none, or damage took the growths."""
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


def add_live_step(db: Connection, growing: LiveTranscript, change: Replacement) -> HeadMove:
    """Add to a transcript what the machine has found; the edit it stands at stays the same.

    Args:
        db: inside a transaction.
        growing: how far it has grown then.
        change: of rows that no edit has touched, in whatever branch.

    Raises:
        StaleEditError: if the rows are not those that the change replaces.
    """
    db.execute(
        "INSERT INTO growths (transcript_id, num_sentences, voices_json, before_json, after_json, "
        "created_at) VALUES (?, ?, ?, ?, ?, ?)",
        [
            *(growing.transcript_id, growing.num_sentences),
            json.dumps(dict(growing.voices), ensure_ascii=False),
            *(*change.written(), now_text()),
        ],
    )
    return move_head(
        db,
        growing.transcript_id,
        change,
        head=head_of(db, growing.transcript_id),
        kind=MoveKind.GROWTH,
        signature=EditAuthor(MACHINE),
    )


def live_steps_of(db: Connection, transcript_id: str) -> tuple[tuple[int, Replacement], ...]:
    """(number, what it did) of each growth of a transcript, the oldest first."""
    found = db.execute(
        "SELECT id, before_json, after_json FROM growths WHERE transcript_id = ? ORDER BY id",
        [transcript_id],
    )
    return tuple((each, Replacement(read_rows(was), read_rows(now))) for each, was, now in found)


def rows_as_made(db: Connection, transcript_id: str) -> TranscriptRows:
    """All that the machine made of a recording, before anybody touched it.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    root = replacement_of(db, root_of(db, transcript_id))
    grown = [change for _, change in live_steps_of(db, transcript_id)]
    return joined([root, *grown]).after if grown else root.after


def unfinished_transcripts(db: Connection) -> tuple[Unfinished, ...]:
    """The transcripts that their runs have not finished, or not yet."""
    found = db.execute(
        "SELECT transcripts.id, run_id, status FROM transcripts "
        "JOIN pipeline_runs ON pipeline_runs.id = run_id WHERE status != ? "
        "AND EXISTS (SELECT 1 FROM growths WHERE transcript_id = transcripts.id)",
        [RunStatus.DONE.value],
    )
    return tuple(
        Unfinished(transcript_id, run_id, RunStatus(status))
        for transcript_id, run_id, status in found
    )
