"""Writes a file that arrives in chunks so that it is whole and right, or not there.

What has arrived of a file lies beside it under another name until it is whole: a try that was cut
short, even by a kill, is taken up where it ended.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import ModelIntegrityError
from pipeline.models.manifest import ModelFile
from pipeline.models.sources import Arrival, InterruptedTransferError, Wanted

PARTIAL_ENDING = ".partial"
ETAG_ENDING = ".partial-etag"
CHUNK_BYTES = 1 << 20


def look_for_partial(file: ModelFile, folder: Path) -> Wanted:
    """A file as it is to be asked for, given what an earlier try has left in `folder`."""
    partial = folder / (file.name + PARTIAL_ENDING)
    if not partial.is_file():
        return Wanted(file)
    # Of a whole file that was never checked the last byte is asked for: then it is checked.
    num_bytes_here = min(partial.stat().st_size, file.num_bytes - 1)
    return Wanted(file, num_bytes_here, _read_etag(folder / (file.name + ETAG_ENDING)))


def receive_file(arrival: Arrival, folder: Path, *, on_bytes: Callable[[int], None]) -> None:
    """Write `folder / arrival.file.name`.

    Args:
        arrival: the content as it comes.
        folder: an existing one.
        on_bytes: called with the size of each chunk; raising in it ends the work, and what has
            come stays for the next try.

    Raises:
        InterruptedTransferError: it ended early; what has come stays for the next try. Or: it
            was joined to an earlier try, and the whole is not right; nothing is left of it.
        ModelIntegrityError: size or sha256 differ; nothing is left behind.
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
        raise InterruptedTransferError(f"{problem}; it was put together from two tries")
    if problem is not None:
        raise ModelIntegrityError(problem)


def _write(arrival: Arrival, stream: BinaryIO, on_bytes: Callable[[int], None]) -> str | None:
    """Append the chunks; what is wrong with the whole, None if nothing is."""
    file, received = arrival.file, arrival.starts_at
    digest = _hash_of_start(stream, received)
    for chunk in arrival.chunks:
        received += len(chunk)
        if received > file.num_bytes:
            return f"{file.name} is longer than its {file.num_bytes} bytes"
        stream.write(chunk)
        stream.flush()  # what has come is to outlive this process
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
    """The hash of what is there already, with everything after it cut off."""
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
