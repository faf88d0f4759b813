"""Translation of SQLite errors into StorageErrors with messages for users."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from storage.db.errors import (
    DatabaseDamagedError,
    DatabaseUnavailableError,
    DiskFullError,
    StorageError,
)

# SQLite quotes the names of a damaged schema, which may be invalid UTF-8.
SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)

# Python 3.10 gives no error codes, so the fixed English texts of SQLite's errstr() decide.
_DISK_FULL = ("database or disk is full",)
_DAMAGED = ("file is not a database", "malformed", "encrypted")
_BUSY = ("database is locked", "database table is locked")
_UNAVAILABLE = ("unable to open", "readonly database", "disk i/o error", "locking protocol")


def storage_error(error: sqlite3.Error | UnicodeDecodeError, path: Path) -> StorageError:
    """Return the StorageError for an SQLite error of the database at `path`."""
    reported = str(error).lower()
    if _mentions(reported, _DISK_FULL):
        return DiskFullError(
            f"The disk is full: nothing was saved in '{path.name}', and nothing there was lost. "
            "Free some space, then try again."
        )
    if isinstance(error, UnicodeDecodeError) or _mentions(reported, _DAMAGED):
        return DatabaseDamagedError(
            f"'{path}' is no database of this program, or it is damaged. "
            "Stop Speaker Studio, then run: python -m storage verify"
        )
    if _mentions(reported, _BUSY):
        return DatabaseUnavailableError(
            f"Another program keeps '{path.name}' locked. Close it there, then try again."
        )
    if _mentions(reported, _UNAVAILABLE):
        return DatabaseUnavailableError(
            f"'{path}' cannot be opened or written. "
            "Check that its folder exists and that you may write to it."
        )
    return StorageError(f"The database reported an error: {error}.")


def _mentions(reported: str, texts: tuple[str, ...]) -> bool:
    return any(text in reported for text in texts)
