"""What is noted of a file once it is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of an export as it was written."""

    name: str
    num_bytes: int
    sha256: str
