"""Rows before and after an edit, as values and as the JSON stored in the edit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Token
from storage.db.records import UtteranceStatus
from storage.db.values import read_tokens

LARGE_NUM_ROWS = 4_000  # utterances of about 600 bytes


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """A row of the table `speakers`; for the columns see `records.Speaker`."""

    id: str
    position: int
    label: str
    display_name: str | None = None


# A new column needs a default, because the JSON of older edits lacks it.
@dataclass(frozen=True, slots=True)
class UtteranceRow:
    """A row of the table `utterances`; for the columns see `records.Utterance`."""

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
        """Time span of the utterance."""
        return Interval(self.start_ms, self.end_ms)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Tokens of the utterance, which are characters or words with times."""
        return read_tokens(self.tokens_json)


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A row of the table `turns`; for the columns see `records.Turn`."""

    id: str
    position: int
    start_ms: int
    end_ms: int
    speaker_id: str


@dataclass(frozen=True, slots=True)
class TranscriptRows:
    """Some or all rows of a transcript; the order within a table has no meaning."""

    speakers: tuple[SpeakerRow, ...] = ()
    utterances: tuple[UtteranceRow, ...] = ()
    turns: tuple[TurnRow, ...] = ()

    def of(self, table: str) -> Mapping[str, Row]:
        """Return {id: row} of one table; every call builds a new dict in O(rows)."""
        rows: tuple[Row, ...] = getattr(self, table)
        return {row.id: row for row in rows}


Row = SpeakerRow | UtteranceRow | TurnRow
AnyRow = TypeVar("AnyRow", SpeakerRow, UtteranceRow, TurnRow)

# Parent tables first; deletion goes in the reverse order.
ROW_TYPES: Mapping[str, type[SpeakerRow] | type[UtteranceRow] | type[TurnRow]] = {
    "speakers": SpeakerRow,
    "utterances": UtteranceRow,
    "turns": TurnRow,
}
COLUMNS = {
    table: tuple(field.name for field in fields(row_type)) for table, row_type in ROW_TYPES.items()
}

_ENCODED_ROWS = 200  # in one call, during which other threads wait: a few milliseconds


@dataclass(frozen=True, slots=True)
class StagedValues:
    """New values of rows in a temporary table of the write connection.

    Attributes:
        table: name of the table, with the changed columns and `row_id`.
    """

    table: str


# The values of the changed columns and the id of each row.
UpdatedRows = Sequence[tuple[object, ...]] | StagedValues


@dataclass(frozen=True, slots=True)
class TableChange:
    """The rows of a table that a replacement deletes, updates and inserts.

    Attributes:
        deleted: ids of the deleted rows.
        updated: {changed columns: values of these columns and the id of each row}; unchanged
            columns and their indexes are not written.
        inserted: values of all columns of each row.
    """

    deleted: tuple[str, ...]
    updated: Mapping[tuple[str, ...], UpdatedRows]
    inserted: Sequence[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Replacement:
    """Change of a transcript that replaces the rows `before` by the rows `after`.

    Attributes:
        before: existing rows that are changed or deleted.
        after: the changed rows and new rows.
    """

    before: TranscriptRows
    after: TranscriptRows

    @property
    def is_large(self) -> bool:
        """Whether the rows take more than a few MB."""
        return len(self.before.utterances) + len(self.after.utterances) > LARGE_NUM_ROWS

    @property
    def num_characters(self) -> int:
        """Number of characters in the texts, tokens and comments of the new utterances."""
        return sum(
            len(row.text) + len(row.tokens_json) + len(row.comment) for row in self.after.utterances
        )

    @property
    def changes_nothing(self) -> bool:
        """Whether the rows are the same before and after."""
        return all(self.before.of(table) == self.after.of(table) for table in ROW_TYPES)

    def written(self) -> tuple[bytes, bytes]:
        """Return the rows before and after as the JSON stored in an edit, in UTF-8."""
        return write_rows(self.before), write_rows(self.after)

    def prepared(self, revision: int) -> PreparedReplacement:
        """Return the change with its JSON, to keep the conversion out of the transaction.

        Args:
            revision: of the transcript from whose rows the change was planned.
        """
        return PreparedReplacement(
            self.before, self.after, self.written(), self.statements(), revision
        )

    def statements(self) -> Mapping[str, TableChange]:
        """Return {table: rows to delete, update and insert}, the parameters of the SQL."""
        return {
            table: _table_change(table, self.before.of(table), self.after.of(table))
            for table in ROW_TYPES
        }

    def inverted(self) -> Replacement:
        """Return the change that undoes this one."""
        return Replacement(self.after, self.before)

    def ids(self, table: str) -> tuple[str, ...]:
        """Return the ids of all rows of a table that exist before or after the change."""
        return tuple(dict.fromkeys((*self.before.of(table), *self.after.of(table))))

    def removed(self) -> dict[str, list[str]]:
        """Return the ids of the deleted rows by table."""
        return {
            table: [row_id for row_id in self.before.of(table) if row_id not in after]
            for table in ROW_TYPES
            for after in (self.after.of(table),)
        }


@dataclass(frozen=True, slots=True)
class PreparedReplacement(Replacement):
    """Replacement with its JSON, its statements and the revision from which it was planned.

    Attributes:
        json_texts: JSON of the rows before and after, in UTF-8.
        table_changes: parameters of the SQL by table.
        revision: of the transcript from whose rows it was planned.
    """

    json_texts: tuple[bytes, bytes]
    table_changes: Mapping[str, TableChange]
    revision: int

    def written(self) -> tuple[bytes, bytes]:
        """Return the rows before and after as the JSON stored in an edit, in UTF-8."""
        return self.json_texts

    def statements(self) -> Mapping[str, TableChange]:
        """Return {table: rows to delete, update and insert}, the parameters of the SQL."""
        return self.table_changes

    def removed(self) -> dict[str, list[str]]:
        """Return the ids of the deleted rows by table."""
        return {table: list(change.deleted) for table, change in self.table_changes.items()}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row that has changed since the base revision of an edit.

    Attributes:
        table: "utterances", "speakers" or "turns".
        row_id: id of the row.
        current: its current version; None if it was deleted.
        wanted: the requested version; None if the edit deletes the row or
            cannot be planned.
    """

    table: str
    row_id: str
    current: Row | None
    wanted: Row | None


