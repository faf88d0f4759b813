"""Recovery of the readable rows of a damaged database into a new one."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.db.connections import connect, reading_only
from storage.db.database import Connection
from storage.db.errors import BackupError, DatabaseDamagedError, SchemaDamagedError
from storage.db.hidden_recordings import delete_hidden
from storage.db.recovery.backups import newest_good_backup
from storage.db.recovery.damage import is_lost, lost_error
from storage.db.schema.migrations import SCHEMA, migrate, pending_steps
from storage.db.schema.search_index import rebuild_index
from storage.db.sqlite_errors import SQLITE_ERRORS, storage_error
from storage.db.workspace import DATABASE_NAME, locked
from storage.maintenance.repair import repair_histories
from storage.maintenance.salvage import salvage_rows
from storage.maintenance.swap import replace_database

_REBUILT = "studio-recovered.partial.sqlite3"
_REBUILT_TABLES = (SCHEMA.migrations_table, "utterance_numbers", "search_queue")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecoveredTable:
    """Numbers of recovered and of unusable rows of one table.

    Attributes:
        name: of the table.
        num_rows: rows in the new database.
        num_unusable: readable rows that are invalid or refer to lost rows.
    """

    name: str
    num_rows: int
    num_unusable: int


@dataclass(frozen=True, slots=True)
class Recovered:
    """Result of the recovery of a database.

    Attributes:
        tables: one result per table.
        num_lost_histories: transcripts whose edit history is lost.
        kept_in: folder to which the damaged database was moved.
    """

    tables: tuple[RecoveredTable, ...]
    num_lost_histories: int
    kept_in: Path | None


def recover(workspace: Path) -> Recovered:
    """Replace a damaged database by one with its readable rows; keep the damaged file.

    Raises:
        WorkspaceInUseError: if another process holds the lock of the workspace.
        DatabaseDamagedError: if nothing can be read, or the database is empty or missing and
            there is a backup to restore.
        BackupError: if there is no database, no room, or a file cannot be moved.
        StorageError: if the database belongs to another program or a newer version.
    """
    with locked(workspace):
        current, rebuilt = workspace / DATABASE_NAME, workspace / _REBUILT
        has_nothing = is_lost(current)
        if has_nothing and newest_good_backup(current) is not None:
            raise lost_error(current)
        if not has_nothing and not current.is_file():
            raise BackupError(f"There is no database '{current}'.")
        try:
            tables, num_lost = _make_empty(rebuilt) if has_nothing else _rebuild(current, rebuilt)
            return Recovered(tables, num_lost, replace_database(workspace, rebuilt))
        except OSError as error:
            raise BackupError(f"'{current}' cannot be replaced: {error.strerror}.") from error
        finally:
            rebuilt.unlink(missing_ok=True)


def _make_empty(rebuilt: Path) -> tuple[tuple[RecoveredTable, ...], int]:
    """Create an empty database, to replace a missing one or one without tables.

    Returns:
        No recovered tables, and the number of lost histories.
    """
    rebuilt.unlink(missing_ok=True)
    with closing(connect(rebuilt, journal_mode="OFF")) as new:
        return (), _bring_up_to_date(new)


def _rebuild(damaged: Path, rebuilt: Path) -> tuple[tuple[RecoveredTable, ...], int]:
    rebuilt.unlink(missing_ok=True)
    try:
        with reading_only(damaged) as source, closing(connect(rebuilt, journal_mode="OFF")) as new:
            source.text_factory = lambda text: text.decode("utf-8", errors="replace")
            _make_tables(source, new)
            tables = _copy_all(source, new)
            num_lost = _bring_up_to_date(new)
            return tables, num_lost
    except SQLITE_ERRORS as error:
        explained = storage_error(error, damaged)
        if isinstance(explained, DatabaseDamagedError):
            raise DatabaseDamagedError(
                f"Nothing can be read of '{damaged}' ({error}); it was not changed. "
                "Restore a backup: python -m storage restore"
            ) from error
        raise explained from error


def _make_tables(source: sqlite3.Connection, new: sqlite3.Connection) -> None:
    """Create the tables in the new database, up to the last migration of the damaged one."""
    try:
        missing = pending_steps(_tables_of(source))
    except SchemaDamagedError as error:
        _log.warning("%s; assuming the schema of this version", error)
        missing = ()
    SCHEMA.apply(_tables_of(new), stop_before=missing[0] if missing else None)


def _copy_all(source: sqlite3.Connection, new: sqlite3.Connection) -> tuple[RecoveredTable, ...]:
    new.execute("PRAGMA foreign_keys = OFF")
    new.execute("BEGIN")
    triggers = new.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:  # they would repeat changes whose rows are copied, or reject rows
        new.execute(f"DROP TRIGGER {name}")
    tables = _tables_to_copy(new)
    refused = {table: _copy_rows(source, new, table) for table in tables}
    orphaned = _remove_orphans(new)
    for _, statement in triggers:
        new.execute(statement)
    new.execute("COMMIT")
    return tuple(
        RecoveredTable(table, _count(new, table), refused[table] + orphaned.get(table, 0))
        for table in tables
    )


def _tables_to_copy(new: sqlite3.Connection) -> tuple[str, ...]:
    found = new.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT IN (?, ?, ?) ORDER BY name",
        _REBUILT_TABLES,
    )
    return tuple(name for (name,) in found)


def _copy_rows(source: sqlite3.Connection, new: sqlite3.Connection, table: str) -> int:
    there = {name for _, name, *_ in source.execute(f"PRAGMA table_info({table})")}
    columns = [name for _, name, *_ in new.execute(f"PRAGMA table_info({table})") if name in there]
    if not columns:  # the table is lost
        return 0
    marks = ", ".join("?" for _ in columns)
    insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    num_refused = 0
    for row in salvage_rows(source, table, columns):
        try:
            new.execute(insert, row)
        except (sqlite3.IntegrityError, OverflowError):  # garbage that parses as a row
            num_refused += 1
    return num_refused


def _remove_orphans(new: sqlite3.Connection) -> dict[str, int]:
    """Set references to lost rows to NULL, or delete their rows if NULL is not allowed.

    Returns:
        {table: number of deleted rows}.
    """
    removed: dict[str, int] = {}
    while violated := _violated_keys(new):
        for table, column, parent, parent_column in violated:
            is_lost = (
                f"{column} IS NOT NULL AND {column} NOT IN (SELECT {parent_column} FROM {parent})"
            )
            if _is_nullable(new, table, column):
                new.execute(f"UPDATE {table} SET {column} = NULL WHERE {is_lost}")
            else:
                num_deleted = new.execute(f"DELETE FROM {table} WHERE {is_lost}").rowcount
                removed[table] = removed.get(table, 0) + num_deleted
    return removed


def _violated_keys(new: sqlite3.Connection) -> set[tuple[str, str, str, str]]:
    broken = {
        (table, parent, key) for table, _, parent, key in new.execute("PRAGMA foreign_key_check")
    }
    return {
        (table, column, parent, parent_column)
        for table, parent, key in broken
        for found_key, _, _, column, parent_column, *_ in new.execute(
            f"PRAGMA foreign_key_list({table})"
        )
        if found_key == key
    }


def _is_nullable(new: sqlite3.Connection, table: str, column: str) -> bool:
    return any(
        name == column and not not_null
        for _, name, _, not_null, *_ in new.execute(f"PRAGMA table_info({table})")
    )


def _bring_up_to_date(new: sqlite3.Connection) -> int:
    db = _tables_of(new)
    with _in_transaction(new, foreign_keys=False):
        migrate(db)
    with _in_transaction(new, foreign_keys=True):
        delete_hidden(db)
    with _in_transaction(new, foreign_keys=False):
        num_lost = repair_histories(db)
        rebuild_index(new)
    return num_lost


@contextmanager
def _in_transaction(new: sqlite3.Connection, *, foreign_keys: bool) -> Iterator[None]:
    """Run the block in a transaction without rollback, because a failed database is discarded."""
    new.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
    new.execute("BEGIN")
    yield
    new.execute("COMMIT")


def _tables_of(connection: sqlite3.Connection) -> Connection:
    return Connection(connection, execute_plugins=False, strict=True)


def _count(new: sqlite3.Connection, table: str) -> int:
    (count,) = new.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)
