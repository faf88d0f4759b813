"""Access to files in object stores through fsspec: reading, listing, writing.

Credentials come from the environment alone, as each store's package reads them. Messages never
quote an error of a store, which may contain credentials.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.core.errors import DownloadError, PipelineError, WorkingFileError
from pipeline.core.progress import Report, ignore_report
from pipeline.inputs.folder import MEDIA_SUFFIXES
from pipeline.inputs.store_address import StoreAddress

BLOCK_BYTES = 4 << 20
MAX_BYTES = 16 << 30
_REQUIREMENTS = "Run: python -m pip install -r requirements-storage.txt"
_STAMPS = ("ETag", "etag", "md5Hash", "LastModified", "last_modified", "mtime", "created")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in an object store that is probably a recording.

    Attributes:
        address: address of the file.
        num_bytes: its size.
        stamp: a text that changes with its content.
        subfolders: folders between the listed folder and the file.
    """

    address: StoreAddress
    num_bytes: int
    stamp: str
    subfolders: tuple[str, ...] = ()


def recordings_at(
    address: StoreAddress, *, leave_out: StoreAddress | None = None
) -> Iterator[StoredFile]:
    """Yield the file at an address, or a folder's recordings sorted by name, subfolders last.

    Hidden names, which begin with a point, are skipped. One folder's names are in memory at a
    time.

    Args:
        address: a file or folder.
        leave_out: a folder to skip.

    Raises:
        DownloadError: the address cannot be read or listed.
    """
    with _explained(address, "read"):
        store, path = _open(address)
        found = store.info(path)
        if found["type"] != "directory":
            yield _stored(address, found)
            return
        skipped = None if leave_out is None else _open(leave_out)[1]
    yield from _recordings_in(_Folder(store, address, path, skipped))


