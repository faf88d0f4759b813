"""The rows that an edit replaces, as values and as the JSON that an edit keeps of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Token
from storage.db.records import UtteranceStatus
from storage.db.values import read_tokens


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """A speaker as the table holds it; for the columns see `records.Speaker`."""

    id: str
    position: int
    label: str
    display_name: str | None = None


# A column that a later version adds needs a default: older edits do not have it.
@dataclass(frozen=True, slots=True)
class UtteranceRow:
    """An utterance as the table holds it; for the columns see `records.Utterance`."""

    id: str
    position: int
    start_ms: int
    end_ms: int
    speaker_id: str | None
    text: str
    tokens_json: str
    status: str = UtteranceStatus.MACHINE.value
    is_edited: int = 0
    reviewed_by: str | None = None
    is_flagged: int = 0
    comment: str = ""

    @property
    def interval(self) -> Interval:
        """When it is said."""
        return Interval(self.start_ms, self.end_ms)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Its characters or words with their times."""
        return read_tokens(self.tokens_json)


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A speaker turn as the table holds it; for the columns see `records.Turn`."""

    id: str
    position: int
    start_ms: int
    end_ms: int
    speaker_id: str


@dataclass(frozen=True, slots=True)
class TranscriptRows:
    """Some rows of a transcript, or all; the order within a table means nothing."""

    speakers: tuple[SpeakerRow, ...] = ()
    utterances: tuple[UtteranceRow, ...] = ()
    turns: tuple[TurnRow, ...] = ()

    def of(self, table: str) -> Mapping[str, Row]:
        """The rows of one table by their ids: made anew, so ask once, not for every row."""
        rows: tuple[Row, ...] = getattr(self, table)
        return {row.id: row for row in rows}


Row = SpeakerRow | UtteranceRow | TurnRow
AnyRow = TypeVar("AnyRow", SpeakerRow, UtteranceRow, TurnRow)

# Parents first: what is deleted goes in the other direction.
ROW_TYPES: Mapping[str, type[SpeakerRow] | type[UtteranceRow] | type[TurnRow]] = {
    "speakers": SpeakerRow,
    "utterances": UtteranceRow,
    "turns": TurnRow,
}
COLUMNS = {
    table: tuple(field.name for field in fields(row_type)) for table, row_type in ROW_TYPES.items()
}


@dataclass(frozen=True, slots=True)
class Replacement:
    """What an edit does: these rows in the place of those.

    Attributes:
        before: the rows that must be there, and go or change.
        after: what they become, and what is new.
    """

    before: TranscriptRows
    after: TranscriptRows

    @property
    def changes_nothing(self) -> bool:
        """Whether the rows are the same before and after."""
        return all(self.before.of(table) == self.after.of(table) for table in ROW_TYPES)

    def written(self) -> tuple[str, str]:
        """Return the rows before and after as an edit keeps them."""
        return write_rows(self.before), write_rows(self.after)

    def prepared(self, revision: int) -> PreparedReplacement:
        """Return it with the long work done that needs no transaction.

        Args:
            revision: of the transcript whose rows it was planned from.
        """
        return PreparedReplacement(self.before, self.after, self.written(), revision)

    def inverted(self) -> Replacement:
        """What takes it back."""
        return Replacement(self.after, self.before)

    def ids(self, table: str) -> tuple[str, ...]:
        """The rows of a table that it touches."""
        return tuple(dict.fromkeys((*self.before.of(table), *self.after.of(table))))

    def removed(self) -> dict[str, list[str]]:
        """The rows that are no longer there afterwards, by table."""
        return {
            table: [row_id for row_id in self.before.of(table) if row_id not in after]
            for table in ROW_TYPES
            for after in (self.after.of(table),)
        }


@dataclass(frozen=True, slots=True)
class PreparedReplacement(Replacement):
    """A replacement whose rows are written already, and checked at one revision.

    Attributes:
        json_texts: of the rows before and after.
        revision: of the transcript; at it the rows before are those of the transcript.
    """

    json_texts: tuple[str, str]
    revision: int

    def written(self) -> tuple[str, str]:
        """Return the rows before and after as an edit keeps them."""
        return self.json_texts


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row that two people changed.

    Attributes:
        table: "utterances", "speakers" or "turns".
        row_id: which.
        current: as it stands now; None where it is gone.
        wanted: as it was to become; None where it was to go, or nobody can say.
    """

    table: str
    row_id: str
    current: Row | None
    wanted: Row | None


def joined(steps: Iterable[Replacement]) -> Replacement:
    """One replacement that does what several do, one after the other."""
    before: dict[str, dict[str, Row]] = {table: {} for table in ROW_TYPES}
    after: dict[str, dict[str, Row | None]] = {table: {} for table in ROW_TYPES}
    for step in steps:
        for table in ROW_TYPES:
            was, becomes = step.before.of(table), step.after.of(table)
            for row_id in step.ids(table):
                if row_id not in after[table] and row_id in was:
                    before[table][row_id] = was[row_id]
                after[table][row_id] = becomes.get(row_id)
    return Replacement(
        rows_of(before),
        rows_of(
            {
                table: {row_id: row for row_id, row in found.items() if row is not None}
                for table, found in after.items()
            }
        ),
    )


def rows_of(tables: Mapping[str, Mapping[str, Row]]) -> TranscriptRows:
    """Rows by table and id as one value."""
    found: dict[str, Any] = {table: tuple(rows.values()) for table, rows in tables.items()}
    return TranscriptRows(**found)  # Any: which table has which rows is the caller's


def difference(before: TranscriptRows, after: TranscriptRows) -> Replacement:
    """The replacement that leads from some rows to others, without those that stay the same."""
    changed_before: dict[str, dict[str, Row]] = {}
    changed_after: dict[str, dict[str, Row]] = {}
    for table in ROW_TYPES:
        was, becomes = before.of(table), after.of(table)
        changed_before[table] = {k: row for k, row in was.items() if becomes.get(k) != row}
        changed_after[table] = {k: row for k, row in becomes.items() if was.get(k) != row}
    return Replacement(rows_of(changed_before), rows_of(changed_after))


def write_rows(rows: TranscriptRows) -> str:
    """Rows as an edit keeps them."""
    tables = {
        table: [{column: getattr(row, column) for column in COLUMNS[table]} for row in found]
        for table in ROW_TYPES
        for found in [getattr(rows, table)]
    }
    return json.dumps(tables, ensure_ascii=False, separators=(",", ":"))


def read_rows(text: str) -> TranscriptRows:
    """Rows from what `write_rows` gave, in this version or an older one."""
    tables = json.loads(text)
    return TranscriptRows(
        speakers=tuple(SpeakerRow(**row) for row in tables["speakers"]),
        utterances=tuple(UtteranceRow(**row) for row in tables["utterances"]),
        turns=tuple(TurnRow(**row) for row in tables["turns"]),
    )
