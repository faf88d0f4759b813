"""Checks model files against the manifest, hashing each file only once."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

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
        state = path.stat()
        if state.st_size != file.num_bytes:
            return f"{path} has {state.st_size} bytes instead of {file.num_bytes}"
        note, content = self._note(path), f"{file.sha256} {state.st_size} {state.st_mtime_ns}"
        if not rehash and _read(note) == content:
            return None
        found = hash_file(path)
        if found != file.sha256:
            return f"{path} has sha256 {found} instead of {file.sha256}"
        with contextlib.suppress(OSError):  # without its note the file is hashed again, no more
            self._notes_dir.mkdir(parents=True, exist_ok=True)
            note.write_text(content, "ascii")
        return None

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
