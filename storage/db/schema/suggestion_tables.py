"""Tables of suggestions: glossary, rejected speakers and words, known voices."""

from __future__ import annotations

from sqlite_utils import Database

_GLOSSARY = """
CREATE TABLE glossary_words ( -- words of the workspace that recognisers often get wrong
    word TEXT NOT NULL PRIMARY KEY, -- as it is written correctly
    heard_as TEXT NOT NULL, -- the wrong word that it replaced last; empty if entered by hand
    recording_id TEXT REFERENCES recordings (id) ON DELETE SET NULL, -- where it was corrected last
    is_on INTEGER NOT NULL DEFAULT 1 CHECK (is_on IN (0, 1)), -- whether recognition uses it
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL
) STRICT
"""

_DECLINED = """
CREATE TABLE declined_speakers ( -- proposed speakers of utterances that a person rejected
    transcript_id TEXT NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
    utterance_id TEXT NOT NULL, -- edits may have deleted it
    speaker_id TEXT NOT NULL, -- likewise
    declined_by TEXT NOT NULL,
    declined_at TEXT NOT NULL,
    PRIMARY KEY (transcript_id, utterance_id, speaker_id)
) STRICT
"""

_DECLINED_WORDS = """
CREATE TABLE declined_words ( -- corrected words that recognition must not learn
    word TEXT NOT NULL PRIMARY KEY,
    declined_by TEXT NOT NULL,
    declined_at TEXT NOT NULL
) STRICT
"""

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


def add_suggestion_tables(db: Database) -> None:
    """Create the tables `glossary_words` and `declined_speakers`."""
    for statement in (_GLOSSARY, _DECLINED):
        db.execute(statement)
    db.execute("CREATE INDEX glossary_words_recording ON glossary_words (recording_id)")


def add_known_voice_tables(db: Database) -> None:
    """Create the tables `people` and `voice_prints`."""
    for statement in (_PEOPLE, _PRINTS, *_INDEXES):
        db.execute(statement)


def add_declined_words(db: Database) -> None:
    """Create the table `declined_words`."""
    db.execute(_DECLINED_WORDS)
