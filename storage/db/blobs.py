"""Files that belong to recordings: whole or not there, named by ids and never by an upload."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.db.errors import DiskFullError, FilesInUseError, StorageError
from storage.db.private_files import is_private

REVIEW_AUDIO = "audio.flac"  # the copy that is played, also the audio for another run
PEAKS = "peaks.bin"  # the waveform's picture

_ID = re.compile(r"[0-9a-f]{32}")
_NAME = re.compile(r"[a-z0-9-]+\.[a-z0-9]+")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_UPLOAD_STEM = "upload"
_PARTIAL = ".partial"
_BLOCK_BYTES = 1 << 20
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC})


def evidence_name(run_id: str) -> str:
    """Name of the file with the voices that a run has heard."""
    return f"evidence-{run_id}.npz"


def upload_name(source_name: str) -> str:
    """Name of the file as it came: of its own name only a plain ending is kept."""
    suffix = Path(source_name).suffix.lower()
    return _UPLOAD_STEM + (suffix if _SUFFIX.fullmatch(suffix) else ".audio")


def read_blocks(path: Path) -> Iterator[bytes]:
    """A file's bytes, a block at a time."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block


def sha256_of(path: Path) -> str:
    """A file's sha256 in hexadecimal.

    Raises:
        OSError: if it cannot be read.
    """
    digest = hashlib.sha256()
    for block in read_blocks(path):
        digest.update(block)
    return digest.hexdigest()


class BlobStore:
    """A folder with one folder for each recording."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path_of(self, recording_id: str, name: str) -> Path:
        """Where a file lies, or would lie.

        Raises:
            ValueError: if the id or the name is not of the form that this program makes.
        """
        if _ID.fullmatch(recording_id) is None or _NAME.fullmatch(name) is None:
            raise ValueError(f"no name of a stored file: {recording_id!r}, {name!r}")
        return self._root / recording_id / name

    def put(self, recording_id: str, name: str, blocks: Iterable[bytes]) -> str:
        """Store a file; after a crash it is there as a whole or not at all.

        Returns:
            sha256 of its contents in hexadecimal.

        Raises:
            DiskFullError: if there is no room; what was stored under the name stays.
            StorageError: if it cannot be written for another reason.
        """
        path = self.path_of(recording_id, name)
        partial = path.with_name(path.name + _PARTIAL)
        with _explained(path.name):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                digest = _write_durably(partial, blocks)
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
            _sync_folder(path.parent)
        return digest

    def adopt(self, recording_id: str, name: str, path: Path) -> None:
        """Store a file that lies elsewhere: without copying it where the disk allows.

        A file that others may read is copied: a second name for it would let them read on.

        Raises:
            DiskFullError: if there is no room.
            StorageError: if it cannot be read or written for another reason.
        """
        target = self.path_of(recording_id, name)
        with _explained(name):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
        if not _linked(path, target):
            self.put(recording_id, name, read_blocks(path))

    def find_upload(self, recording_id: str) -> Path | None:
        """Where the file lies as it came; None once it is not needed any more."""
        folder = self.path_of(recording_id, REVIEW_AUDIO).parent
        found = (path for path in folder.glob(f"{_UPLOAD_STEM}.*") if path.suffix != _PARTIAL)
        return next(found, None)

    def delete_upload(self, recording_id: str) -> None:
        """Remove the file as it came.

        Raises:
            FilesInUseError: if another program holds it open (Windows refuses then).
        """
        upload = self.find_upload(recording_id)
        if upload is not None:
            with _explained_in_use():
                upload.unlink()

    def delete_all(self, recording_id: str) -> None:
        """Remove every file of a recording; nothing happens if it has none.

        Raises:
            FilesInUseError: if another program holds one open (Windows refuses then).
        """
        folder = self.path_of(recording_id, REVIEW_AUDIO).parent
        if not folder.is_dir():
            return
        with _explained_in_use():
            _remove_folder(folder)

    def sweep(self, known_ids: Collection[str], *, min_age_s: float) -> tuple[str, ...]:
        """Remove what crashes have left: files half written, files of no known recording.

        Args:
            known_ids: the recordings there are.
            min_age_s: leave alone what was touched more recently; somebody may be writing it.

        Returns:
            The ids whose folders were removed.
        """
        latest_s = time.time() - min_age_s
        removed = []
        for folder in sorted(self._root.glob("*")):
            if _ID.fullmatch(folder.name) is None or folder.stat().st_mtime > latest_s:
                continue
            if folder.name in known_ids:
                _remove_partials(folder, latest_s)
            else:
                self.delete_all(folder.name)
                removed.append(folder.name)
        return tuple(removed)


def _linked(path: Path, target: Path) -> bool:
    """Give a private file a second name; return whether that could be done."""
    try:
        if is_private(path):
            os.link(path, target)
            return True
    except OSError:  # another disk, or a file system without links
        pass
    return False


def _write_durably(path: Path, blocks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for block in blocks:
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows keeps names durable by itself and opens no folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_folder(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def _remove_partials(folder: Path, latest_s: float) -> None:
    for partial in folder.glob(f"*{_PARTIAL}"):
        if partial.stat().st_mtime <= latest_s:
            partial.unlink()


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise DiskFullError(
                f"The disk is full: '{name}' was not saved. Free some space, then try again."
            ) from error
        raise StorageError(f"'{name}' cannot be saved: {error.strerror}.") from error


@contextmanager
def _explained_in_use() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FilesInUseError(
            "The audio is still open in a player or another program; what is left of it "
            "will be removed when Speaker Studio starts the next time."
        ) from error
