"""Queries for the edits of a transcript and for the history of one utterance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias  # Any: values of columns

from storage.db.database import Connection
from storage.db.errors import NotFoundError
from storage.db.records import Edit
from storage.db.row_changes import UtteranceRow
from storage.db.transcript_rows import rows_by_id
from storage.edit_plans.boundaries import MergeUtterances, SplitUtterance
from storage.edit_plans.speakers import AddSpeaker, AssignSpeaker, AssignSpeakers, ReassignSpeaker
from storage.history.stored_edits import edit_from_row, get_edit, head_of, replacement_of, root_of

_EDIT = "edits.id, transcript_id, parent_id, kind, author, created_at, edits.comment"
_CHANGED = ", ".join(
    f"CASE WHEN parent_id IS NOT NULL THEN json_extract({state}_json, '$.{path}') END "
    f"AS {state}_{name}"
    for name, path in (
        ("text", "utterances[0].text"),
        ("speaker_id", "utterances[0].speaker_id"),
        ("name", "speakers[0].display_name"),
    )
    for state in ("before", "after")
)
Change: TypeAlias = tuple[str | None, str | None]  # a value before and after an edit
_LINEAGE_KINDS = frozenset({SplitUtterance.kind, MergeUtterances.kind})


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Entry of a transcript's timeline, which describes one edit.

    Attributes:
        edit: the edit.
        is_in_force: whether it is on the path from the root to the head.
        num_utterances: number of utterances that it changed.
        excerpt: text of the first of them, or the speaker's name; "" for neither.
        text: text before and after it if it changed that of a single utterance; else None.
        speaker_id: speaker before and after it if it changed that of a single utterance; else None.
        name: a speaker's name before and after it if it changed no utterance; else None.
    """

    edit: Edit
    is_in_force: bool
    num_utterances: int
    excerpt: str
    text: Change | None = None
    speaker_id: Change | None = None
    name: Change | None = None


@dataclass(frozen=True, slots=True)
class SentenceStep:
    """Change of an utterance by one edit.

    Attributes:
        edit: the edit.
        is_in_force: whether it is on the path from the root to the head.
        before: the utterance before it; None if the edit created it.
        after: the utterance after it; None if the edit deleted it.
    """

    edit: Edit
    is_in_force: bool
    before: UtteranceRow | None
    after: UtteranceRow | None


