"""What the filters of an export can name."""

from __future__ import annotations

from dataclasses import dataclass

from storage.db.database import Connection


@dataclass(frozen=True, slots=True)
class TrainingChoices:
    """Names there are.

    Attributes:
        speakers: that people have given, sorted.
        tags: of recordings, sorted.
    """

    speakers: tuple[str, ...]
    tags: tuple[str, ...]


def read_choices(db: Connection) -> TrainingChoices:
    """The names in a database."""
    speakers = db.execute(
        "SELECT DISTINCT display_name FROM speakers WHERE display_name IS NOT NULL "
        "ORDER BY display_name"
    )
    tags = db.execute("SELECT DISTINCT tag FROM recording_tags ORDER BY tag")
    return TrainingChoices(
        tuple(name for (name,) in speakers),
        tuple(tag for (tag,) in tags),
    )
