"""Tables of the glossary and of rejected speaker proposals, added by the ninth migration."""

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


def add_suggestion_tables(db: Database) -> None:
    """Create the tables `glossary_words` and `declined_speakers`."""
    for statement in (_GLOSSARY, _DECLINED):
        db.execute(statement)
    db.execute("CREATE INDEX glossary_words_recording ON glossary_words (recording_id)")
