"""Tables of the people who work on recordings and of share links, added by a migration."""

from __future__ import annotations

from sqlite_utils import Database

_CLAIMS = """
CREATE TABLE claims ( -- who works on a recording; a hint to others, not a lock
    recording_id TEXT NOT NULL PRIMARY KEY REFERENCES recordings (id) ON DELETE CASCADE,
    person TEXT NOT NULL,
    claimed_at TEXT NOT NULL
) STRICT
"""
_SHARES = """
CREATE TABLE shares ( -- whoever knows the token may read and hear the recording
    token TEXT NOT NULL PRIMARY KEY,
    recording_id TEXT NOT NULL UNIQUE REFERENCES recordings (id) ON DELETE CASCADE,
    shared_by TEXT NOT NULL, -- a person's name; empty where nobody has said who they are
    shared_at TEXT NOT NULL
) STRICT
"""


def add_people_tables(db: Database) -> None:
    """Create the tables `claims` and `shares`."""
    for statement in (_CLAIMS, _SHARES):
        db.execute(statement)
