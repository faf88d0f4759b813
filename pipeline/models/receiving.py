"""Writes a file that arrives in chunks so that it is whole and right, or not there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.errors import ModelIntegrityError
from pipeline.models.manifest import ModelFile

PARTIAL_ENDING = ".partial"


def receive_file(
    chunks: Iterable[bytes], file: ModelFile, folder: Path, *, on_bytes: Callable[[int], None]
) -> None:
    """Write `folder / file.name`.

    Args:
        chunks: the content as it arrives.
        file: what it must be.
        folder: an existing one.
        on_bytes: called with the size of each chunk; raising in it gives the file up.

    Raises:
        ModelIntegrityError: if size or sha256 differ; nothing is left behind.
    """
    partial = folder / (file.name + PARTIAL_ENDING)
    try:
        _write(chunks, file, partial, on_bytes)
        partial.replace(folder / file.name)
    finally:
        partial.unlink(missing_ok=True)


def _write(
    chunks: Iterable[bytes], file: ModelFile, partial: Path, on_bytes: Callable[[int], None]
) -> None:
    digest, received = hashlib.sha256(), 0
    with partial.open("wb") as stream:
        for chunk in chunks:
            received += len(chunk)
            if received > file.num_bytes:
                raise ModelIntegrityError(f"{file.name} is longer than its {file.num_bytes} bytes")
            stream.write(chunk)
            digest.update(chunk)
            on_bytes(len(chunk))
        stream.flush()
        os.fsync(stream.fileno())
    if received != file.num_bytes:
        raise ModelIntegrityError(f"{file.name} ended after {received} of {file.num_bytes} bytes")
    if digest.hexdigest() != file.sha256:
        raise ModelIntegrityError(
            f"{file.name} has sha256 {digest.hexdigest()} instead of {file.sha256}"
        )
