"""Second annotations of recordings, and adjudicated transcripts of both annotations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from storage.db.database import Connection, Database
from storage.db.errors import EditRefusedError, NotFoundError
from storage.db.hidden_recordings import add_hidden_recording, show_transcript
from storage.db.records import RunStatus, UtteranceStatus
from storage.db.row_changes import Replacement, TranscriptRows
from storage.db.transcript_rows import all_rows
from storage.db.values import new_id, now_text, read_time
from storage.history.edit_history import EditAuthor, begin_history_in_steps
from storage.history.live_log import original_rows
from storage.library.runs import get_run
from storage.maintenance.purge import remove_hidden_rows
from storage.transcripts.copying import with_new_ids
from storage.transcripts.transcripts import copy_transcript_row, get_transcript

StartsFrom = Literal["machine", "nothing"]
BEGIN_SECOND = "begin_second_annotation"  # kinds of root edits
BEGIN_ADJUDICATION = "begin_adjudication"


@dataclass(frozen=True, slots=True)
class SecondAnnotation:
    """A second person's transcript, with the first annotation and the adjudicated transcript.

    Attributes:
        transcript_id: the second person's transcript.
        first_id: the first person's transcript.
        adjudicated_id: the adjudicated transcript; None before the adjudication.
        starts_from: initial content: "machine" for the machine's text, "nothing" for none.
        annotator: name of the second person; "" without a name.
        requested_at: time of the request in UTC.
    """

    transcript_id: str
    first_id: str
    adjudicated_id: str | None
    starts_from: StartsFrom
    annotator: str
    requested_at: datetime


def begin_second_annotation(
    database: Database, first_id: str, *, starts_from: StartsFrom, annotator: str
) -> SecondAnnotation:
    """Add and return a second annotation, whose transcript lacks the first person's corrections.

    Its rows are written in steps, between which other writers can write.

    Args:
        database: the database.
        first_id: the first person's transcript.
        starts_from: "machine" for the transcript as it was made or imported, "nothing" for none.
        annotator: name of the second person.

    Raises:
        NotFoundError: if there is no such transcript.
        EditRefusedError: if its run has not ended, or it is part of another second annotation.
        StorageError: if the database cannot be written; nothing is then added.
    """
    with database.reading() as db:
        _check_is_first(db, first_id)
        rows = TranscriptRows() if starts_from == "nothing" else original_rows(db, first_id)

    def add(db: Connection, transcript_id: str) -> None:
        _check_is_first(db, first_id)  # another person may have asked meanwhile
        db.execute(
            "INSERT INTO second_annotations "
            "(transcript_id, first_id, starts_from, annotator, requested_at) "
            "VALUES (?, ?, ?, ?, ?)",
            [transcript_id, first_id, starts_from, annotator, now_text()],
        )

    transcript_id = _add_copy(database, first_id, rows, add, kind=BEGIN_SECOND, author=annotator)
    with database.reading() as db:
        return get_second_annotation(db, transcript_id)


def begin_adjudication(database: Database, transcript_id: str, *, author: str) -> str:
    """Add the adjudicated transcript of both annotations, unless it exists; return its id.

    It starts with the first person's sentences, without rejected ones; none is verified. Its rows
    are written in steps, between which other writers can write.

    Args:
        database: the database.
        transcript_id: one of the transcripts of a second annotation.
        author: name of the adjudicator.

    Returns:
        The id of the adjudicated transcript.

    Raises:
        NotFoundError: if the transcript has no second annotation.
        EditRefusedError: if another person has begun the adjudication meanwhile.
        StorageError: if the database cannot be written; nothing is then added.
    """
    with database.reading() as db:
        pair = get_second_annotation(db, transcript_id)
        if pair.adjudicated_id is not None:
            return pair.adjudicated_id
        rows = _undecided(all_rows(db, pair.first_id))

    def add(db: Connection, adjudicated_id: str) -> None:
        added = db.execute(
            "UPDATE second_annotations SET adjudicated_id = ? "
            "WHERE transcript_id = ? AND adjudicated_id IS NULL",
            [adjudicated_id, pair.transcript_id],
        )
        if added.rowcount == 0:
            raise EditRefusedError(
                "The adjudication has just begun. Open the comparison again.",
                reason="adjudication_begun",
            )

    return _add_copy(database, pair.first_id, rows, add, kind=BEGIN_ADJUDICATION, author=author)


def _check_is_first(db: Connection, transcript_id: str) -> None:
    """Raise EditRefusedError unless a transcript may get a second annotation."""
    first = get_transcript(db, transcript_id)
    if get_run(db, first.run_id).status is not RunStatus.DONE:
        raise EditRefusedError(
            "The recording is still being transcribed. Ask for a second annotation when that is "
            "done.",
            reason="second_unfinished",
        )
    if find_second_annotation(db, transcript_id) is not None:
        raise EditRefusedError(
            "This transcript has a second annotation already. Open it from the menu.",
            reason="second_exists",
        )


def _undecided(rows: TranscriptRows) -> TranscriptRows:
    """Return rows without rejected utterances, with the verified ones as corrected."""
    undecided = tuple(
        replace(each, status=UtteranceStatus.CORRECTED.value, reviewed_by=None)
        if each.status == UtteranceStatus.VERIFIED.value
        else each
        for each in rows.utterances
        if each.status != UtteranceStatus.REJECTED.value
    )
    return replace(rows, utterances=undecided)


def get_second_annotation(db: Connection, transcript_id: str) -> SecondAnnotation:
    """Return the second annotation that a transcript belongs to.

    Raises:
        NotFoundError: if it belongs to none.
    """
    found = find_second_annotation(db, transcript_id)
    if found is None:
        raise NotFoundError(f"The transcript {transcript_id!r} has no second annotation.")
    return found


def find_second_annotation(db: Connection, transcript_id: str) -> SecondAnnotation | None:
    """Return the second annotation that a transcript belongs to in any role; None without one."""
    row = db.execute(
        "SELECT transcript_id, first_id, adjudicated_id, starts_from, annotator, requested_at "
        "FROM second_annotations WHERE ? IN (transcript_id, first_id, adjudicated_id)",
        [transcript_id],
    ).fetchone()
    if row is None:
        return None
    second_id, first_id, adjudicated_id, starts_from, annotator, requested_at = row
    return SecondAnnotation(
        second_id, first_id, adjudicated_id, starts_from, annotator, read_time(requested_at)
    )


def list_second_annotations(db: Connection) -> tuple[SecondAnnotation, ...]:
    """Return all second annotations of visible recordings, the oldest request first."""
    found = db.execute(
        "SELECT transcript_id FROM second_annotations JOIN transcripts ON id = transcript_id "
        "WHERE recording_id NOT IN (SELECT recording_id FROM hidden_recordings) "
        "ORDER BY requested_at"
    ).fetchall()
    return tuple(get_second_annotation(db, transcript_id) for (transcript_id,) in found)


def _add_copy(
    database: Database,
    source_id: str,
    rows: TranscriptRows,
    add: Callable[[Connection, str], None],
    *,
    kind: str,
    author: str,
) -> str:
    """Add a transcript of the same run with copies of the rows, in several transactions.

    Args:
        database: the database.
        source_id: a transcript of the run.
        rows: the rows to copy.
        add: called in the last transaction with the id of the new transcript.
        kind: kind of its root edit.
        author: author of its root edit.

    Returns:
        The id of the new transcript.
    """
    transcript_id = new_id()
    copies = Replacement(TranscriptRows(), with_new_ids(rows, defaultdict(new_id)))
    change = copies.prepared(revision=0)
    with database.transaction(is_large=change.is_large) as db:
        source, hidden_id = get_transcript(db, source_id), add_hidden_recording(db)
        copy_transcript_row(
            db,
            source,
            transcript_id=transcript_id,
            recording_id=hidden_id,
            run_id=source.run_id,
            is_new=True,
        )
        steps = begin_history_in_steps(
            db, transcript_id, change, kind=kind, author=EditAuthor(author)
        )
    try:
        database.in_steps(steps)
        with database.transaction() as db:
            add(db, transcript_id)
            show_transcript(db, transcript_id, source.recording_id)
    except BaseException:
        remove_hidden_rows(database, hidden_id)
        raise
    return transcript_id
