"""How often workers died over one job without getting further, whether another may try."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MAX_DEATHS = 3  # at the same place: by then it is the job's own doing, most often its memory


@dataclass(frozen=True, slots=True)
class Deaths:
    """Workers that died over a job since more of it was kept.

    Attributes:
        count: how many.
        kept_bytes: how much of the job's work was kept when the last of them died.
    """

    count: int = 0
    kept_bytes: int = 0

    def __post_init__(self) -> None:
        if self.count < 0 or self.kept_bytes < 0:
            raise ValueError(f"Deaths needs numbers of 0 or more, got {self}")

    @property
    def are_too_many(self) -> bool:
        """Whether nobody should try again without being asked."""
        return self.count >= MAX_DEATHS

    def and_another(self, kept_bytes: int) -> Deaths:
        """With one more death, at which so much was kept."""
        if kept_bytes > self.kept_bytes:
            return Deaths(1, kept_bytes)
        return Deaths(self.count + 1, self.kept_bytes)


def kept_bytes(checkpoint_dir: Path | None) -> int:
    """How much of a job's work is kept; 0 where nothing is, or where it cannot be read."""
    if checkpoint_dir is None:
        return 0
    try:
        return sum(path.stat().st_size for path in checkpoint_dir.rglob("*") if path.is_file())
    except OSError:  # a file went away meanwhile
        return 0
