"""Table of utterances to be added to the search index, created by the eighth migration."""

from __future__ import annotations

from sqlite_utils import Database

_QUEUE = """
CREATE TABLE search_queue ( -- utterances that differ from utterance_search; found by reading them
    number INTEGER NOT NULL PRIMARY KEY, -- of utterance_numbers; the utterance may be deleted
    indexed_text TEXT -- as utterance_search has it; NULL where it has no text of that number
) STRICT
"""

_TEXTS = """
CREATE VIEW utterance_texts AS -- the texts that utterance_search has indexed
SELECT number, text FROM utterance_numbers JOIN utterances ON utterances.id = utterance_id
WHERE number NOT IN (SELECT number FROM search_queue)
UNION ALL
SELECT number, indexed_text FROM search_queue WHERE indexed_text IS NOT NULL
"""

_QUEUE_OLD_TEXT = """
    INSERT INTO search_queue (number, indexed_text)
        SELECT number, OLD.text FROM utterance_numbers WHERE utterance_id = OLD.id
        ON CONFLICT DO NOTHING;
"""

_TRIGGERS = (
    """
CREATE TRIGGER utterances_searched_when_new AFTER INSERT ON utterances BEGIN
    INSERT INTO utterance_numbers (utterance_id) VALUES (NEW.id);
    INSERT INTO search_queue (number)
        SELECT number FROM utterance_numbers WHERE utterance_id = NEW.id
        ON CONFLICT DO NOTHING;
END
""",
    f"""
CREATE TRIGGER utterances_searched_when_changed AFTER UPDATE OF text ON utterances
WHEN OLD.text <> NEW.text BEGIN{_QUEUE_OLD_TEXT}END
""",
    f"""
CREATE TRIGGER utterances_searched_no_more BEFORE DELETE ON utterances BEGIN{_QUEUE_OLD_TEXT}
    DELETE FROM search_queue WHERE indexed_text IS NULL
        AND number = (SELECT number FROM utterance_numbers WHERE utterance_id = OLD.id);
    DELETE FROM utterance_numbers WHERE utterance_id = OLD.id;
END
""",
)
_FORMER_TRIGGERS = (
    "utterances_searched_when_new",
    "utterances_searched_when_changed",
    "utterances_searched_no_more",
)


def add_search_queue(db: Database) -> None:
    """Create the queue, and make the triggers fill it instead of writing the search index."""
    db.execute(_QUEUE)
    db.execute("DROP VIEW utterance_texts")
    db.execute(_TEXTS)
    for name in _FORMER_TRIGGERS:
        db.execute(f"DROP TRIGGER {name}")
    for statement in _TRIGGERS:
        db.execute(statement)