def timeline(
    db: Connection, transcript_id: str, *, limit: int, before_edit_id: int | None = None
) -> tuple[TimelineEntry, ...]:
    """Return the edits of a transcript, undone ones included, the newest first.

    Args:
        db: inside a reading block.
        transcript_id: the transcript.
        limit: largest number of edits; the last of all is the root edit.
        before_edit_id: return only edits before this one, for paging.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    head = head_of(db, transcript_id)
    found = list(
        db.query(
            f"SELECT {_EDIT}, CASE WHEN parent_id IS NULL THEN '' ELSE coalesce("
            "json_extract(after_json, '$.utterances[0].text'), "
            "json_extract(before_json, '$.utterances[0].text'), "
            "json_extract(after_json, '$.speakers[0].display_name'), '') END AS excerpt, "
            "(SELECT count(*) FROM edited_utterances WHERE edit_id = edits.id) AS num_utterances, "
            f"{_CHANGED} "
            "FROM edits WHERE transcript_id = :transcript_id "
            "AND (:before IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit",
            {"transcript_id": transcript_id, "before": before_edit_id, "limit": limit},
        )
    )
    oldest = min((row["id"] for row in found), default=head)
    in_force = _in_force(db, head, oldest)
    return tuple(_entry(row, is_in_force=row["id"] in in_force) for row in found)


def _entry(row: dict[str, Any], *, is_in_force: bool) -> TimelineEntry:
    is_single = row["num_utterances"] == 1 and row["parent_id"] is not None
    return TimelineEntry(
        edit=edit_from_row(row),
        is_in_force=is_in_force,
        num_utterances=row["num_utterances"],
        excerpt=row["excerpt"],
        text=_change(row, "text") if is_single else None,
        speaker_id=_change(row, "speaker_id") if is_single else None,
        name=_change(row, "name") if row["num_utterances"] == 0 else None,
    )


def _change(row: dict[str, Any], name: str) -> Change | None:
    """Return (before, after) of a value that an edit changed; None if both are equal."""
    before, after = row[f"before_{name}"], row[f"after_{name}"]
    return None if before == after else (before, after)


def utterance_history(
    db: Connection, transcript_id: str, utterance_id: str
) -> tuple[SentenceStep, ...]:
    """Return all changes of an utterance and of those it was split from or merged with.

    The changes are sorted from the oldest to the newest; undone edits are included.

    Raises:
        NotFoundError: if the transcript never had such an utterance.
    """
    root = get_edit(db, root_of(db, transcript_id))
    in_force = _in_force(db, head_of(db, transcript_id), root.edit_id)
    steps: list[SentenceStep] = []
    to_do: list[tuple[str, int | None]] = [(utterance_id, None)]
    visited: set[str] = set()
    while to_do:
        row_id, until = to_do.pop()
        if row_id in visited:
            continue
        visited.add(row_id)
        own: list[SentenceStep] = []
        for edit in _edits_of(db, transcript_id, row_id, until):
            change = replacement_of(db, edit.edit_id)
            before, after = _by_id(change.before.utterances), _by_id(change.after.utterances)
            step = SentenceStep(
                edit, edit.edit_id in in_force, before.get(row_id), after.get(row_id)
            )
            own.append(step)
            if edit.kind in _LINEAGE_KINDS:
                is_new = row_id not in before
                to_do += [(each, edit.edit_id) for each in before if is_new or each not in after]
        steps += [*_root_step(db, transcript_id, row_id, root, own), *own]
    if not steps:
        raise NotFoundError(f"The transcript never had a sentence {utterance_id!r}.")
    return tuple(sorted(steps, key=lambda step: step.edit.edit_id))


def _root_step(
    db: Connection, transcript_id: str, row_id: str, root: Edit, steps: Sequence[SentenceStep]
) -> list[SentenceStep]:
    """Return the creation of an utterance by the root edit; empty if a later edit added it."""
    if steps:
        first = steps[0].before
    else:
        first = next(iter(rows_by_id(db, transcript_id, {"utterances": [row_id]}).utterances), None)
    return [] if first is None else [SentenceStep(root, True, None, first)]


def _edits_of(
    db: Connection, transcript_id: str, utterance_id: str, until: int | None
) -> list[Edit]:
    """Return the edits before `until` that changed an utterance, the oldest first."""
    found = db.query(
        f"SELECT {_EDIT} FROM edits JOIN edited_utterances ON edit_id = edits.id "
        "WHERE utterance_id = :utterance AND transcript_id = :transcript "
        "AND (:until IS NULL OR edits.id < :until) ORDER BY edits.id",
        {"utterance": utterance_id, "transcript": transcript_id, "until": until},
    )
    return [edit_from_row(row) for row in found]


def _in_force(db: Connection, head: int, oldest: int) -> set[int]:
    """Return the ids of the edits on the path from `head` back to `oldest`."""
    found = db.execute(
        "WITH RECURSIVE line (id, parent_id) AS (SELECT id, parent_id FROM edits WHERE id = ? "
        "UNION ALL SELECT edits.id, edits.parent_id FROM edits, line "
        "WHERE edits.id = line.parent_id AND edits.id >= ?) SELECT id FROM line",
        [head, oldest],
    )
    return {edit_id for (edit_id,) in found}


def _by_id(utterances: Iterable[UtteranceRow]) -> dict[str, UtteranceRow]:
    return {row.id: row for row in utterances}


_KINDS = (AssignSpeaker.kind, AssignSpeakers.kind, ReassignSpeaker.kind, AddSpeaker.kind)


def former_speakers(db: Connection, transcript_id: str) -> dict[str, str]:
    """Return {utterance id: speaker id before the first edit in force that assigned one}.

    Utterances that have that speaker again are left out, as are those whose former speaker was
    removed, as a merge does.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    found = db.execute(
        "WITH RECURSIVE line (id, parent_id) AS (SELECT id, parent_id FROM edits WHERE id = ? "
        "UNION ALL SELECT edits.id, edits.parent_id FROM edits, line "
        "WHERE edits.id = line.parent_id), "
        "former (edit_id, utterance_id, speaker_id) AS ("
        "SELECT edits.id, json_extract(value, '$.id'), json_extract(value, '$.speaker_id') "
        "FROM edits JOIN line USING (id), json_each(before_json, '$.utterances') "
        f"WHERE kind IN ({', '.join('?' * len(_KINDS))})) "
        "SELECT utterances.id, utterances.speaker_id, former.speaker_id FROM former "
        "JOIN utterances ON utterances.id = former.utterance_id "
        "JOIN speakers ON speakers.id = former.speaker_id ORDER BY edit_id",
        [head_of(db, transcript_id), *_KINDS],
    )
    first: dict[str, tuple[str | None, str]] = {}
    for utterance_id, current, former in found:
        first.setdefault(utterance_id, (current, former))
    return {each: former for each, (current, former) in first.items() if former != current}