@dataclass(frozen=True, slots=True)
class _Folder:
    store: Any  # fsspec has no types
    address: StoreAddress
    path: str
    skipped: str | None
    subfolders: tuple[str, ...] = ()

    def entries(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the name and properties of each entry, sorted by name, folders last."""
        with _explained(self.address, "read"):
            listed = self.store.ls(self.path, detail=True)
        named = [(PurePosixPath(each["name"].rstrip("/")).name, each) for each in listed]
        shown = [
            (name, each)
            for name, each in named
            if not name.startswith(".") and each["name"].strip("/") != self.path.strip("/")
        ]
        return sorted(shown, key=lambda each: (_is_folder(each[1]), each[0]))

    def inside(self, name: str, path: str) -> _Folder:
        address = _below(self.address, name)
        return _Folder(self.store, address, path, self.skipped, (*self.subfolders, name))


def _recordings_in(folder: _Folder) -> Iterator[StoredFile]:
    for name, found in folder.entries():
        if _is_folder(found):
            path = found["name"].rstrip("/")
            if path != folder.skipped:
                yield from _recordings_in(folder.inside(name, path))
        elif PurePosixPath(name).suffix.lower() in MEDIA_SUFFIXES:
            yield _stored(_below(folder.address, name), found, folder.subfolders)


def copy_from_store(address: StoreAddress, target: Path, *, report: Report = ignore_report) -> None:
    """Copy a file from an object store to a local file, in blocks.

    Raises:
        DownloadError: the file cannot be read, or is larger than MAX_BYTES.
        WorkingFileError: the copy cannot be written.
    """
    num_bytes = size_in_store(address)
    with _explained(address, "read"):
        store, path = _open(address)
        with store.open(path, "rb", block_size=BLOCK_BYTES) as source, target.open("wb") as copy:
            done = 0
            while block := source.read(BLOCK_BYTES):
                done += len(block)
                if done > MAX_BYTES:
                    raise DownloadError(
                        f"{address.shown}: The file is larger than {MAX_BYTES >> 30} GB. Split it"
                    )
                _write(copy, block)
                report(done, max(done, num_bytes))


def size_in_store(address: StoreAddress) -> int:
    """Return the size of a file in an object store in bytes.

    Raises:
        DownloadError: the file cannot be read.
    """
    with _explained(address, "read"):
        store, path = _open(address)
        return int(store.info(path)["size"] or 0)


@dataclass(frozen=True, slots=True)
class StoreFolder:
    """A folder in an object store to which files are written atomically."""

    address: StoreAddress

    @property
    def shown(self) -> str:
        """Address of the folder for messages."""
        return self.address.shown

    def check(self) -> None:
        """Check that the folder is writable, by writing and deleting an empty file.

        Raises:
            WorkingFileError: the folder cannot be written to.
        """
        self.write(".writable", b"")
        with suppress(PipelineError):  # a store may allow no deletions
            self.remove(".writable")

    def exists(self, name: str) -> bool:
        """Return whether the folder has a file of this name.

        Raises:
            DownloadError: the store cannot be read.
        """
        with _explained(self.address, "read"):
            store, path = self._at(name)
            return bool(store.exists(path))

    def write(self, name: str, content: bytes) -> None:
        """Write a file in a single request, so that it is never incomplete.

        Raises:
            WorkingFileError: the file cannot be written.
        """
        with _explained(self.address, "written"):
            store, path = self._at(name)
            store.pipe_file(path, content)

    def remove(self, name: str) -> None:
        """Remove a file, if it exists.

        Raises:
            WorkingFileError: the file cannot be removed.
        """
        with _explained(self.address, "written"), suppress(FileNotFoundError):
            store, path = self._at(name)
            store.rm_file(path)

    def _at(self, name: str) -> tuple[Any, str]:
        store, path = _open(self.address)
        return store, f"{path}/{name}"


def _write(copy: Any, block: bytes) -> None:
    try:
        copy.write(block)
    except OSError as error:
        raise WorkingFileError(
            f"The recording cannot be stored ({error.strerror}). Check the free space of the disk"
        ) from error


@contextmanager
def _explained(address: StoreAddress, what: str) -> Iterator[None]:
    """Convert errors of a store to errors without the store's message, which may have secrets.

    Args:
        address: address for the message.
        what: kind of access, "read" or "written".

    Raises:
        DownloadError: the block failed, and `what` is "read".
        WorkingFileError: the block failed, and `what` is "written".
    """
    kind = DownloadError if what == "read" else WorkingFileError
    try:
        yield
    except PipelineError:
        raise
    except FileNotFoundError:
        raise kind(f"{address.shown}: There is no such file or folder. Check the address") from None
    except ImportError:
        raise kind(
            f"{address.shown}: This kind of address needs more packages. {_REQUIREMENTS}"
        ) from None
    except Exception as error:  # each store has its own kinds
        raise kind(
            f"{address.shown}: The store cannot be {what} ({type(error).__name__}). Check the "
            "address, and the store's credentials in the environment"
        ) from None


def _stored(
    address: StoreAddress, found: dict[str, Any], subfolders: tuple[str, ...] = ()
) -> StoredFile:
    num_bytes = int(found.get("size") or 0)
    stamp = next((str(found[name]) for name in _STAMPS if found.get(name)), "")
    return StoredFile(address, num_bytes, f"{num_bytes}-{stamp}", subfolders)


def _is_folder(found: dict[str, Any]) -> bool:
    return bool(found["type"] == "directory")


def _below(address: StoreAddress, name: str) -> StoreAddress:
    base, mark, query = address.url.partition("?")
    return StoreAddress(address.scheme, f"{base.rstrip('/')}/{name}{mark}{query}")


def _open(address: StoreAddress) -> tuple[Any, str]:
    """Open the store of an address; return it with the path in it."""
    import fsspec  # noqa: PLC0415 - not for paths and web addresses

    store, path = fsspec.url_to_fs(address.url)
    return store, str(path).rstrip("/")
