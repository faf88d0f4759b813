"""Changes of a transcript since a revision, for an editor page that shows it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.core.transcript import Token
from storage.db.database import Connection
from storage.db.records import Speaker, Utterance
from storage.db.values import read_tokens
from storage.history.stored_edits import parent_of, redo_of
from storage.transcripts.transcripts import (
    get_transcript,
    list_speakers,
    list_utterances,
    utterances_where,
)

MAX_STEPS = 1_000  # after more steps the whole transcript is returned, which is no larger


@dataclass(frozen=True, slots=True)
class TranscriptChanges:
    """Differences between an earlier revision of a transcript and the current one.

    Attributes:
        revision: the current revision.
        head_edit_id: the head edit.
        can_undo: whether there is an edit to undo.
        can_redo: whether there is an edit to redo.
        is_complete: whether `utterances` holds all utterances and replaces the reader's.
        speakers: all speakers, in order of first appearance.
        utterances: new and changed ones, sorted by time.
        removed_ids: ids of deleted utterances.
    """

    revision: int
    head_edit_id: int
    can_undo: bool
    can_redo: bool
    is_complete: bool
    speakers: tuple[Speaker, ...]
    utterances: tuple[Utterance, ...]
    removed_ids: tuple[str, ...] = ()


def changes_since(
    db: Connection, transcript_id: str, revision: int | None = None
) -> TranscriptChanges:
    """Return the changes since a revision, or the whole transcript if it is None or too old.

    Args:
        db: inside a reading block.
        transcript_id: the transcript.
        revision: from an earlier result.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    record = get_transcript(db, transcript_id)
    removed = None if revision is None else _removed(db, transcript_id, revision)
    if removed is None:
        utterances = list_utterances(db, transcript_id)
    else:
        utterances = utterances_where(
            db, "transcript_id = ? AND revision > ?", [transcript_id, revision]
        )
    present = {each.utterance_id for each in utterances}
    return TranscriptChanges(
        revision=record.revision,
        head_edit_id=record.head_edit_id,
        can_undo=parent_of(db, record.head_edit_id) is not None,
        can_redo=redo_of(db, record.head_edit_id) is not None,
        is_complete=removed is None,
        speakers=list_speakers(db, transcript_id),
        utterances=utterances,
        removed_ids=tuple(each for each in removed or () if each not in present),
    )


def num_characters_written(db: Connection, transcript_id: str, revision: int) -> int:
    """Return the number of characters of the utterances that a revision has written."""
    (count,) = db.execute(
        "SELECT ifnull(sum(length(text)), 0) FROM utterances "
        "WHERE transcript_id = ? AND revision = ?",
        [transcript_id, revision],
    ).fetchone()
    return int(count)


def tokens_of(
    db: Connection, transcript_id: str, utterance_ids: Iterable[str]
) -> dict[str, tuple[Token, ...]]:
    """Return {utterance id: tokens} of the given utterances; missing ones are left out."""
    found = db.execute(
        "SELECT id, tokens_json FROM utterances WHERE id IN (SELECT value FROM json_each(?)) "
        "AND +transcript_id = ?",
        [json.dumps(list(utterance_ids)), transcript_id],
    )
    return {utterance_id: read_tokens(tokens_json) for utterance_id, tokens_json in found}


def _removed(db: Connection, transcript_id: str, revision: int) -> dict[str, None] | None:
    """Return the ids of utterances deleted after a revision; None if it is unknown or too old."""
    steps = db.execute(
        "SELECT id, removed_json FROM head_moves WHERE transcript_id = ? AND id >= ? "
        "ORDER BY id LIMIT ?",
        [transcript_id, revision, MAX_STEPS + 2],
    ).fetchall()
    if not steps or steps[0][0] != revision or len(steps) > MAX_STEPS + 1:
        return None
    return {
        utterance_id: None
        for _, removed_json in steps[1:]
        for utterance_id in json.loads(removed_json)["utterances"]
    }
