"""Log of the recordings whose rows were changed, kept in memory while the program runs."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# Tables of which every row belongs to a recording, with the column of its id. An edit changes the
# row of its transcript, so the tables of sentences, speakers and turns need no triggers.
_COLUMNS = {
    "recordings": "id",
    "pipeline_runs": "recording_id",
    "transcripts": "recording_id",
    "recording_tags": "recording_id",
    "claims": "recording_id",
    "chosen_transcripts": "recording_id",
    "hidden_recordings": "recording_id",
}
_OF_TRANSCRIPT = "(SELECT recording_id FROM transcripts WHERE id = {row}.transcript_id)"
_OLD_AND_NEW = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


@dataclass(frozen=True, slots=True)
class ChangedRecordings:
    """Recordings that were changed, added or deleted after a point of the log.

    Attributes:
        number: number of the last change, from which the next request continues.
        ids: ids of the recordings; None if any may have changed.
    """

    number: int
    ids: frozenset[str] | None


class RecordingChanges:
    """Thread-safe log of changed recordings, filled by temporary triggers of the writer.

    Commits of other processes are noticed without their recordings: then any may have changed.
    """

    def __init__(self, writer: sqlite3.Connection) -> None:
        self._writer = writer
        self._data_version = self._read_data_version()
        self._noted: set[str] = set()  # by the open transaction
        self._lock = threading.Lock()
        self._number = 1
        self._all_changed_at = 1
        self._numbers: dict[str, int] = {}  # of the last change, in ascending order

    def watch(self) -> None:
        """Create the triggers, which exist as long as the connection; the tables must exist."""
        self._writer.create_function("note_recording", 1, self._note)
        for table, column in _COLUMNS.items():
            self._add_triggers(table, f"{{row}}.{column}")
        self._add_triggers("second_annotations", _OF_TRANSCRIPT)

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Add the changes of the transaction in the block to the log, unless the block raises."""
        self.check_others()
        try:
            yield
        except BaseException:
            self._noted.clear()
            raise
        self._publish()

    def check_others(self) -> None:
        """Look for commits of other connections; only one thread at a time may call this.

        Raises:
            sqlite3.Error: if the database cannot be read.
        """
        version = self._read_data_version()
        if version == self._data_version:
            return
        self._data_version = version
        with self._lock:
            self._number += 1
            self._all_changed_at = self._number
            self._numbers.clear()

    def since(self, number: int) -> ChangedRecordings:
        """Return the recordings changed after a number of an earlier answer; 0 for all."""
        with self._lock:
            if number < self._all_changed_at:
                return ChangedRecordings(self._number, None)
            found = []
            for recording_id, changed_at in reversed(self._numbers.items()):
                if changed_at <= number:
                    break
                found.append(recording_id)
            return ChangedRecordings(self._number, frozenset(found))

    def _publish(self) -> None:
        if not self._noted:
            return
        with self._lock:
            self._number += 1
            for recording_id in self._noted:
                self._numbers.pop(recording_id, None)  # to insert it at the end
                self._numbers[recording_id] = self._number
        self._noted.clear()

    def _note(self, recording_id: str | None) -> None:
        if recording_id is not None:
            self._noted.add(recording_id)

    def _add_triggers(self, table: str, recording_id: str) -> None:
        for event, rows in _OLD_AND_NEW.items():
            notes = " ".join(f"SELECT note_recording({recording_id.format(row=r)});" for r in rows)
            self._writer.execute(
                f"CREATE TEMP TRIGGER note_{event}_of_{table} AFTER {event} ON main.{table} "
                f"BEGIN {notes} END"
            )

    def _read_data_version(self) -> int:
        """Return a number that changes when another connection commits."""
        (version,) = self._writer.execute("PRAGMA data_version").fetchone()
        found: int = version
        return found


def among(column: str, ids: Collection[str] | None) -> tuple[str, list[str]]:
    """Return an SQL condition for a column that holds one of the ids, and its parameters.

    Without ids (None) every value satisfies it.
    """
    if ids is None:
        return "TRUE", []
    return f"{column} IN (SELECT value FROM json_each(?))", [json.dumps([*ids])]