def _table_change(table: str, before: Mapping[str, Row], after: Mapping[str, Row]) -> TableChange:
    columns = COLUMNS[table]
    updated: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
    inserted = []
    for row_id, row in after.items():
        old = before.get(row_id)
        values = tuple([getattr(row, column) for column in columns])
        if old is None:
            inserted.append(values)
            continue
        changed = [
            (column, value)
            for column, value in zip(columns, values, strict=True)
            if getattr(old, column) != value
        ]
        names = tuple([column for column, _ in changed])
        updated.setdefault(names, []).append((*[value for _, value in changed], row_id))
    deleted = tuple(row_id for row_id in before if row_id not in after)
    return TableChange(deleted, updated, inserted)


def combined(steps: Iterable[Replacement]) -> Replacement:
    """Return one replacement with the same effect as several applied in order."""
    before: dict[str, dict[str, Row]] = {table: {} for table in ROW_TYPES}
    after: dict[str, dict[str, Row | None]] = {table: {} for table in ROW_TYPES}
    for step in steps:
        for table in ROW_TYPES:
            old, new = step.before.of(table), step.after.of(table)
            for row_id in step.ids(table):
                if row_id not in after[table] and row_id in old:
                    before[table][row_id] = old[row_id]
                after[table][row_id] = new.get(row_id)
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
    """Return {table: {id: row}} as one TranscriptRows."""
    found: dict[str, Any] = {table: tuple(rows.values()) for table, rows in tables.items()}
    return TranscriptRows(**found)  # Any: the caller gives rows that match their table


def difference(before: TranscriptRows, after: TranscriptRows) -> Replacement:
    """Return the replacement that turns `before` into `after`, without unchanged rows."""
    changed_before: dict[str, dict[str, Row]] = {}
    changed_after: dict[str, dict[str, Row]] = {}
    for table in ROW_TYPES:
        old, new = before.of(table), after.of(table)
        changed_before[table] = {k: row for k, row in old.items() if new.get(k) != row}
        changed_after[table] = {k: row for k, row in new.items() if old.get(k) != row}
    return Replacement(rows_of(changed_before), rows_of(changed_after))


def write_rows(rows: TranscriptRows) -> bytes:
    """Return rows as JSON in UTF-8, as stored in an edit.

    They are encoded in batches, between which other threads run. UTF-8 takes half the memory of a
    text with Chinese characters, and SQLite stores it without a conversion.
    """
    return b"".join(_json_pieces(rows))


def _json_pieces(rows: TranscriptRows) -> Iterator[bytes]:
    before = "{"
    for table in ROW_TYPES:
        yield f'{before}"{table}":['.encode()
        yield from _encoded_batches(getattr(rows, table))
        before = "],"
    yield b"]}"


def _encoded_batches(rows: Sequence[Row]) -> Iterator[bytes]:
    """Yield the JSON of consecutive rows, separated by commas, without the brackets of a list."""
    for first in range(0, len(rows), _ENCODED_ROWS):
        batch = rows[first : first + _ENCODED_ROWS]
        columns = [{column: getattr(row, column) for column in row.__slots__} for row in batch]
        text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))[1:-1]
        yield f"{',' if first else ''}{text}".encode()


def read_rows(text: str | bytes) -> TranscriptRows:
    """Read rows from the output of `write_rows` of this version or an older one."""
    tables = json.loads(text)
    return TranscriptRows(
        speakers=tuple(SpeakerRow(**row) for row in tables["speakers"]),
        utterances=tuple(UtteranceRow(**row) for row in tables["utterances"]),
        turns=tuple(TurnRow(**row) for row in tables["turns"]),
    )
