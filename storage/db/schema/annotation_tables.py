"""Table of second annotations."""

from __future__ import annotations

from sqlite_utils import Database

_SECOND_ANNOTATIONS = """
CREATE TABLE second_annotations ( -- transcripts that a second person made of a recording
    transcript_id TEXT NOT NULL PRIMARY KEY REFERENCES transcripts (id) ON DELETE CASCADE,
    first_id TEXT NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE, -- the other person's
    adjudicated_id TEXT REFERENCES transcripts (id) ON DELETE SET NULL, -- decided from both
    starts_from TEXT NOT NULL CHECK (starts_from IN ('machine', 'nothing')),
    annotator TEXT NOT NULL, -- who made it; empty without a name
    requested_at TEXT NOT NULL
) STRICT
"""


def add_annotation_tables(db: Database) -> None:
    """Create the table `second_annotations`."""
    db.execute(_SECOND_ANNOTATIONS)
    db.execute("CREATE INDEX second_annotations_first ON second_annotations (first_id)")
    db.execute("CREATE INDEX second_annotations_adjudicated ON second_annotations (adjudicated_id)")
