"""Where the files of an export go: into a folder or a zip file, all of them or none."""

from __future__ import annotations

import errno
import hashlib
import shutil
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from pipeline.runtime.atomic_write import replacing
from storage.db.errors import DiskFullError, TrainingExportError
from storage.training.manifest import MANIFEST_NAME, is_manifest
from storage.training.written_file import WrittenFile

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the same data gives the same bytes
_FILE_MODE = 0o644 << 16  # readable where it is unpacked, as a zip file notes it
_DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class ExportTarget(Protocol):
    """Takes files one after another."""

    def add(self, name: str, blocks: Iterable[bytes]) -> WrittenFile:
        """Write one file.

        Args:
            name: its path inside the export, with "/" between folders; one of ours.
            blocks: its content.

        Raises:
            OSError: if it cannot be written.
        """


class FolderTarget:
    """Writes files into a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def add(self, name: str, blocks: Iterable[bytes]) -> WrittenFile:
        """Write one file; see `ExportTarget`."""
        path = self._root.joinpath(*PurePosixPath(name).parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            return _written(name, blocks, file.write)


class ZipTarget:
    """Writes files into a zip file; the clips as they are, for sound hardly shrinks."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, name: str, blocks: Iterable[bytes]) -> WrittenFile:
        """Write one file; see `ExportTarget`."""
        entry = zipfile.ZipInfo(name, _ZIP_DATE)
        entry.external_attr = _FILE_MODE
        entry.create_system = 3  # the same bytes on Windows as elsewhere
        entry.compress_type = zipfile.ZIP_STORED if name.endswith(".wav") else zipfile.ZIP_DEFLATED
        with self._archive.open(entry, "w", force_zip64=True) as file:
            return _written(name, blocks, file.write)


@contextmanager
def writing_folder(path: Path, *, replaces_export: bool = False) -> Iterator[ExportTarget]:
    """Give a target; when the block ends well, what it took is the folder, else nothing is there.

    Args:
        path: the folder to be; it may exist if it is empty, or an earlier export.
        replaces_export: whether an earlier export may be replaced.

    Raises:
        TrainingExportError: if something else is there, or the folder cannot be written.
        DiskFullError: if the disk is full.
    """
    if path.name in ("", ".."):  # the folder one is in, or the one above
        path = path.resolve()
    with _explained(path):
        _check_place(path, replaces_export=replaces_export)
        partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}.partial")
        try:
            partial.mkdir(parents=True)
            yield FolderTarget(partial)
            _put_in_place(partial, path)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def writing_zip(path: Path, *, replaces_file: bool = False) -> Iterator[ExportTarget]:
    """Give a target; when the block ends well, what it took is the zip file, else nothing is there.

    Args:
        path: the file to be.
        replaces_file: whether a file that is there may be replaced.

    Raises:
        TrainingExportError: if something is there, or it cannot be written.
        DiskFullError: if the disk is full.
    """
    if path.exists() and not (replaces_file and zipfile.is_zipfile(path)):
        raise TrainingExportError(
            f"'{path}' is there already. Choose another name, or say that it is to be replaced "
            "(--replace)."
        )
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as partial, zipfile.ZipFile(partial, "w") as archive:
            yield ZipTarget(archive)


def _written(name: str, blocks: Iterable[bytes], write: _Write) -> WrittenFile:
    digest, num_bytes = hashlib.sha256(), 0
    for block in blocks:
        write(block)
        digest.update(block)
        num_bytes += len(block)
    return WrittenFile(name, num_bytes, digest.hexdigest())


class _Write(Protocol):
    def __call__(self, block: bytes, /) -> int: ...


def _check_place(path: Path, *, replaces_export: bool) -> None:
    if not path.exists() and not path.is_symlink():
        return
    if not path.is_dir() or path.is_symlink():
        raise TrainingExportError(f"'{path}' is no folder. Choose another place for the export.")
    if not any(path.iterdir()):
        return
    if not is_manifest(path / MANIFEST_NAME):
        raise TrainingExportError(
            f"The folder '{path}' holds other files. Choose an empty one, or one that is not there."
        )
    if not replaces_export:
        raise TrainingExportError(
            f"The folder '{path}' holds an earlier export. Choose another, or say that it is to "
            "be replaced (--replace)."
        )


def _put_in_place(partial: Path, path: Path) -> None:
    """Rename; an earlier export goes only once the new one is whole."""
    if not path.exists():
        partial.rename(path)
        return
    earlier = path.with_name(f".{path.name}.{uuid.uuid4().hex}.earlier")
    path.rename(earlier)
    try:
        partial.rename(path)
    except OSError:
        earlier.rename(path)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise DiskFullError(
                f"The disk is full: the training data was not exported to '{path}', and what was "
                "written of it is removed. Free some space, then export again."
            ) from error
        raise TrainingExportError(
            f"The training data cannot be written to '{path}': {error.strerror or error}."
        ) from error
