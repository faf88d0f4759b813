"""Errors of the storage: every message says what, which, and what to do."""


class StorageError(Exception):
    """Root of everything the storage raises on purpose; the message is fit for a user."""


class NotFoundError(StorageError, LookupError):
    """There is no such recording, run or transcript, or it has been deleted."""


class DiskFullError(StorageError):
    """The disk is full; what was to be written is not there, what was there still is."""


class DatabaseUnavailableError(StorageError):
    """The database cannot be opened, written or waited for."""


class DatabaseDamagedError(StorageError):
    """The file is no database, or not whole."""


class ForeignDatabaseError(StorageError):
    """The file is a database of another program."""


class DatabaseTooNewError(StorageError):
    """The database was written by a newer version of the program."""


class FilesInUseError(StorageError):
    """Rows are deleted, but another program holds a file of theirs open."""
