"""Verification of model files against the manifest, with cached hashes."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from pipeline.core.atomic_write import write_bytes_atomically
from pipeline.models.manifest import ModelFile

CHUNK_BYTES = 1 << 20


class Verifier:
    """A verifier of model files that hashes each file once and stores the hash.

    The hashes are in a separate folder, since the models may be on read-only storage. A hash is
    valid while size and modification time are unchanged.
    """

    def __init__(self, notes_dir: Path) -> None:
        """Store the folder for the hashes, which is created when needed."""
        self._notes_dir = notes_dir

    def problem(self, path: Path, file: ModelFile, *, rehash: bool = False) -> str | None:
        """Compare an existing file with its manifest entry; return the difference, or None.

        Args:
            path: path of the file.
            file: its manifest entry.
            rehash: hash it again even if a hash is stored.
        """
        num_bytes = path.stat().st_size
        if num_bytes != file.num_bytes:
            return f"{path} has {num_bytes} bytes instead of {file.num_bytes}"
        found = self.sha256_of(path, rehash=rehash)
        if found != file.sha256:
            return f"{path} has sha256 {found} instead of {file.sha256}"
        return None

    def sha256_of(self, path: Path, *, rehash: bool = False) -> str:
        """Return the sha256 of a file in hexadecimal, from the stored hash if it is unchanged.

        Args:
            path: path of the file.
            rehash: hash it again even if a hash is stored.

        Raises:
            OSError: the file cannot be read.
        """
        state, note = path.stat(), self._note(path)
        suffix = f" {state.st_size} {state.st_mtime_ns}"
        noted = _read(note)
        if not rehash and noted.endswith(suffix):
            return noted.removesuffix(suffix)
        found = hash_file(path)
        with contextlib.suppress(OSError):  # without a stored hash the file is hashed again
            self._notes_dir.mkdir(parents=True, exist_ok=True)
            write_bytes_atomically(note, (found + suffix).encode("ascii"))
        return found

    def _note(self, path: Path) -> Path:
        return self._notes_dir / hashlib.sha256(str(path.resolve()).encode()).hexdigest()


def hash_file(path: Path) -> str:
    """Compute the sha256 of a file's content in hexadecimal."""
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
