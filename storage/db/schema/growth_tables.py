"""Tables of live transcripts, added by the sixth migration."""

from __future__ import annotations

from sqlite_utils import Database

_GROWTHS = """
CREATE TABLE growths ( -- what the machine did to a transcript after it was begun; no edit knows it
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    transcript_id TEXT NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
    num_sentences INTEGER NOT NULL CHECK (num_sentences >= 0), -- of the run, that are in it so far
    voices_json TEXT NOT NULL, -- what the run calls the speakers so far: {label: speaker}
    before_json TEXT NOT NULL, -- the rows that it replaced, none of which an edit has touched
    after_json TEXT NOT NULL, -- the rows that it put in their place
    created_at TEXT NOT NULL
) STRICT
"""

# The table of the second migration with one more kind.
_HEAD_MOVES = """
CREATE TABLE new_head_moves (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    transcript_id TEXT NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('edit', 'undo', 'redo', 'return', 'growth')),
    head_edit_id INTEGER NOT NULL REFERENCES edits (id) DEFERRABLE INITIALLY DEFERRED,
    redo_edit_id INTEGER, -- the edit that was taken back last; redo does it again
    removed_json TEXT NOT NULL, -- ids of the rows that went: {table: [id]}
    author TEXT NOT NULL,
    client_edit_id TEXT UNIQUE,
    created_at TEXT NOT NULL
) STRICT
"""

_COLUMNS = (
    "id, transcript_id, kind, head_edit_id, redo_edit_id, removed_json, author, client_edit_id, "
    "created_at"
)

_REPLACE_HEAD_MOVES = (
    _HEAD_MOVES,
    f"INSERT INTO new_head_moves ({_COLUMNS}) SELECT {_COLUMNS} FROM head_moves ORDER BY id",
    # A revision number is never reused, even after its transcript is deleted.
    "DELETE FROM sqlite_sequence WHERE name = 'new_head_moves'",
    "INSERT INTO sqlite_sequence (name, seq) "
    "SELECT 'new_head_moves', seq FROM sqlite_sequence WHERE name = 'head_moves'",
    "DROP TABLE head_moves",
    "ALTER TABLE new_head_moves RENAME TO head_moves",
    "CREATE INDEX head_moves_transcript ON head_moves (transcript_id, id)",
    "CREATE INDEX head_moves_head ON head_moves (head_edit_id, id)",
)

_TRIGGERS = tuple(
    f"CREATE TRIGGER {table}_stay_{word} BEFORE {event} ON {table} {condition} "
    f"BEGIN SELECT RAISE(ABORT, 'the history is never changed'); END"
    for table in ("head_moves", "growths")
    for word, event, condition in (
        ("as_written", "UPDATE", ""),
        (
            "there",
            "DELETE",
            "WHEN NOT EXISTS (SELECT 1 FROM purges WHERE transcript_id = OLD.transcript_id)",
        ),
    )
)


def add_growth_tables(db: Database) -> None:
    """Create `growths`, the log of live transcripts, and allow its kind in `head_moves`."""
    for statement in (*_REPLACE_HEAD_MOVES, _GROWTHS):
        db.execute(statement)
    db.execute("CREATE INDEX growths_transcript ON growths (transcript_id, id)")
    for trigger in _TRIGGERS:
        db.execute(trigger)
