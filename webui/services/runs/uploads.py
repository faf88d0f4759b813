"""Temporary storage of uploaded files whose transcription has not been started."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.db.errors import StorageError
from webui.services.disk_space import check_room

_OWNER_ALONE = 0o700
_PARTIAL = ".partial"
MAX_RECEIVED = 16  # uploads of a sender at a time; their sizes are counted when they are complete
STRAY_S = 60.0  # minimum age at which Gradio's own temporary files are deleted

_log = logging.getLogger(__name__)


class TooManyUploadsError(Exception):
    """Error for an upload of a sender who is sending many others."""


class UploadGoneError(StorageError):
    """Error for an upload that was already transcribed, or deleted after its time limit."""


class Claim:
    """Use of an upload by a transcription, after which the upload is deleted or kept."""

    def __init__(self) -> None:
        self.is_kept = False

    def keep(self) -> None:
        """Keep the upload, for example because no run has been queued for it."""
        self.is_kept = True


class Uploads:
    """Folder of this process with one subfolder per uploaded file.

    Incomplete files are in folders with distinct names, so that the leftovers of a killed process
    are recognised at the next start.
    """

    def __init__(
        self,
        root: Path,
        *,
        keep_s: float,
        max_sender_bytes: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Store the folder's path and the limits, without creating the folder.

        Args:
            root: the folder, created with the first upload.
            keep_s: seconds after its last use in a form at which an upload is deleted.
            max_sender_bytes: maximum size of a sender's uploads together; None for no limit.
            clock: seconds since the epoch, as in the times of files.
        """
        self.root = root
        self.keep_s = keep_s
        self._clock = clock
        self._lock = threading.Lock()
        self._in_use: Counter[Path] = Counter()
        self._num_received: Counter[str] = Counter()
        self._done: set[Path] = set()
        self._max_sender_bytes = max_sender_bytes
        self._sent: dict[Path, tuple[str, int]] = {}  # by folder: sender and bytes, oldest first

    def find(self, reference: object) -> Path | None:
        """Return the uploaded file that a path names; None if no upload has this path.

        Args:
            reference: path returned for the upload, untrusted.
        """
        path = self._path_of(reference) if isinstance(reference, str) else None
        return path if path is not None and _is_file(path) else None

    def is_reference(self, reference: str) -> bool:
        """Return whether a path has the form of an upload's path; the file may no longer exist."""
        return self._path_of(reference) is not None

    def _path_of(self, reference: str) -> Path | None:
        try:
            path = Path(reference).resolve()
            is_upload = path.parent.parent == self.root.resolve()
        except (OSError, ValueError, RuntimeError):  # too long, a loop of links, or not a path
            return None
        return path if is_upload and path.parent.suffix != _PARTIAL else None

    @contextmanager
    def receiving(self, *, sender: str | None = None) -> Iterator[Path]:
        """Yield a temporary folder to receive files in, which is deleted after the block.

        Args:
            sender: key of the sender, as in `add`; None for no limit.

        Raises:
            OSError: if it cannot be created, or the disk is nearly full.
            TooManyUploadsError: if too many uploads of the sender are being received.
        """
        with self._counted(sender):
            folder = self._new_folder(_PARTIAL)
            with self._using(folder):
                try:
                    check_room(folder)
                    yield folder
                finally:
                    shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _counted(self, sender: str | None) -> Iterator[None]:
        """Count an upload of a sender until the end of the block."""
        if sender is None:
            yield
            return
        with self._lock:
            if self._num_received[sender] >= MAX_RECEIVED:
                raise TooManyUploadsError
            self._num_received[sender] += 1
        try:
            yield
        finally:
            with self._lock:
                self._num_received[sender] -= 1
                if not self._num_received[sender]:
                    del self._num_received[sender]

    def add(self, received: Path, name: str, *, sender: str | None = None) -> Path:
        """Move a completely received file to a new folder and return its path.

        If the sender's uploads together exceed the limit, the oldest unused ones are deleted.

        Args:
            received: the file, in a folder of `receiving`.
            name: new name of the file.
            sender: key of the sender whose uploads are limited together; None for no limit.

        Raises:
            OSError: if it cannot be moved.
        """
        folder = self._new_folder()
        try:
            path = received.rename(folder / name)
        except OSError:
            _remove(folder)
            raise
        if sender is not None and self._max_sender_bytes is not None:
            with self._lock:
                self._sent[folder] = (sender, path.stat().st_size)
                self._remove_oldest(sender, self._max_sender_bytes)
        return path

    def _remove_oldest(self, sender: str, max_bytes: int) -> None:
        self._sent = {each: sent for each, sent in self._sent.items() if each.is_dir()}
        sizes = {each: size for each, (who, size) in self._sent.items() if who == sender}
        excess = sum(sizes.values()) - max_bytes
        for folder, size in list(sizes.items())[:-1]:  # the last one has just been added
            if excess > 0 and not self._in_use[folder]:
                _remove(folder)
                excess -= size

    @contextmanager
    def claimed(self, path: Path) -> Iterator[Claim]:
        """Protect an upload from deletion in a `with` block, then delete it once unused.

        It is kept for another start if the block raises or calls `Claim.keep`.

        Raises:
            UploadGoneError: if it no longer exists.
        """
        folder = self._folder_of(path)
        with self._using(folder):
            if not path.is_file():
                raise UploadGoneError(
                    f"The upload '{path.name}' no longer exists: it was started already, or waited "
                    "too long. Upload the file again."
                )
            claim = Claim()
            yield claim
            if not claim.is_kept:
                with self._lock:
                    self._done.add(folder)

    def discard(self, path: Path) -> None:
        """Delete an upload, or mark it for deletion after its last use."""
        folder = self._folder_of(path)
        with self._using(folder), self._lock:
            self._done.add(folder)

    def renew(self, path: Path) -> None:
        """Restart the expiry time of an unused upload."""
        now = self._clock()
        try:
            os.utime(path, (now, now))
        except OSError:  # started or removed meanwhile
            _log.debug("an upload cannot be renewed", exc_info=True)

    def remove_leftovers(self) -> None:
        """Delete incomplete and expired uploads of an earlier process."""
        for folder in self._entries():
            if not folder.is_dir() or folder.suffix == _PARTIAL:
                _remove(folder)
        self.sweep()

    def sweep(self) -> None:
        """Delete expired uploads that are not in use."""
        now = self._clock()
        for entry in self._entries():
            keep_s = self.keep_s if entry.is_dir() else min(STRAY_S, self.keep_s)
            with self._lock:
                if not self._in_use[entry] and now - _newest_s(entry, otherwise=now) > keep_s:
                    _remove(entry)

    def _new_folder(self, suffix: str = "") -> Path:
        folder = self.root / f"{uuid.uuid4().hex}{suffix}"
        self.root.mkdir(mode=_OWNER_ALONE, parents=True, exist_ok=True)
        folder.mkdir(mode=_OWNER_ALONE)
        return folder

    def _entries(self) -> list[Path]:
        return list(self.root.iterdir()) if self.root.is_dir() else []

    def _folder_of(self, path: Path) -> Path:
        root = self.root.resolve()
        return self.root / path.resolve().relative_to(root).parts[0]

    @contextmanager
    def _using(self, folder: Path) -> Iterator[None]:
        with self._lock:
            self._in_use[folder] += 1
        try:
            yield
        finally:
            with self._lock:
                self._in_use[folder] -= 1
                if not self._in_use[folder]:
                    del self._in_use[folder]
                    if folder in self._done:
                        self._done.remove(folder)
                        _remove(folder)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # name too long for the file system
        return False


def _newest_s(entry: Path, *, otherwise: float) -> float:
    """Return the time (Unix s) of an upload's newest file, or of its empty folder."""
    try:
        files = [each for each in entry.rglob("*") if each.is_file()]
        return max(each.stat().st_mtime for each in (files or [entry]))
    except OSError:  # being removed
        return otherwise


def _remove(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry, ignore_errors=True)
        return
    try:
        entry.unlink(missing_ok=True)
    except OSError:
        _log.warning("an upload cannot be removed yet", exc_info=True)
