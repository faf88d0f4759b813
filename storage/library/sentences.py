"""Queries for sentences of many recordings by word or by known person."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from storage.db.database import Connection
from storage.db.hidden_recordings import IS_VISIBLE

MOST_SENTENCES = 2_000  # of one answer, in all recordings

_SELECT = (
    "SELECT recordings.id, recordings.title, transcripts.id, transcripts.revision, utterances.id, "
    "start_ms, text FROM utterances "
    "JOIN transcripts ON transcripts.id = utterances.transcript_id "
    "JOIN recordings ON recordings.id = transcripts.recording_id "
    "WHERE transcript_id IN (SELECT value FROM json_each(:transcripts)) "
    f"AND {IS_VISIBLE.format(column='recordings.id')} AND {{condition}} "
    "ORDER BY recordings.created_at DESC, recordings.rowid DESC, start_ms, position LIMIT :most"
)
_WITH_WORD = (
    "text LIKE :pattern ESCAPE '!' AND status NOT IN ('verified', 'rejected') "
    "AND (:owner IS NULL OR recordings.owner = :owner)"
)
_OF_PERSON = (
    "status != 'rejected' AND speaker_id IN (SELECT speakers.id FROM speakers JOIN people "
    "ON people.name = display_name WHERE people.id = :person)"
)


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """Sentence that matches a query, with its recording and transcript.

    Attributes:
        recording_id: the recording.
        title: its title.
        transcript_id: the transcript.
        revision: of the transcript.
        utterance_id: the sentence.
        start_ms: its start.
        text: its text.
    """

    recording_id: str
    title: str
    transcript_id: str
    revision: int
    utterance_id: str
    start_ms: int
    text: str


def sentences_with_word(
    db: Connection, word: str, transcript_ids: Iterable[str], *, owner: str | None
) -> tuple[FoundSentence, ...]:
    """Return at most MOST_SENTENCES unreviewed sentences with a word, grouped by recording.

    Args:
        db: inside a reading block.
        word: not blank.
        transcript_ids: transcripts to search.
        owner: owner of the recordings; None for all.
    """
    pattern = "%{}%".format(re.sub("[!%_]", r"!\g<0>", word))
    return _found(db, _WITH_WORD, transcript_ids, pattern=pattern, owner=owner)


def sentences_of_person(
    db: Connection, person_id: str, transcript_ids: Iterable[str]
) -> tuple[FoundSentence, ...]:
    """Return the sentences of speakers with the name of a known person, by recording and time.

    At most MOST_SENTENCES are returned; rejected ones are left out.

    Args:
        db: inside a reading block.
        person_id: the known person.
        transcript_ids: transcripts to search.
    """
    return _found(db, _OF_PERSON, transcript_ids, person=person_id)


def _found(
    db: Connection, condition: str, transcript_ids: Iterable[str], **values: str | None
) -> tuple[FoundSentence, ...]:
    rows = db.execute(
        _SELECT.format(condition=condition),
        {"transcripts": json.dumps(list(transcript_ids)), "most": MOST_SENTENCES, **values},
    )
    return tuple(FoundSentence(*row) for row in rows)
