"""Files of live sessions, which survive restarts of the program and of the machine."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any  # values of JSON

from pipeline.core.atomic_write import write_bytes_atomically
from pipeline.core.errors import WorkingFileError
from pipeline.live.audio.spool_file import SpoolFile
from pipeline.runtime.append_log import RecordLog
from storage.db.blobs import sync_folder
from storage.db.errors import DiskFullError, StorageError
from storage.live.session_record import LiveSessionRecord, read_record

SPOOL_NAME = "audio.s16"
_RECORD_NAME = "session.json"
_DURABLE_NAME = "durable"
_CHANGES_NAME = "changes.log"
_DURABLE_DIGITS = 20
_BOOT_ID_CHARACTERS = 40
_ID = re.compile(r"[0-9a-f]{32}")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

_log = logging.getLogger(__name__)


def boot_id() -> str:
    """Return the boot id of the operating system; "" if it provides none."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""


class SessionFiles:
    """Open files of one live session."""

    def __init__(self, folder: Path, spool: SpoolFile) -> None:
        self._folder = folder
        self._changes = RecordLog(folder / _CHANGES_NAME)
        (folder / _DURABLE_NAME).touch()
        self._durable = (folder / _DURABLE_NAME).open("r+b", buffering=0)
        self._sync_lock = threading.Lock()
        self.spool = spool

    @property
    def spool_path(self) -> Path:
        """Path of the file with the samples."""
        return self._folder / SPOOL_NAME

    def sync(self) -> int:
        """Flush the samples to disk; record and return their number.

        Raises:
            StorageError: if the disk cannot store them.
        """
        try:
            with self._sync_lock:
                num_samples = self.spool.sync()
                self._durable.seek(0)
                self._durable.write(_durable_note(num_samples))
                os.fsync(self._durable.fileno())
        except (WorkingFileError, OSError) as error:
            raise DiskFullError("The samples of a live recording cannot be stored.") from error
        return num_samples

    def changes(self) -> Iterator[dict[str, Any]]:
        """Yield the changes of the text that the file contained when it was opened."""
        for each in self._changes.read():
            yield json.loads(each)

    def note_change(self, change: dict[str, Any]) -> None:
        """Append a change of the text to its file and flush it to disk.

        Raises:
            WorkingFileError: if the disk cannot store it.
        """
        self._changes.append(json.dumps(change, ensure_ascii=False).encode())
        self._changes.sync()

    def write_record(self, record: LiveSessionRecord) -> None:
        """Replace the session's record.

        Raises:
            StorageError: if it cannot be written.
        """
        _write_record(self._folder, record)

    def close(self) -> None:
        """Close the files without deleting them."""
        self.spool.close()
        self._changes.close()
        self._durable.close()


class LiveStore:
    """Folder with one subfolder per live session."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self, record: LiveSessionRecord) -> SessionFiles:
        """Create the folder and the files of a new session.

        Raises:
            StorageError: if it cannot be written, for example on a full disk.
        """
        folder = self._folder(record.session_id)
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700)
            files = SessionFiles(folder, SpoolFile.create(folder / SPOOL_NAME))
        except (OSError, WorkingFileError) as error:
            self.remove(record.session_id)
            raise DiskFullError("A live recording cannot be stored.") from error
        try:
            files.sync()
            files.write_record(record)
            self._make_names_durable(folder)
        except StorageError:
            files.close()
            self.remove(record.session_id)
            raise
        return files

    def open(self, record: LiveSessionRecord) -> SessionFiles:
        """Reopen the files of a session, and discard samples that may be invalid after a crash.

        Raises:
            StorageError: if they cannot be read or written.
        """
        folder = self._folder(record.session_id)
        try:
            most = _num_certain(folder)
            files = SessionFiles(folder, SpoolFile.open(folder / SPOOL_NAME, num_samples=most))
            files.sync()
        except (OSError, WorkingFileError) as error:
            raise StorageError("The files of a live recording cannot be opened.") from error
        return files

    def records(self) -> tuple[LiveSessionRecord, ...]:
        """Return the records of all stored sessions; those that cannot be read are left out."""
        found = []
        for folder in sorted(self._root.glob("*")):
            if _ID.fullmatch(folder.name) is None:
                continue
            try:
                found.append(read_record((folder / _RECORD_NAME).read_bytes()))
            except (OSError, StorageError):
                _log.warning("the live session %s cannot be read", folder.name, exc_info=True)
        return tuple(found)

    def write_record(self, record: LiveSessionRecord) -> None:
        """Replace the record of a session.

        Raises:
            StorageError: if it cannot be written.
        """
        _write_record(self._folder(record.session_id), record)

    def remove(self, session_id: str) -> None:
        """Remove the folder of a session, if it exists."""
        shutil.rmtree(self._folder(session_id), ignore_errors=True)

    def _make_names_durable(self, folder: Path) -> None:
        try:
            for each in (folder, self._root, self._root.parent):
                sync_folder(each)
        except OSError as error:
            raise DiskFullError("A live recording cannot be stored.") from error

    def _folder(self, session_id: str) -> Path:
        if _ID.fullmatch(session_id) is None:
            raise ValueError(f"not the id of a session: {session_id!r}")
        return self._root / session_id


def _write_record(folder: Path, record: LiveSessionRecord) -> None:
    try:
        write_bytes_atomically(folder / _RECORD_NAME, record.as_json())
    except OSError as error:
        raise DiskFullError("The state of a live recording cannot be stored.") from error


def _durable_note(num_samples: int) -> bytes:
    """Return the number of durable samples and the boot id, as text of a fixed length."""
    return f"{num_samples:0{_DURABLE_DIGITS}d} {boot_id():<{_BOOT_ID_CHARACTERS}}".encode()


def _num_certain(folder: Path) -> int | None:
    """Return the number of valid samples of a session; None if all samples in its file are valid.

    After a restart of the program alone all written samples are valid. After a restart of the
    machine only the samples that were recorded as durable are valid.
    """
    try:
        number, _, noted_boot = (folder / _DURABLE_NAME).read_text("ascii").partition(" ")
        is_this_boot = noted_boot.strip() == boot_id() != ""
        return None if is_this_boot else int(number)
    except (FileNotFoundError, ValueError):
        return 0
