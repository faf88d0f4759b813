"""Output folders for transcripts, on this machine or in an object store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.core.atomic_write import write_bytes_atomically
from pipeline.inputs.object_store import StoreFolder


class OutputFolder(Protocol):
    """An output folder in which each file is written atomically."""

    def exists(self, name: str) -> bool:
        """Return whether the folder has a file at a relative path."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Write a file at a relative path.

        Raises:
            OSError: the file cannot be written.
        """
        ...

    def publish(self, local: Path) -> None:
        """Copy the files that a run wrote to a local folder to the output folder.

        Raises:
            OSError: a file cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class LocalOutput:
    """An output folder on this machine."""

    path: Path

    def exists(self, name: str) -> bool:
        """Return whether the folder has a file at a relative path."""
        return (self.path / name).exists()

    def write(self, name: str, content: bytes) -> None:
        """Write a file at a relative path, creating missing folders."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes_atomically(path, content)

    def publish(self, local: Path) -> None:
        """Do nothing, since the files are written to this folder directly."""


@dataclass(frozen=True, slots=True)
class StoreOutput:
    """An output folder in an object store.

    Attributes:
        folder: the folder.
        summaries: names of files and folders of files that are written here at the end of a run.
    """

    folder: StoreFolder
    summaries: tuple[str, ...]

    def exists(self, name: str) -> bool:
        """Return whether the folder has a file at a relative path."""
        return self.folder.exists(name)

    def write(self, name: str, content: bytes) -> None:
        """Write a file at a relative path in the store."""
        self.folder.write(name, content)

    def publish(self, local: Path) -> None:
        """Copy the summaries of a run to the store; delete those that no longer exist locally."""
        for name in self.summaries:
            path = local / name
            if path.is_dir():
                for each in sorted(path.iterdir()):
                    self.folder.write(f"{name}/{each.name}", each.read_bytes())
            elif path.is_file():
                self.folder.write(name, path.read_bytes())
            else:
                self.folder.remove(name)
