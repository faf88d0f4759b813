"""Glossary of a workspace: words that recognition should prefer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.db.database import Connection
from storage.db.errors import EditRefusedError, NotFoundError
from storage.db.hidden_recordings import IS_VISIBLE
from storage.db.values import clean_title, now_text, read_time

MAX_WORDS = 2_000
MAX_WORD_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class GlossaryWord:
    """Entry of the glossary: a word with its origin and whether it is used.

    Attributes:
        word: the correct spelling.
        heard_as: wrong word in the latest correction; "" if it was entered by hand.
        recording_id: recording of the latest correction; None without one or if it was deleted.
        recording_title: title of that recording.
        is_on: whether recognition uses it.
        added_by: name of the person who added it; "" without a name.
        added_at: time of the addition in UTC.
    """

    word: str
    heard_as: str
    recording_id: str | None
    recording_title: str | None
    is_on: bool
    added_by: str
    added_at: datetime


def add_word(
    db: Connection,
    word: str,
    *,
    added_by: str,
    heard_as: str = "",
    recording_id: str | None = None,
) -> None:
    """Add a word to the glossary, or update the origin of one that it contains.

    A word that was declined may be suggested again.

    Args:
        db: inside a transaction.
        word: the correct word.
        added_by: name of the person.
        heard_as: the wrong word that it replaces.
        recording_id: recording in which it was corrected; None without one.

    Raises:
        EditRefusedError: if the word is blank or too long, or the glossary is full.
    """
    cleaned = clean_title(word, otherwise="")
    if not cleaned or len(cleaned) > MAX_WORD_CHARACTERS:
        raise EditRefusedError(
            f"A word of the glossary has 1 to {MAX_WORD_CHARACTERS} characters; shorten it.",
            reason="glossary_word",
            limit=str(MAX_WORD_CHARACTERS),
        )
    (is_full,) = db.execute(
        "SELECT count(*) >= ? FROM glossary_words WHERE word != ?", [MAX_WORDS, cleaned]
    ).fetchone()
    if is_full:
        raise EditRefusedError(
            f"The glossary has {MAX_WORDS} words; delete some first.",
            reason="glossary_full",
            limit=str(MAX_WORDS),
        )
    db.execute(
        "INSERT INTO glossary_words (word, heard_as, recording_id, added_by, added_at) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (word) DO UPDATE SET heard_as = excluded.heard_as, "
        "recording_id = excluded.recording_id, added_by = excluded.added_by, "
        "added_at = excluded.added_at",
        [cleaned, clean_title(heard_as, otherwise=""), recording_id, added_by, now_text()],
    )
    db.execute("DELETE FROM declined_words WHERE word = ?", [cleaned])


def list_words(db: Connection) -> tuple[GlossaryWord, ...]:
    """Return all words of the glossary, the newest first."""
    found = db.query(
        "SELECT glossary_words.*, recordings.id AS visible_id, title FROM glossary_words "
        "LEFT JOIN recordings ON recordings.id = recording_id "
        f"AND {IS_VISIBLE.format(column='recording_id')} ORDER BY added_at DESC, word"
    )
    return tuple(
        GlossaryWord(
            word=row["word"],
            heard_as=row["heard_as"],
            recording_id=row["visible_id"],
            recording_title=row["title"],
            is_on=bool(row["is_on"]),
            added_by=row["added_by"],
            added_at=read_time(row["added_at"]),
        )
        for row in found
    )


def words_in_use(db: Connection) -> tuple[str, ...]:
    """Return the words that recognition uses, the newest first."""
    found = db.execute("SELECT word FROM glossary_words WHERE is_on ORDER BY added_at DESC, word")
    return tuple(word for (word,) in found)


def use_word(db: Connection, word: str, *, is_on: bool) -> None:
    """Set whether recognition uses a word.

    Raises:
        NotFoundError: if the glossary does not have it.
    """
    changed = db.execute("UPDATE glossary_words SET is_on = ? WHERE word = ?", [int(is_on), word])
    _check_found(changed.rowcount)


def delete_word(db: Connection, word: str, *, deleted_by: str) -> None:
    """Delete a word from the glossary, and exclude it from being learnt from corrections.

    Raises:
        NotFoundError: if the glossary does not have it.
    """
    _check_found(db.execute("DELETE FROM glossary_words WHERE word = ?", [word]).rowcount)
    decline_word(db, word, declined_by=deleted_by)


def decline_word(db: Connection, word: str, *, declined_by: str) -> None:
    """Record that a word must not be learnt or suggested; keep the MAX_WORDS newest ones."""
    db.execute(
        "INSERT INTO declined_words (word, declined_by, declined_at) VALUES (?, ?, ?) "
        "ON CONFLICT (word) DO NOTHING",
        [word, declined_by, now_text()],
    )
    db.execute(
        "DELETE FROM declined_words WHERE word NOT IN "
        "(SELECT word FROM declined_words ORDER BY declined_at DESC LIMIT ?)",
        [MAX_WORDS],
    )


def declined_words(db: Connection) -> frozenset[str]:
    """Return the words that must not be learnt from corrections."""
    return frozenset(word for (word,) in db.execute("SELECT word FROM declined_words"))


def _check_found(num_rows: int) -> None:
    if num_rows == 0:
        raise NotFoundError("The glossary does not have this word.")
