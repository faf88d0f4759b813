"""Rows that edits by people refer to, which a run in progress must not change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from storage.db.database import Connection
from storage.db.records import UtteranceStatus
from storage.db.row_changes import ROW_TYPES, Replacement, TranscriptRows, read_rows
from storage.history.stored_edits import head_of

_REVIEWED = (UtteranceStatus.VERIFIED.value, UtteranceStatus.REJECTED.value)


@dataclass(frozen=True, slots=True)
class EditedSpeakers:
    """Speakers that are added, changed or removed by the edits of a transcript.

    Attributes:
        removable: ids of speakers that any edit adds or removes, because undo or redo may remove
            them again.
        labels: labels of the speakers in all edits.
        merged: for each speaker removed by the edits in force, the speaker it was merged into.
    """

    removable: frozenset[str]
    labels: frozenset[str]
    merged: dict[str, str]

    def surviving(self, speaker_id: str, current: TranscriptRows) -> str | None:
        """Return the id of a speaker, or of the one it was merged into; None if not permanent.

        A speaker is not permanent if undo or redo may remove it.
        """
        permanent = {row.id for row in current.speakers} - self.removable
        seen: set[str] = set()
        while speaker_id not in permanent and speaker_id in self.merged and speaker_id not in seen:
            seen.add(speaker_id)
            speaker_id = self.merged[speaker_id]
        return speaker_id if speaker_id in permanent else None


@dataclass(frozen=True, slots=True)
class EditedRows:
    """Ids of the rows that the edits of a transcript change or refer to.

    Attributes:
        speakers: the edited speakers.
        touched: ids of the rows changed by any edit, by table.
        named: ids of the speakers in any edit: as a row, or as the speaker of a row.
        chosen: ids of the utterances whose speaker the edits in force assigned or confirmed.
    """

    speakers: EditedSpeakers
    touched: dict[str, frozenset[str]]
    named: frozenset[str]
    chosen: frozenset[str]


def read_edited_speakers(db: Connection, transcript_id: str) -> EditedSpeakers:
    """Return the speakers in the edits of a transcript; read only edits that change speakers.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    condition = (
        "(json_array_length(before_json, '$.speakers') > 0 "
        "OR json_array_length(after_json, '$.speakers') > 0)"
    )
    return _edited_speakers(*_read_edits(db, transcript_id, condition))


def read_edited_rows(db: Connection, transcript_id: str) -> EditedRows:
    """Return the rows that any edit of a transcript, except its root edit, refers to.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    edits, line = _read_edits(db, transcript_id, "TRUE")
    sides = [side for change in edits for side in (change.before, change.after)]
    return EditedRows(
        speakers=_edited_speakers(edits, line),
        touched={
            table: frozenset(row_id for change in edits for row_id in change.ids(table))
            for table in ROW_TYPES
        },
        named=frozenset(speaker for side in sides for speaker in _named(side)),
        chosen=_chosen(line),
    )


def _read_edits(
    db: Connection, transcript_id: str, condition: str
) -> tuple[list[Replacement], list[Replacement]]:
    """Return the edits after the root that satisfy an SQL condition: all, and those in force."""
    found = db.execute(
        "WITH RECURSIVE line (id) AS (SELECT :head UNION ALL "
        "SELECT parent_id FROM edits JOIN line USING (id) WHERE parent_id IS NOT NULL) "
        "SELECT before_json, after_json, id IN (SELECT id FROM line) FROM edits "
        f"WHERE transcript_id = :transcript AND parent_id IS NOT NULL AND {condition} ORDER BY id",
        {"head": head_of(db, transcript_id), "transcript": transcript_id},
    )
    edits = [
        (Replacement(read_rows(before_json), read_rows(after_json)), is_in_force)
        for before_json, after_json, is_in_force in found
    ]
    return [change for change, _ in edits], [change for change, is_in_force in edits if is_in_force]


def _edited_speakers(edits: Sequence[Replacement], line: Sequence[Replacement]) -> EditedSpeakers:
    return EditedSpeakers(
        removable=frozenset(
            speaker_id
            for change in edits
            for speaker_id in {*change.before.of("speakers")} ^ {*change.after.of("speakers")}
        ),
        labels=frozenset(
            row.label
            for change in edits
            for side in (change.before, change.after)
            for row in side.speakers
        ),
        merged={removed: into for change in line for removed, into in _merged(change).items()},
    )


def _named(side: TranscriptRows) -> set[str]:
    said = (row.speaker_id for row in side.utterances)
    spoken = (row.speaker_id for row in side.turns)
    return {*(row.id for row in side.speakers), *spoken, *(each for each in said if each)}


def _merged(change: Replacement) -> dict[str, str]:
    """Return {removed speaker: new speaker of most of its utterances} of one edit."""
    removed = set(change.before.of("speakers")) - set(change.after.of("speakers"))
    if not removed:
        return {}
    new_speakers = {row.id: row.speaker_id for row in change.after.utterances}
    successors: dict[str, Counter[str]] = {}
    for row in change.before.utterances:
        successor = new_speakers.get(row.id)
        if row.speaker_id in removed and successor is not None:
            successors.setdefault(row.speaker_id, Counter())[successor] += 1
    return {each: counted.most_common(1)[0][0] for each, counted in successors.items()}


def _chosen(line: Sequence[Replacement]) -> frozenset[str]:
    """Return the ids of the utterances whose speaker an edit assigned or a review confirmed."""
    chosen: set[str] = set()
    for change in line:
        before = {row.id: row for row in change.before.utterances}
        open_rows = [row for row in before.values() if row.id not in chosen]
        for row in change.after.utterances:
            was = before.get(row.id)
            if was is None:
                # A part of a split sentence keeps the machine's speaker of the whole.
                is_part = any(
                    each.speaker_id == row.speaker_id and each.interval.overlap_ms(row.interval)
                    for each in open_rows
                )
                is_chosen = not is_part
            else:
                is_chosen = was.speaker_id != row.speaker_id
            if is_chosen or row.status in _REVIEWED:
                chosen.add(row.id)
    return frozenset(chosen)
