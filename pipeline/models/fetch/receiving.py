"""Writing of a file that arrives in chunks, so that only a complete, verified file appears.

Received bytes are stored beside it under a temporary name until it is complete, so that an
interrupted download can be resumed, even after the process was killed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from pipeline.core.errors import ModelIntegrityError
from pipeline.models.fetch.sources import Arrival, FileRequest, InterruptedTransferError
from pipeline.models.manifest import ModelFile

PARTIAL_ENDING = ".partial"
ETAG_ENDING = ".partial-etag"
CHUNK_BYTES = 1 << 20


def look_for_partial(file: ModelFile, folder: Path) -> FileRequest:
    """Create the request for a file, or for the rest of a partial download in a folder."""
    partial = folder / (file.name + PARTIAL_ENDING)
    if not partial.is_file():
        return FileRequest(file)
    # Of a complete but unverified file the last byte is requested again, which verifies it.
    num_bytes_here = min(partial.stat().st_size, file.num_bytes - 1)
    return FileRequest(file, num_bytes_here, _read_etag(folder / (file.name + ETAG_ENDING)))


def receive_file(arrival: Arrival, folder: Path, *, on_bytes: Callable[[int], None]) -> None:
    """Write a file to a folder as it arrives, and verify its size and sha256.

    Args:
        arrival: the content.
        folder: an existing folder.
        on_bytes: called with the size of each chunk; an exception in it stops the work, and
            the received bytes are kept for the next try.

    Raises:
        InterruptedTransferError: the content ended early, and is kept for the next try; or a
            resumed file failed verification, and is deleted.
        ModelIntegrityError: size or sha256 differ; the file is deleted.
    """
    file = arrival.file
    partial, etag = folder / (file.name + PARTIAL_ENDING), folder / (file.name + ETAG_ENDING)
    if arrival.starts_at == 0:
        partial.unlink(missing_ok=True)
        etag.write_text(arrival.etag, "utf-8")
    with partial.open("ab+") as stream:
        problem = _write(arrival, stream, on_bytes)
    if problem is None:
        partial.replace(folder / file.name)
    else:
        partial.unlink()
    etag.unlink(missing_ok=True)
    if problem is not None and arrival.starts_at > 0:
        raise InterruptedTransferError(f"{problem}; it was joined from two tries")
    if problem is not None:
        raise ModelIntegrityError(problem)


def _write(arrival: Arrival, stream: BinaryIO, on_bytes: Callable[[int], None]) -> str | None:
    """Append the chunks; return the problem of the complete file, None if it is intact.

    Raises:
        InterruptedTransferError: the content ended early.
    """
    file, received = arrival.file, arrival.starts_at
    digest = _hash_of_start(stream, received)
    for chunk in arrival.chunks:
        received += len(chunk)
        if received > file.num_bytes:
            return f"{file.name} is longer than its {file.num_bytes} bytes"
        stream.write(chunk)
        stream.flush()  # received bytes must outlive this process
        digest.update(chunk)
        on_bytes(len(chunk))
    os.fsync(stream.fileno())
    if received != file.num_bytes:
        raise InterruptedTransferError(
            f"{file.name} ended after {received} of {file.num_bytes} bytes"
        )
    if digest.hexdigest() != file.sha256:
        return f"{file.name} has sha256 {digest.hexdigest()} instead of {file.sha256}"
    return None


def _hash_of_start(stream: BinaryIO, num_bytes: int) -> hashlib._Hash:
    """Truncate a file to `num_bytes` and return the hash of its content."""
    digest = hashlib.sha256()
    stream.truncate(num_bytes)
    stream.seek(0)
    while chunk := stream.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest


def _read_etag(path: Path) -> str:
    with contextlib.suppress(OSError, ValueError):
        return path.read_text("utf-8")
    return ""
