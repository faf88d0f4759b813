"""Tables of people and their voice prints, added by the tenth migration."""

from __future__ import annotations

from sqlite_utils import Database

_PEOPLE = """
CREATE TABLE people ( -- people whose voices somebody asked to remember
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
) STRICT
"""

_PRINTS = """
CREATE TABLE voice_prints ( -- the voice of a person in one transcript
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    recording_id TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    transcript_id TEXT NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
    model_id TEXT NOT NULL, -- of the speaker embedder; prints of other models are not comparable
    mean BLOB NOT NULL, -- little-endian float32, mean of embeddings of length 1
    spread REAL NOT NULL, -- mean squared distance from the mean
    num_windows REAL NOT NULL,
    spoken_ms INTEGER NOT NULL, -- of the verified utterances
    utterances_json TEXT NOT NULL, -- [id] of these utterances
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    UNIQUE (person_id, transcript_id)
) STRICT
"""

_INDEXES = (
    "CREATE INDEX voice_prints_recording ON voice_prints (recording_id)",
    "CREATE INDEX voice_prints_transcript ON voice_prints (transcript_id)",
)


def add_known_voice_tables(db: Database) -> None:
    """Create the tables `people` and `voice_prints`."""
    for statement in (_PEOPLE, _PRINTS, *_INDEXES):
        db.execute(statement)
