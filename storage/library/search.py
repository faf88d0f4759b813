"""Search for recordings by metadata, names of speakers and the text of their transcripts."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from storage.db.database import Connection, Database
from storage.db.hidden_recordings import IS_VISIBLE, index_step
from storage.db.values import clean_title

Match = TypeVar("Match")

MAX_TERMS = 8
MAX_HITS_SHOWN = 3  # sentences, and speakers, of one recording
_INDEXED_CHARACTERS = 3  # trigram index, see library_tables.py

_IS_LIKE = "LIKE ? ESCAPE '!'"
_SELECT = (
    "SELECT transcript_id, utterances.rowid FROM {source} WHERE {conditions} "
    "ORDER BY transcript_id, start_ms"
)

_FOUND_BY_INDEX = (
    "SELECT rowid AS number FROM utterance_search WHERE utterance_search MATCH ? "
    "AND rowid NOT IN (SELECT number FROM search_queue)"
)
# With min(), SQLite takes the other columns from the row of the minimum.
_FIRST_OF_SPEAKERS = (
    "SELECT speakers.transcript_id, display_name, utterances.id, min(start_ms), text "
    "FROM speakers JOIN utterances ON speaker_id = speakers.id "
    "WHERE status != 'rejected' AND {conditions} GROUP BY speakers.id ORDER BY min(start_ms)"
)
# Queued utterances are not in the index yet, so their text is searched directly.
_FOUND_IN_QUEUE = (
    "SELECT search_queue.number FROM search_queue "
    "JOIN utterance_numbers ON utterance_numbers.number = search_queue.number "
    "JOIN utterances ON utterances.id = utterance_id"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """An utterance that contains all search terms."""

    transcript_id: str
    utterance_id: str
    start_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class FoundSpeaker:
    """A speaker whose name contains all search terms, with the speaker's first utterance."""

    name: str
    first: Hit


@dataclass(frozen=True, slots=True)
class Found:
    """Recording found by a search, with its first matching utterances.

    Attributes:
        recording_id: the recording.
        is_named: whether its title, file name, tags or notes contain all terms.
        num_hits: number of utterances with all terms in its preferred transcript, or, if that has
            none, in the newest transcript with any.
        hits: the first MAX_HITS_SHOWN of them.
        speakers: the first MAX_HITS_SHOWN speakers with all terms in their names, of the same
            choice of transcripts.
    """

    recording_id: str
    is_named: bool
    num_hits: int
    hits: tuple[Hit, ...]
    speakers: tuple[FoundSpeaker, ...] = ()


def search(
    db: Connection,
    query: str,
    *,
    owner: str | None = None,
    preferred: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Found, ...]:
    """Return the recordings with all terms of a query in their metadata, a name or an utterance.

    A name is that which a person gave to a speaker.

    Latin letters match case-insensitively. A query has no special characters.

    Args:
        db: inside a reading block.
        query: terms separated by white space; only the first MAX_TERMS are used.
        owner: return this owner's recordings and those without owner; None for all.
        preferred: {recording id: id of its preferred transcript}.

    Returns:
        Matches in the metadata first, then those with a speaker's name, then matches in the text,
        each the newest first; empty for a blank query.
    """
    terms = clean_title(query, otherwise="").split()[:MAX_TERMS]
    if not terms:
        return ()
    named = _named(db, terms)
    hits = _hits(db, terms, preferred)
    speakers = _speakers(db, terms, preferred)
    visible = db.execute(
        "SELECT id FROM recordings WHERE (:owner IS NULL OR owner IS NULL OR owner = :owner) "
        f"AND {IS_VISIBLE.format(column='id')} ORDER BY created_at DESC, rowid DESC",
        {"owner": owner},
    )
    found = [
        Found(each, each in named, *hits.get(each, (0, ())), speakers.get(each, ()))
        for (each,) in visible
        if each in named or each in hits or each in speakers
    ]
    return tuple(sorted(found, key=lambda each: (not each.is_named, not each.speakers)))


def index_queue(database: Database, *, longest_s: float) -> None:
    """Add the queued utterances to the search index in short transactions.

    Args:
        database: the database; others can write between the transactions.
        longest_s: time limit; the rest of the queue is left to the next call.

    Raises:
        StorageError: if the database cannot be written.
    """
    end_s = time.monotonic() + longest_s

    def step(db: Connection) -> bool:
        return index_step(db) and time.monotonic() < end_s

    with database.reading() as db:
        is_empty = db.execute("SELECT 1 FROM search_queue LIMIT 1").fetchone() is None
    if not is_empty:
        database.in_steps([step])


