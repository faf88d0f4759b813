"""Tables of the edit history (second migration) and of second annotations (eleventh)."""

from __future__ import annotations

import json

from sqlite_utils import Database

# An edit stores the rows that it replaces as JSON: {"speakers": [...], "utterances": [...],
# "turns": [...]}, each row an object of its columns.
_COLUMNS = {
    "speakers": ("id", "position", "label", "display_name"),
    "utterances": (
        *("id", "position", "start_ms", "end_ms", "speaker_id", "text", "tokens_json", "status"),
        *("is_edited", "reviewed_by", "is_flagged", "comment"),
    ),
    "turns": ("id", "position", "start_ms", "end_ms", "speaker_id"),
}

_EDITS = """
CREATE TABLE edits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    transcript_id TEXT NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
    parent_id INTEGER REFERENCES edits (id) DEFERRABLE INITIALLY DEFERRED, -- NULL: as it was made
    kind TEXT NOT NULL, -- what a person did; a name for people and statistics
    before_json TEXT NOT NULL, -- the rows that it replaced: {table: [{column: value}]}
    after_json TEXT NOT NULL, -- the rows that it put in their place
    author TEXT NOT NULL,
    client_edit_id TEXT UNIQUE, -- whoever sends it again gets the first answer
    comment TEXT NOT NULL, -- why, or from where; empty where nobody said
    created_at TEXT NOT NULL
) STRICT
"""

_EDITED_UTTERANCES = """
CREATE TABLE edited_utterances ( -- which edits an utterance has been through
    edit_id INTEGER NOT NULL REFERENCES edits (id) ON DELETE CASCADE,
    utterance_id TEXT NOT NULL, -- it may be gone by now
    PRIMARY KEY (edit_id, utterance_id)
) STRICT, WITHOUT ROWID
"""

# The id is the transcript's revision after the move; an edit request names it as its base.
_HEAD_MOVES = """
CREATE TABLE head_moves (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    transcript_id TEXT NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('edit', 'undo', 'redo', 'return')),
    head_edit_id INTEGER NOT NULL REFERENCES edits (id) DEFERRABLE INITIALLY DEFERRED,
    redo_edit_id INTEGER, -- the edit that was taken back last; redo does it again
    removed_json TEXT NOT NULL, -- ids of the rows that went: {table: [id]}
    author TEXT NOT NULL,
    client_edit_id TEXT UNIQUE,
    created_at TEXT NOT NULL
) STRICT
"""

_VERSIONS = """
CREATE TABLE versions ( -- names for states of a transcript, to return to
    transcript_id TEXT NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    edit_id INTEGER NOT NULL REFERENCES edits (id) DEFERRABLE INITIALLY DEFERRED,
    author TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (transcript_id, name)
) STRICT
"""

_PURGES = """
CREATE TABLE purges ( -- transcripts whose edits may be, or have been, deleted for good
    transcript_id TEXT NOT NULL PRIMARY KEY,
    requested_at TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT
"""

_NEW_COLUMNS = (
    "transcripts ADD COLUMN head_edit_id INTEGER REFERENCES edits (id) "
    "DEFERRABLE INITIALLY DEFERRED",
    "transcripts ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",  # id of its newest head move
    "utterances ADD COLUMN is_edited INTEGER NOT NULL DEFAULT 0 CHECK (is_edited IN (0, 1))",
    "utterances ADD COLUMN reviewed_by TEXT",
    "utterances ADD COLUMN is_flagged INTEGER NOT NULL DEFAULT 0 CHECK (is_flagged IN (0, 1))",
    "utterances ADD COLUMN comment TEXT NOT NULL DEFAULT ''",
    *(f"{table} ADD COLUMN revision INTEGER NOT NULL DEFAULT 0" for table in _COLUMNS),
)

_INDEXES = (
    "CREATE INDEX edits_transcript ON edits (transcript_id, id)",
    "CREATE INDEX edits_parent ON edits (parent_id)",
    "CREATE INDEX edited_utterances_utterance ON edited_utterances (utterance_id, edit_id)",
    "CREATE INDEX head_moves_transcript ON head_moves (transcript_id, id)",
    "CREATE INDEX head_moves_head ON head_moves (head_edit_id, id)",
    "CREATE INDEX versions_edit ON versions (edit_id)",
    "CREATE INDEX transcripts_head ON transcripts (head_edit_id)",
    "CREATE INDEX utterances_revision ON utterances (transcript_id, revision)",
    "CREATE INDEX turns_revision ON turns (transcript_id, revision)",
    "DROP INDEX utterances_start",
    # Two rows may have the same start and position; the id then decides.
    "CREATE INDEX utterances_order ON utterances (transcript_id, start_ms, position, id)",
)

_TRIGGERS = tuple(
    f"CREATE TRIGGER {table}_stay_{word} BEFORE {event} ON {table} {condition} "
    f"BEGIN SELECT RAISE(ABORT, 'the history is never changed'); END"
    for table in ("edits", "head_moves")
    for word, event, condition in (
        ("as_written", "UPDATE", ""),
        (
            "there",
            "DELETE",
            "WHEN NOT EXISTS (SELECT 1 FROM purges WHERE transcript_id = OLD.transcript_id)",
        ),
    )
)


def add_edit_tables(db: Database) -> None:
    """Create the tables of the edit history, and a root edit for every existing transcript."""
    for statement in (_EDITS, _EDITED_UTTERANCES, _HEAD_MOVES, _VERSIONS, _PURGES):
        db.execute(statement)
    for change in _NEW_COLUMNS:
        db.execute(f"ALTER TABLE {change}")
    for statement in (*_INDEXES, *_TRIGGERS):
        db.execute(statement)
    for transcript_id, created_at in db.execute(
        "SELECT id, created_at FROM transcripts ORDER BY created_at, rowid"
    ).fetchall():
        _add_root(db, transcript_id, created_at)


def _add_root(db: Database, transcript_id: str, created_at: str) -> None:
    nothing = json.dumps({table: [] for table in _COLUMNS})
    everything = {
        table: list(
            db.query(
                f"SELECT {', '.join(columns)} FROM {table} WHERE transcript_id = ? ORDER BY rowid",
                [transcript_id],
            )
        )
        for table, columns in _COLUMNS.items()
    }
    edit_id = db.execute(
        "INSERT INTO edits (transcript_id, kind, before_json, after_json, author, comment, "
        "created_at) VALUES (?, 'machine', ?, ?, 'machine', '', ?)",
        [transcript_id, nothing, json.dumps(everything, ensure_ascii=False), created_at],
    ).lastrowid
    revision = db.execute(
        "INSERT INTO head_moves (transcript_id, kind, head_edit_id, removed_json, author, "
        "created_at) VALUES (?, 'edit', ?, ?, 'machine', ?)",
        [transcript_id, edit_id, nothing, created_at],
    ).lastrowid
    db.execute(
        "UPDATE transcripts SET head_edit_id = ?, revision = ? WHERE id = ?",
        [edit_id, revision, transcript_id],
    )
    for table in _COLUMNS:
        db.execute(
            f"UPDATE {table} SET revision = ? WHERE transcript_id = ?", [revision, transcript_id]
        )


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
