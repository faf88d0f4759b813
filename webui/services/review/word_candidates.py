"""Alternatives for the doubtful words of a transcript."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from pipeline.core.errors import ModelIntegrityError
from pipeline.core.transcript import WordCandidates
from pipeline.text.candidates.neighbours import NeighbourModel
from pipeline.text.candidates.search import Character, Place, candidate_search
from pipeline.text.ngrams.arpa import read_arpa_words
from pipeline.text.scripts import is_chinese
from storage.db.blobs import BlobStore, candidates_name
from storage.db.database import Database
from storage.db.errors import NotFoundError, StorageError
from storage.db.records import TranscriptRecord
from storage.library.glossary import words_in_use
from storage.library.language_model_files import list_models
from storage.library.recordings import get_recording
from storage.library.run_files import read_candidates
from storage.transcripts.transcripts import get_transcript, utterances_where

MOST_CHARACTERS = 8  # of a word; more characters are a new wording

_DOUBTFUL = 0.3  # confidence of the characters of a chosen word
_SURE = 0.999
_NEAR = 12  # characters on each side of a word that are looked at

_log = logging.getLogger(__name__)


class WordCandidateService:
    """Service that returns alternatives for the doubtful and for chosen words of a transcript."""

    def __init__(self, workspace: Path, database: Database, blobs: BlobStore) -> None:
        """Store where transcripts and language models are.

        Args:
            workspace: folder of the workspace, with its language models.
            database: its open database.
            blobs: its files.
        """
        self._workspace = workspace
        self._database = database
        self._blobs = blobs
        self._read = lru_cache(maxsize=1)(_read_neighbours)

    def stored(self, transcript_id: str) -> tuple[WordCandidates, ...]:
        """Return the doubtful words of a transcript's run; none for an import.

        Raises:
            NotFoundError: if there is no such transcript.
        """
        with self._database.reading() as db:
            record = get_transcript(db, transcript_id)
        return stored_candidates(self._blobs, record)

    def of_word(self, transcript_id: str, utterance_id: str, start: int, stop: int) -> Place | None:
        """Return words that sound like a part of an utterance; None if there are none.

        Words of the glossary and those that the newest language model of the workspace expects
        come first, but not for recordings of separate visitors.

        Args:
            transcript_id: the transcript.
            utterance_id: an utterance of it.
            start: position of the first character in its text.
            stop: position after the last one.

        Raises:
            NotFoundError: if there is no such transcript or utterance.
        """
        with self._database.reading() as db:
            record = get_transcript(db, transcript_id)
            is_shared = get_recording(db, record.recording_id).owner is None
            found = utterances_where(
                db, "transcript_id = ? AND id = ?", [transcript_id, utterance_id]
            )
            words = words_in_use(db) if is_shared else ()
        if not found:
            raise NotFoundError(f"There is no utterance {utterance_id!r}.")
        return offered_place(
            found[0].text,
            start,
            min(stop, start + MOST_CHARACTERS),
            words,
            self._neighbours() if is_shared else None,
        )

    def _neighbours(self) -> NeighbourModel | None:
        """Return the newest language model of the workspace; None if there is none."""
        try:
            models = list_models(self._workspace)
            return self._read(models[-1]) if models else None
        except (OSError, ModelIntegrityError):
            _log.warning("the language model cannot be read", exc_info=True)
            return None


def _read_neighbours(path: Path) -> NeighbourModel:
    return NeighbourModel(*read_arpa_words(path))


def stored_candidates(blobs: BlobStore, record: TranscriptRecord) -> tuple[WordCandidates, ...]:
    """Return the doubtful words of a transcript's run; none for an import or a damaged file."""
    if record.run_id is None:
        return ()
    try:
        return read_candidates(blobs.path_of(record.recording_id, candidates_name(record.run_id)))
    except StorageError:
        _log.warning("doubtful words cannot be read", exc_info=True)
        return ()


def offered_place(
    text: str,
    start: int,
    stop: int,
    own_words: tuple[str, ...],
    neighbours: NeighbourModel | None = None,
) -> Place | None:
    """Return the candidates for a part of a text, with their positions; None if none."""
    if not text[start:stop] or not all(map(is_chinese, text[start:stop])):
        return None
    first = start
    while first > max(0, start - _NEAR) and is_chinese(text[first - 1]):
        first -= 1
    last = stop
    while last < min(len(text), stop + _NEAR) and is_chinese(text[last]):
        last += 1
    run = [
        Character(each, _DOUBTFUL if start <= at < stop else _SURE)
        for at, each in enumerate(text[first:last], start=first)
    ]
    place = candidate_search(own_words, neighbours).at(run, range(start - first, stop - first))
    if place is None:
        return None
    return Place(place.start + first, place.stop + first, place.candidates)