def _named(db: Connection, terms: Sequence[str]) -> set[str]:
    conditions = " AND ".join([f"description {_IS_LIKE}"] * len(terms))
    found = db.execute(
        "SELECT id FROM (SELECT id, title || char(10) || source_name || char(10) || notes || "
        "char(10) || ifnull((SELECT group_concat(tag, char(10)) FROM recording_tags "
        "WHERE recording_id = recordings.id), '') AS description FROM recordings) "
        f"WHERE {conditions}",
        _patterns(terms),
    )
    return {recording_id for (recording_id,) in found}


def _hits(
    db: Connection, terms: Sequence[str], preferred: Mapping[str, str]
) -> dict[str, tuple[int, tuple[Hit, ...]]]:
    """Return {recording id: (number of matching utterances, the first MAX_HITS_SHOWN of them)}."""
    matching, values = _matching(terms)
    numbers: dict[str, list[int]] = {}
    for transcript_id, number in db.execute(matching, values):
        numbers.setdefault(transcript_id, []).append(number)
    by_recording = _by_recording(db, numbers, preferred)
    shown = _utterances(
        db, [number for found in by_recording.values() for number in found[:MAX_HITS_SHOWN]]
    )
    return {
        recording_id: (len(found), tuple(shown[number] for number in found[:MAX_HITS_SHOWN]))
        for recording_id, found in by_recording.items()
    }


def _speakers(
    db: Connection, terms: Sequence[str], preferred: Mapping[str, str]
) -> dict[str, tuple[FoundSpeaker, ...]]:
    """Return {recording id: the first MAX_HITS_SHOWN speakers with all terms in their names}."""
    conditions = " AND ".join([f"display_name {_IS_LIKE}"] * len(terms))
    speakers: dict[str, list[FoundSpeaker]] = {}
    for transcript_id, name, *first in db.execute(
        _FIRST_OF_SPEAKERS.format(conditions=conditions), _patterns(terms)
    ):
        speakers.setdefault(transcript_id, []).append(
            FoundSpeaker(name, Hit(transcript_id, *first))
        )
    by_recording = _by_recording(db, speakers, preferred)
    return {each: tuple(found[:MAX_HITS_SHOWN]) for each, found in by_recording.items()}


def _by_recording(
    db: Connection, by_transcript: Mapping[str, list[Match]], preferred: Mapping[str, str]
) -> dict[str, list[Match]]:
    """Return {recording id: matches of its preferred transcript, or else of the newest one}."""
    if not by_transcript:
        return {}
    newest = db.execute(
        "SELECT recording_id, id FROM transcripts ORDER BY created_at DESC, rowid DESC"
    ).fetchall()
    found: dict[str, list[Match]] = {}
    for recording_id, transcript_id in (*preferred.items(), *newest):
        if transcript_id in by_transcript:
            found.setdefault(recording_id, by_transcript[transcript_id])
    return found


def _utterances(db: Connection, numbers: Sequence[int]) -> dict[int, Hit]:
    found = db.execute(
        "SELECT utterances.rowid, transcript_id, utterances.id, start_ms, text "
        "FROM json_each(?) CROSS JOIN utterances ON utterances.rowid = value",
        [json.dumps(numbers)],
    )
    return {number: Hit(*utterance) for number, *utterance in found}


def _matching(terms: Sequence[str]) -> tuple[str, list[str]]:
    """Return the SQL that selects the utterances with all terms, and its parameter values."""
    indexed = [term for term in terms if len(term) >= _INDEXED_CHARACTERS]
    others = [term for term in terms if len(term) < _INDEXED_CHARACTERS]
    conditions = [f"utterances.text {_IS_LIKE}"] * len(others)
    if not indexed:
        source = "utterances INDEXED BY utterances_text"
        return _SELECT.format(source=source, conditions=" AND ".join(conditions)), _patterns(others)
    is_queued = " AND ".join([f"utterances.text {_IS_LIKE}"] * len(indexed))
    source = (
        f"({_FOUND_BY_INDEX} UNION ALL {_FOUND_IN_QUEUE} WHERE {is_queued}) AS found "
        "JOIN utterance_numbers ON utterance_numbers.number = found.number "
        "JOIN utterances ON utterances.id = utterance_id"
    )
    values = [" AND ".join(map(_quoted, indexed)), *_patterns(indexed), *_patterns(others)]
    conditions = conditions or ["true"]
    return _SELECT.format(source=source, conditions=" AND ".join(conditions)), values


def _quoted(term: str) -> str:
    """Return a term quoted as an FTS5 string, in which nothing acts as an operator."""
    escaped = term.replace('"', '""')
    return f'"{escaped}"'


def _patterns(terms: Sequence[str]) -> list[str]:
    escaped = (re.sub("[!%_]", r"!\g<0>", term) for term in terms)
    return [f"%{term}%" for term in escaped]
