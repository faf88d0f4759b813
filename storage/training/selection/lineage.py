"""Edits on the path from a transcript's root edit to its head, by utterance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from storage.db.database import Connection
from storage.db.records import Edit
from storage.db.row_changes import TranscriptRows
from storage.history.live_log import original_rows
from storage.history.stored_edits import edit_from_row, replacement_of

_LINE = (
    "WITH RECURSIVE line (id) AS (SELECT head_edit_id FROM transcripts WHERE id = ? UNION ALL "
    "SELECT parent_id FROM edits JOIN line USING (id) WHERE parent_id IS NOT NULL) "
)


@dataclass(frozen=True, slots=True)
class Lineage:
    """Edits from the root to the head of a transcript, without undone edits.

    Attributes:
        root: the root edit.
        edits: all edits by id.
        touched: ids of the edits of each edited utterance in order.
    """

    root: Edit
    edits: dict[int, Edit]
    touched: dict[str, tuple[int, ...]]

    def edits_of(self, utterance_id: str) -> tuple[Edit, ...]:
        """Return the edits of an utterance in order; empty for an unedited one."""
        return tuple(self.edits[each] for each in self.touched.get(utterance_id, ()))

    def last_edit_of(self, utterance_id: str) -> Edit:
        """Return the last edit of an utterance; the root edit for an unedited one."""
        return next(reversed(self.edits_of(utterance_id)), self.root)


def read_lineage(db: Connection, transcript_id: str) -> Lineage:
    """Return the edits from the root edit to the head of a transcript."""
    found = db.query(
        f"{_LINE} SELECT id, transcript_id, parent_id, kind, author, created_at, comment "
        "FROM edits JOIN line USING (id) ORDER BY id",
        [transcript_id],
    )
    root, *edits = map(edit_from_row, found)
    touched: dict[str, list[int]] = {}
    for edit_id, utterance_id in db.execute(
        f"{_LINE} SELECT edit_id, utterance_id FROM edited_utterances "
        "JOIN line ON edit_id = line.id ORDER BY edit_id",
        [transcript_id],
    ):
        touched.setdefault(utterance_id, []).append(edit_id)
    return Lineage(
        root,
        {each.edit_id: each for each in (root, *edits)},
        {utterance_id: tuple(ids) for utterance_id, ids in touched.items()},
    )


def first_rows(db: Connection, lineage: Lineage) -> TranscriptRows:
    """Return the rows of a transcript as its run or import created them, without later edits."""
    return original_rows(db, lineage.root.transcript_id)


def text_edits(db: Connection, lineage: Lineage, utterance_ids: Collection[str]) -> dict[str, Edit]:
    """Return {utterance id: last edit after the root that changed its text or created it}."""
    found: dict[str, Edit] = {}
    wanted = {edit_id for each in utterance_ids for edit_id in lineage.touched.get(each, ())}
    for edit_id in sorted(wanted):
        change = replacement_of(db, edit_id)
        before = {row.id: row.text for row in change.before.utterances}
        for row in change.after.utterances:
            if row.id in utterance_ids and before.get(row.id) != row.text:
                found[row.id] = lineage.edits[edit_id]
    return found
