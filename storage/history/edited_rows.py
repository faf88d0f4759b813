"""Which rows of a transcript its edits speak of: the machine leaves these be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from storage.db.database import Connection
from storage.db.records import UtteranceStatus
from storage.db.row_changes import ROW_TYPES, Replacement, TranscriptRows, read_rows
from storage.history.edit_log import head_of

_VOUCHED = (UtteranceStatus.VERIFIED.value, UtteranceStatus.REJECTED.value)


@dataclass(frozen=True, slots=True)
class EditedSpeakers:
    """What people's edits of a transcript do to its speakers.

    Attributes:
        fleeting: ids of the speakers that some edit adds or takes away: taking it back, or doing
            it again, does so once more.
        labels: of speakers that some edit has a row of.
        merged: of each speaker that the edits in force took away, who has what was theirs.
    """

    fleeting: frozenset[str]
    labels: frozenset[str]
    merged: dict[str, str]

    def lasting(self, speaker_id: str, current: TranscriptRows) -> str | None:
        """Who has what is this speaker's, among those who are there whatever is taken back."""
        there = {row.id for row in current.speakers} - self.fleeting
        seen: set[str] = set()
        while speaker_id not in there and speaker_id in self.merged and speaker_id not in seen:
            seen.add(speaker_id)
            speaker_id = self.merged[speaker_id]
        return speaker_id if speaker_id in there else None


@dataclass(frozen=True, slots=True)
class EditedRows:
    """What people's edits of a transcript speak of.

    Attributes:
        speakers: what they do to its speakers.
        touched: ids of the rows that some edit changed, by table.
        named: ids of the speakers that some edit has a row of, or gives a sentence or turn to.
        chosen: ids of the utterances whose speaker people chose, in the edits in force.
    """

    speakers: EditedSpeakers
    touched: dict[str, frozenset[str]]
    named: frozenset[str]
    chosen: frozenset[str]


def read_speaker_reach(db: Connection, transcript_id: str) -> EditedSpeakers:
    """What the edits of a transcript do to its speakers: few do anything.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    condition = (
        "(json_array_length(before_json, '$.speakers') > 0 "
        "OR json_array_length(after_json, '$.speakers') > 0)"
    )
    return _speaker_reach(*_read_edits(db, transcript_id, condition))


def read_reach(db: Connection, transcript_id: str) -> EditedRows:
    """What the edits of a transcript speak of, its first one apart.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    edits, line = _read_edits(db, transcript_id, "TRUE")
    sides = [side for change in edits for side in (change.before, change.after)]
    return EditedRows(
        speakers=_speaker_reach(edits, line),
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
    """The edits for which a condition of ours holds: all, and those in force, both in order."""
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


def _speaker_reach(edits: Sequence[Replacement], line: Sequence[Replacement]) -> EditedSpeakers:
    return EditedSpeakers(
        fleeting=frozenset(
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
        merged={went: into for change in line for went, into in _merged(change).items()},
    )


def _named(side: TranscriptRows) -> set[str]:
    said = (row.speaker_id for row in side.utterances)
    heard = (row.speaker_id for row in side.turns)
    return {*(row.id for row in side.speakers), *heard, *(each for each in said if each)}


def _merged(change: Replacement) -> dict[str, str]:
    """Of each speaker that an edit takes away, who has most of what was theirs."""
    gone = set(change.before.of("speakers")) - set(change.after.of("speakers"))
    if not gone:
        return {}
    becomes = {row.id: row.speaker_id for row in change.after.utterances}
    heirs: dict[str, Counter[str]] = {}
    for row in change.before.utterances:
        heir = becomes.get(row.id)
        if row.speaker_id in gone and heir is not None:
            heirs.setdefault(row.speaker_id, Counter())[heir] += 1
    return {each: counted.most_common(1)[0][0] for each, counted in heirs.items()}


def _chosen(line: Sequence[Replacement]) -> frozenset[str]:
    """The utterances whose speaker somebody set, or vouched for by a verdict on the sentence."""
    chosen: set[str] = set()
    for change in line:
        before = {row.id: row for row in change.before.utterances}
        open_rows = [row for row in before.values() if row.id not in chosen]
        for row in change.after.utterances:
            was = before.get(row.id)
            if was is None:
                # A part of a divided sentence keeps the speaker that the machine gave to the whole.
                is_part = any(
                    each.speaker_id == row.speaker_id and each.interval.overlap_ms(row.interval)
                    for each in open_rows
                )
                is_chosen = not is_part
            else:
                is_chosen = was.speaker_id != row.speaker_id
            if is_chosen or row.status in _VOUCHED:
                chosen.add(row.id)
    return frozenset(chosen)
