"""Files of recordings, written atomically under names that the program chooses."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from storage.db.errors import DiskFullError, FilesInUseError, StorageError
from storage.db.private_files import is_private

REVIEW_AUDIO = "audio.flac"  # copy of the audio for playback and further runs
PEAKS = "peaks.bin"  # peaks of the waveform

_ID = re.compile(r"[0-9a-f]{32}")
_ID_IN_NAME = re.compile(r"(?<=-)[0-9a-f]{32}")
_NAME = re.compile(r"[a-z0-9-]+\.[a-z0-9]+")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_UPLOAD_STEM = "upload"
_PARTIAL = ".partial"
_BLOCK_BYTES = 1 << 20
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC})


def evidence_name(run_id: str) -> str:
    """Return the name of the file with the speaker embeddings of a run."""
    return f"evidence-{run_id}.npz"


def candidates_name(run_id: str) -> str:
    """Return the name of the file with the doubtful words of a run."""
    return f"candidates-{run_id}.json"


def upload_name(source_name: str) -> str:
    """Return "upload" with the extension of the user's file, or with ".audio" if that is unsafe."""
    suffix = Path(source_name).suffix.lower()
    return _UPLOAD_STEM + (suffix if _SUFFIX.fullmatch(suffix) else ".audio")


def read_blocks(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes in blocks of 1 MiB."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal.

    Raises:
        OSError: if it cannot be read.
    """
    digest = hashlib.sha256()
    for block in read_blocks(path):
        digest.update(block)
    return digest.hexdigest()


class BlobStore:
    """Folder of stored files with one subfolder per recording."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path_of(self, recording_id: str, name: str) -> Path:
        """Return the path of a recording's file, whether or not the file exists.

        Raises:
            ValueError: if the id or the name does not have the form used by this program.
        """
        if _ID.fullmatch(recording_id) is None or _NAME.fullmatch(name) is None:
            raise ValueError(f"not a stored file's name: {recording_id!r}, {name!r}")
        return self._root / recording_id / name

    def put(self, recording_id: str, name: str, blocks: Iterable[bytes]) -> str:
        """Write a file of a recording atomically and durably.

        Returns:
            SHA-256 of its contents in hexadecimal.

        Raises:
            DiskFullError: if there is no room; an existing file of that name stays.
            StorageError: if it cannot be written for another reason.
        """
        path = self.path_of(recording_id, name)
        partial = path.with_name(path.name + _PARTIAL)
        with _translated_errors(path.name):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                digest = _write_durably(partial, blocks)
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
            sync_folder(path.parent)
        return digest

    def adopt(self, recording_id: str, name: str, path: Path) -> None:
        """Store an existing file for a recording by a hard link, else by a copy.

        A file that other users may read is copied, because a link would keep its permissions.

        Raises:
            DiskFullError: if there is no room.
            StorageError: if it cannot be read or written for another reason.
        """
        target = self.path_of(recording_id, name)
        with _translated_errors(name):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
        if not _try_link(path, target):
            self.put(recording_id, name, read_blocks(path))

    def share(self, recording_id: str, copy_id: str, new_ids: Mapping[str, str]) -> None:
        """Store the files of a recording for its copy, by hard links where possible.

        The upload and partial files are left out: the playback copy has all samples.

        Args:
            recording_id: the recording.
            copy_id: its copy, which has no files yet.
            new_ids: {id in the recording's file names: id in the copy's}.

        Raises:
            DiskFullError: if there is no room.
            StorageError: if a file cannot be read or written for another reason.
        """
        folder = self.path_of(recording_id, REVIEW_AUDIO).parent
        for path in sorted(folder.glob("*")):
            if path.stem == _UPLOAD_STEM or path.suffix == _PARTIAL:
                continue
            name = _ID_IN_NAME.sub(lambda found: new_ids[found[0]], path.name)
            self.adopt(copy_id, name, path)

    def find_upload(self, recording_id: str) -> Path | None:
        """Return the path of a recording's stored upload; None if it has been deleted."""
        folder = self.path_of(recording_id, REVIEW_AUDIO).parent
        found = (path for path in folder.glob(f"{_UPLOAD_STEM}.*") if path.suffix != _PARTIAL)
        return next(found, None)

    def find_audio(self, recording_id: str) -> Path | None:
        """Return the path of the recording's audio; None if there is none.

        It is the playback copy, which has every 16 kHz sample, else the stored upload.
        """
        review_copy = self.path_of(recording_id, REVIEW_AUDIO)
        return review_copy if review_copy.is_file() else self.find_upload(recording_id)

    def delete_upload(self, recording_id: str) -> None:
        """Delete the stored upload of a recording, if it exists.

        Raises:
            FilesInUseError: if another program holds it open (on Windows).
        """
        upload = self.find_upload(recording_id)
        if upload is not None:
            with _translated_in_use_error():
                upload.unlink()

    def delete_all(self, recording_id: str) -> None:
        """Delete all files of a recording, if it has any.

        Raises:
            FilesInUseError: if another program holds one open (on Windows).
        """
        folder = self.path_of(recording_id, REVIEW_AUDIO).parent
        if not folder.is_dir():
            return
        with _translated_in_use_error():
            _remove_folder(folder)

    def sweep(self, known_ids: Collection[str], *, min_age_s: float) -> tuple[str, ...]:
        """Delete partial files and folders of unknown recordings, which crashes leave.

        Args:
            known_ids: ids of all recordings.
            min_age_s: skip files modified more recently, because they may be in use.

        Returns:
            The ids whose folders were deleted.
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


def _try_link(path: Path, target: Path) -> bool:
    """Hard-link a file that only its owner can read; return whether that succeeded."""
    try:
        if is_private(path):
            os.link(path, target)
            return True
    except OSError:  # another disk, or a file system without hard links
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


def sync_folder(folder: Path) -> None:
    """Flush the directory entries of a folder to disk.

    Raises:
        OSError: if the disk cannot store them.
    """
    if os.name == "nt":  # Windows cannot open folders and makes names durable itself
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
def _translated_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise DiskFullError(
                f"The disk is full: '{name}' was not saved. Free some space, then try again."
            ) from error
        raise StorageError(f"'{name}' cannot be saved: {error.strerror}.") from error


@contextmanager
def _translated_in_use_error() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FilesInUseError(
            "The audio is still open in a player or another program; the remaining files "
            "will be deleted when Speaker Studio starts the next time."
        ) from error
