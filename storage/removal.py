"""Deleting a recording for good: rows, files, the text in the write-ahead log."""

from __future__ import annotations

import logging

from storage.blobs import BlobStore
from storage.database import Database
from storage.recordings import delete_rows

_log = logging.getLogger(__name__)


def delete_recording(database: Database, blobs: BlobStore, recording_id: str) -> None:
    """Delete a recording, its transcripts and its audio; nothing of it can be brought back.

    Raises:
        NotFoundError: if it is not there (any more).
        FilesInUseError: if its rows are gone, but a player holds its audio open.
    """
    with database.transaction() as rows:
        delete_rows(rows, recording_id)
    if not database.empty_log():
        _log.warning("another program reads the database; the log is emptied when it stops")
    blobs.delete_all(recording_id)
