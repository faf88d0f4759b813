"""Atomic writing of an export to a folder or a zip file."""

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

from pipeline.core.atomic_write import replacing
from storage.db.errors import DiskFullError, TrainingExportError
from storage.training.manifest import MANIFEST_NAME, WrittenFile, is_manifest

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # fixed, so that the same data gives the same bytes
_FILE_MODE = 0o644 << 16  # file mode in a zip entry
_DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class ExportTarget(Protocol):
    """Folder or zip file to which an export adds files."""

    def add(self, name: str, blocks: Iterable[bytes]) -> WrittenFile:
        """Write one file of the export; return its size and SHA-256.

        Args:
            name: its path inside the export, with "/" between folders; never user input.
            blocks: its content.

        Raises:
            OSError: if it cannot be written.
        """


class FolderTarget:
    """Export target that writes files into a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def add(self, name: str, blocks: Iterable[bytes]) -> WrittenFile:
        """Write one file; see `ExportTarget`."""
        path = self._root.joinpath(*PurePosixPath(name).parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            return _written(name, blocks, file.write)


class ZipTarget:
    """Export target that writes files into a zip file, with uncompressed audio clips."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, name: str, blocks: Iterable[bytes]) -> WrittenFile:
        """Write one file; see `ExportTarget`."""
        entry = zipfile.ZipInfo(name, _ZIP_DATE)
        entry.external_attr = _FILE_MODE
        entry.create_system = 3  # Unix, for the same bytes on all systems
        entry.compress_type = zipfile.ZIP_STORED if name.endswith(".wav") else zipfile.ZIP_DEFLATED
        with self._archive.open(entry, "w", force_zip64=True) as file:
            return _written(name, blocks, file.write)


@contextmanager
def writing_folder(path: Path, *, replaces_export: bool = False) -> Iterator[ExportTarget]:
    """Yield a target for a folder, which appears at `path` only if the block does not raise.

    Args:
        path: a new or empty folder, or an earlier export.
        replaces_export: whether an earlier export may be replaced.

    Raises:
        TrainingExportError: if `path` contains other files, or cannot be written.
        DiskFullError: if the disk is full.
    """
    if path.name in ("", ".."):  # the current folder or its parent
        path = path.resolve()
    with _translated_errors(path):
        _check_folder(path, replaces_export=replaces_export)
        partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}.partial")
        try:
            partial.mkdir(parents=True)
            yield FolderTarget(partial)
            _replace_folder(partial, path)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def writing_zip(path: Path, *, replaces_file: bool = False) -> Iterator[ExportTarget]:
    """Yield a target for a zip file, which appears at `path` only if the block does not raise.

    Args:
        path: the zip file.
        replaces_file: whether an existing zip file may be replaced.

    Raises:
        TrainingExportError: if `path` exists, or cannot be written.
        DiskFullError: if the disk is full.
    """
    if path.exists() and not (replaces_file and zipfile.is_zipfile(path)):
        raise TrainingExportError(
            f"'{path}' exists already. Choose another name, or replace it (--replace)."
        )
    with _translated_errors(path):
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


def _check_folder(path: Path, *, replaces_export: bool) -> None:
    if not path.exists() and not path.is_symlink():
        return
    if not path.is_dir() or path.is_symlink():
        raise TrainingExportError(
            f"'{path}' is not a folder. Choose another folder for the export."
        )
    if not any(path.iterdir()):
        return
    if not is_manifest(path / MANIFEST_NAME):
        raise TrainingExportError(
            f"The folder '{path}' holds other files. Choose an empty or a new one."
        )
    if not replaces_export:
        raise TrainingExportError(
            f"The folder '{path}' holds an earlier export. Choose another, or replace it "
            "(--replace)."
        )


def _replace_folder(partial: Path, path: Path) -> None:
    """Move the finished export to `path`, then delete an earlier one; restore it on an error."""
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
def _translated_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise DiskFullError(
                f"The disk is full: the training data was not exported to '{path}', "
                "and its partial files were deleted. Free some space, then export again."
            ) from error
        raise TrainingExportError(
            f"The training data cannot be written to '{path}': {error.strerror or error}."
        ) from error
