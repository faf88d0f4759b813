"""Tables of recording metadata, default transcripts, claims and shares; the full-text index."""

from __future__ import annotations

from sqlite_utils import Database

_NEW_COLUMNS = (
    "language TEXT NOT NULL DEFAULT '' /* as a person says, empty: as the machine heard it */",
    "notes TEXT NOT NULL DEFAULT '' /* of people, for people */",
)

_TAGS = """
CREATE TABLE recording_tags ( -- words under which people file recordings
    recording_id TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (recording_id, tag)
) STRICT, WITHOUT ROWID
"""

# FTS5 refers to rows by rowid, and VACUUM may renumber the rowids of a table without an
# INTEGER PRIMARY KEY.
_NUMBERS = """
CREATE TABLE utterance_numbers ( -- what utterance_search calls an utterance
    number INTEGER NOT NULL PRIMARY KEY,
    utterance_id TEXT NOT NULL UNIQUE
) STRICT
"""

_TEXTS = """
CREATE VIEW utterance_texts AS -- where utterance_search finds the text that it has indexed
SELECT number, text FROM utterance_numbers JOIN utterances ON utterances.id = utterance_id
"""

# The trigram tokenizer finds substrings, because Chinese text has no word boundaries.
_SEARCH = """
CREATE VIRTUAL TABLE utterance_search USING fts5 (
    text, content = 'utterance_texts', content_rowid = 'number', tokenize = 'trigram'
)
"""

_FILL = (
    "INSERT INTO utterance_numbers (utterance_id) SELECT id FROM utterances ORDER BY rowid",
    "INSERT INTO utterance_search (utterance_search) VALUES ('rebuild')",
)

_FORGET_OLD_TEXT = """
    INSERT INTO utterance_search (utterance_search, rowid, text)
        SELECT 'delete', number, OLD.text FROM utterance_numbers WHERE utterance_id = OLD.id;
"""
_LEARN_NEW_TEXT = """
    INSERT INTO utterance_search (rowid, text)
        SELECT number, NEW.text FROM utterance_numbers WHERE utterance_id = NEW.id;
"""

_TRIGGERS = (
    f"""
CREATE TRIGGER utterances_searched_when_new AFTER INSERT ON utterances BEGIN
    INSERT INTO utterance_numbers (utterance_id) VALUES (NEW.id);{_LEARN_NEW_TEXT}END
""",
    f"""
CREATE TRIGGER utterances_searched_when_changed AFTER UPDATE OF text ON utterances
WHEN OLD.text <> NEW.text BEGIN{_FORGET_OLD_TEXT}{_LEARN_NEW_TEXT}END
""",
    f"""
CREATE TRIGGER utterances_searched_no_more BEFORE DELETE ON utterances BEGIN{_FORGET_OLD_TEXT}
    DELETE FROM utterance_numbers WHERE utterance_id = OLD.id;
END
""",
)

_CHOSEN = """
CREATE TABLE chosen_transcripts ( -- of recordings that have several, the one that people chose
    recording_id TEXT NOT NULL PRIMARY KEY REFERENCES recordings (id) ON DELETE CASCADE,
    transcript_id TEXT NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE
) STRICT
"""

_INDEXES = (
    "CREATE INDEX recording_tags_tag ON recording_tags (tag)",
    # Searches for one or two characters scan all texts; this covering index makes that scan short.
    "CREATE INDEX utterances_text ON utterances (transcript_id, start_ms, text)",
    "CREATE INDEX utterances_status ON utterances (transcript_id, status)",
)
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


def add_library_tables(db: Database) -> None:
    """Create the metadata tables and the full-text index of all existing utterances."""
    for column in _NEW_COLUMNS:
        db.execute(f"ALTER TABLE recordings ADD COLUMN {column}")
    for statement in (_TAGS, _NUMBERS, _TEXTS, _SEARCH, *_FILL, *_TRIGGERS, *_INDEXES):
        db.execute(statement)


def add_chosen_transcripts(db: Database) -> None:
    """Create the table `chosen_transcripts`, the default transcript of each recording."""
    db.execute(_CHOSEN)
    db.execute("CREATE INDEX chosen_transcripts_transcript ON chosen_transcripts (transcript_id)")


def add_people_tables(db: Database) -> None:
    """Create the tables `claims` and `shares`."""
    for statement in (_CLAIMS, _SHARES):
        db.execute(statement)
