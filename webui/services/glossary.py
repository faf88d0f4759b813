"""Operations on the glossary of the workspace, and words suggested for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.db.database import Database
from storage.db.errors import NotFoundError
from storage.library.glossary import (
    GlossaryWord,
    add_word,
    decline_word,
    declined_words,
    delete_word,
    list_words,
    use_word,
)
from storage.library.recordings import get_recording
from storage.training.language_model.correction_index import CorrectionIndex
from storage.training.language_model.word_corrections import (
    CorrectedWord,
    suggested_words,
    words_by_form,
)


@dataclass(frozen=True, slots=True)
class WordsOverview:
    """Glossary, suggested words, and the corrections from which they are derived.

    Attributes:
        words: the glossary, the newest first.
        suggestions: corrected words that are neither in the glossary nor declined, the most
            frequent first.
        corrections: all corrected words, by word.
    """

    words: tuple[GlossaryWord, ...]
    suggestions: tuple[CorrectedWord, ...]
    corrections: Mapping[str, CorrectedWord]


class GlossaryService:
    """Service that lists and changes the words that recognition should prefer."""

    def __init__(self, database: Database, corrections: CorrectionIndex) -> None:
        self._database = database
        self._corrections = corrections

    def overview(self) -> WordsOverview:
        """Return the words of the glossary and those suggested for it."""
        corrections = self._corrections.corrections()
        suggested = suggested_words(corrections)
        with self._database.reading() as db:
            words, declined = list_words(db), declined_words(db)
        known = declined | {each.word for each in words}
        return WordsOverview(
            words=words,
            suggestions=tuple(each for each in suggested if each.word not in known),
            corrections=words_by_form(corrections),
        )

    def add(
        self, word: str, *, person: str, heard_as: str = "", recording_id: str | None = None
    ) -> None:
        """Add a word to the glossary, or update the origin of one that it contains.

        Raises:
            NotFoundError: if there is no such recording.
            EditRefusedError: if the word is blank or too long, or the glossary is full.
        """
        with self._database.transaction() as db:
            if recording_id is not None:
                get_recording(db, recording_id)
            add_word(db, word, added_by=person, heard_as=heard_as, recording_id=recording_id)

    def use(self, word: str, *, is_on: bool) -> None:
        """Set whether recognition uses a word.

        Raises:
            NotFoundError: if the glossary does not have it.
        """
        with self._database.transaction() as db:
            use_word(db, word, is_on=is_on)

    def delete(self, word: str, *, person: str) -> None:
        """Delete a word, and exclude it from being learnt from corrections.

        Raises:
            NotFoundError: if the glossary does not have it.
        """
        with self._database.transaction() as db:
            delete_word(db, word, deleted_by=person)

    def decline(self, word: str, *, person: str) -> None:
        """Record that a suggested word must neither be used nor suggested again.

        Raises:
            NotFoundError: if it is not suggested.
        """
        if all(each.word != word for each in self.overview().suggestions):
            raise NotFoundError("This word is not suggested.")
        with self._database.transaction() as db:
            decline_word(db, word, declined_by=person)
