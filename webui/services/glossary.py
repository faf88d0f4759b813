"""Operations on the glossary of the workspace."""

from __future__ import annotations

from storage.db.database import Database
from storage.library.glossary import (
    GlossaryWord,
    add_word,
    delete_word,
    list_words,
    use_word,
)
from storage.library.recordings import get_recording


class GlossaryService:
    """Service that lists and changes the words that recognition should prefer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def words(self) -> tuple[GlossaryWord, ...]:
        """Return all words, the newest first."""
        with self._database.reading() as db:
            return list_words(db)

    def add(
        self, word: str, *, person: str, heard_as: str = "", recording_id: str | None = None
    ) -> None:
        """Add a word, or replace the origin of one that is in the glossary.

        Raises:
            NotFoundError: if there is no such recording.
            EditRefusedError: if the word is blank or too long, or the glossary is full.
        """
        with self._database.transaction() as db:
            if recording_id is not None:
                get_recording(db, recording_id)
            add_word(db, word, added_by=person, heard_as=heard_as, recording_id=recording_id)

    def use(self, word: str, *, is_on: bool) -> None:
        """Choose whether recognition uses a word.

        Raises:
            NotFoundError: if the glossary does not have it.
        """
        with self._database.transaction() as db:
            use_word(db, word, is_on=is_on)

    def delete(self, word: str) -> None:
        """Delete a word.

        Raises:
            NotFoundError: if the glossary does not have it.
        """
        with self._database.transaction() as db:
            delete_word(db, word)
