"""Counter of the worker crashes of one job without checkpoint progress between them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MAX_CRASHES = 3  # at the same point: by then the job itself is the cause, most often its memory


@dataclass(frozen=True, slots=True)
class CrashCount:
    """The number of worker crashes during a job since its checkpoint last grew.

    Attributes:
        count: number of crashes.
        kept_bytes: size of the checkpoint at the last crash.
    """

    count: int = 0
    kept_bytes: int = 0

    def __post_init__(self) -> None:
        if self.count < 0 or self.kept_bytes < 0:
            raise ValueError(f"crash counts must not be negative, got {self}")

    @property
    def is_crash_loop(self) -> bool:
        """Whether the crash limit of a job is reached, so that it must not be continued."""
        return self.count >= MAX_CRASHES

    def with_crash(self, kept_bytes: int) -> CrashCount:
        """Return the count plus one crash, or 1 if the checkpoint has grown since the last one."""
        if kept_bytes > self.kept_bytes:
            return CrashCount(1, kept_bytes)
        return CrashCount(self.count + 1, self.kept_bytes)


def kept_bytes(checkpoint_dir: Path | None) -> int:
    """Return the size of a checkpoint in bytes, 0 if there is none or it cannot be read."""
    if checkpoint_dir is None:
        return 0
    try:
        return sum(path.stat().st_size for path in checkpoint_dir.rglob("*") if path.is_file())
    except OSError:  # a file was deleted meanwhile
        return 0
