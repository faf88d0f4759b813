"""Checks model files against the manifest, hashing each file only once."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from pipeline.atomic_write import write_bytes_atomically
from pipeline.models.manifest import ModelFile

CHUNK_BYTES = 1 << 20


class Verifier:
    """Knows which files have the right content.

    What it has hashed it notes in a folder of its own, since the models themselves may lie where
    nothing can be written. A note counts as long as size and time of change stay the same.
    """

    def __init__(self, notes_dir: Path) -> None:
        """Keep the notes in `notes_dir`, made when needed."""
        self._notes_dir = notes_dir

    def problem(self, path: Path, file: ModelFile, *, rehash: bool = False) -> str | None:
        """What is wrong with a file that exists, None if nothing is.

        Args:
            path: where it lies.
            file: what it must be.
            rehash: hash it again whatever the notes say.
        """
        num_bytes = path.stat().st_size
        if num_bytes != file.num_bytes:
            return f"{path} has {num_bytes} bytes instead of {file.num_bytes}"
        found = self.sha256_of(path, rehash=rehash)
        if found != file.sha256:
            return f"{path} has sha256 {found} instead of {file.sha256}"
        return None

    def sha256_of(self, path: Path, *, rehash: bool = False) -> str:
        """Sha256 of a file's content, in hexadecimal.

        Args:
            path: where it lies.
            rehash: hash it again whatever the notes say.

        Raises:
            OSError: if it cannot be read.
        """
        state, note = path.stat(), self._note(path)
        suffix = f" {state.st_size} {state.st_mtime_ns}"
        noted = _read(note)
        if not rehash and noted.endswith(suffix):
            return noted.removesuffix(suffix)
        found = hash_file(path)
        with contextlib.suppress(OSError):  # without its note the file is hashed again, no more
            self._notes_dir.mkdir(parents=True, exist_ok=True)
            write_bytes_atomically(note, (found + suffix).encode("ascii"))
        return found

    def _note(self, path: Path) -> Path:
        return self._notes_dir / hashlib.sha256(str(path.resolve()).encode()).hexdigest()


def hash_file(path: Path) -> str:
    """Sha256 of a file's content, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _read(note: Path) -> str:
    try:
        return note.read_text("ascii")
    except (OSError, ValueError):
        return ""
