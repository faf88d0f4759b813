"""Recordings found by what they are called and by what is said in them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from storage.db.database import Connection
from storage.db.hidden_recordings import IS_VISIBLE
from storage.db.titles import clean_title

MAX_TERMS = 8
MAX_HITS_SHOWN = 3  # of one recording
_INDEXED_CHARACTERS = 3  # the index knows words of that length, see library_tables.py

_IS_LIKE = "LIKE ? ESCAPE '!'"
_SELECT = (
    "SELECT transcript_id, utterances.rowid FROM {source} WHERE {conditions} "
    "ORDER BY transcript_id, start_ms"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """An utterance in which everything was said that was looked for."""

    transcript_id: str
    utterance_id: str
    start_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """A recording that was found.

    Attributes:
        recording_id: which.
        is_named: whether its title, file name, tags or notes hold what was looked for.
        num_hits: utterances of all its transcripts that hold it.
        hits: the first of them, the newest transcript first.
    """

    recording_id: str
    is_named: bool
    num_hits: int
    hits: tuple[Hit, ...]


def search(db: Connection, query: str, *, owner: str | None = None) -> tuple[Found, ...]:
    """Recordings with every word of the query, in their names or within one utterance.

    Small and large Latin letters are the same. Nothing in a query has a meaning of its own.

    Args:
        db: to be read.
        query: as a person typed it; words are parted by blanks.
        owner: whose recordings, with those of nobody; all if None.

    Returns:
        Those that are called so first, then those where it was said, the newest first; nothing
        for a blank query.
    """
    terms = clean_title(query, otherwise="").split()[:MAX_TERMS]
    if not terms:
        return ()
    named = _named(db, terms)
    hits = _hits(db, terms)
    visible = db.execute(
        "SELECT id FROM recordings WHERE (:owner IS NULL OR owner IS NULL OR owner = :owner) "
        f"AND {IS_VISIBLE.format(column='id')} ORDER BY created_at DESC, rowid DESC",
        {"owner": owner},
    )
    found = [
        Found(each, each in named, *hits.get(each, (0, ())))
        for (each,) in visible
        if each in named or each in hits
    ]
    return tuple(sorted(found, key=lambda each: not each.is_named))


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


def _hits(db: Connection, terms: Sequence[str]) -> dict[str, tuple[int, tuple[Hit, ...]]]:
    """How many utterances of a recording match, with the first of them."""
    matching, values = _matching(terms)
    numbers: dict[str, list[int]] = {}
    for transcript_id, number in db.execute(matching, values):
        numbers.setdefault(transcript_id, []).append(number)
    by_recording: dict[str, list[int]] = {}
    for recording_id, transcript_id in db.execute(
        "SELECT recording_id, id FROM transcripts ORDER BY created_at DESC, rowid DESC"
    ):
        if transcript_id in numbers:
            by_recording.setdefault(recording_id, []).extend(numbers[transcript_id])
    shown = _utterances(
        db, [number for found in by_recording.values() for number in found[:MAX_HITS_SHOWN]]
    )
    return {
        recording_id: (len(found), tuple(shown[number] for number in found[:MAX_HITS_SHOWN]))
        for recording_id, found in by_recording.items()
    }


def _utterances(db: Connection, numbers: Sequence[int]) -> dict[int, Hit]:
    found = db.execute(
        "SELECT utterances.rowid, transcript_id, utterances.id, start_ms, text "
        "FROM json_each(?) CROSS JOIN utterances ON utterances.rowid = value",
        [json.dumps(numbers)],
    )
    return {number: Hit(*utterance) for number, *utterance in found}


def _matching(terms: Sequence[str]) -> tuple[str, list[str]]:
    """A query for transcript and row of the utterances with every term, in time; its values."""
    indexed = [term for term in terms if len(term) >= _INDEXED_CHARACTERS]
    others = [term for term in terms if len(term) < _INDEXED_CHARACTERS]
    conditions = [f"utterances.text {_IS_LIKE}"] * len(others)
    if not indexed:
        source = "utterances INDEXED BY utterances_text"
        return _SELECT.format(source=source, conditions=" AND ".join(conditions)), _patterns(others)
    source = (
        "utterance_search JOIN utterance_numbers ON number = utterance_search.rowid "
        "JOIN utterances ON utterances.id = utterance_id"
    )
    conditions = ["utterance_search MATCH ?", *conditions]
    values = [" AND ".join(map(_quoted, indexed)), *_patterns(others)]
    return _SELECT.format(source=source, conditions=" AND ".join(conditions)), values


def _quoted(term: str) -> str:
    """A word for the index in which no character has a meaning of its own."""
    escaped = term.replace('"', '""')
    return f'"{escaped}"'


def _patterns(terms: Sequence[str]) -> list[str]:
    escaped = (re.sub("[!%_]", r"!\g<0>", term) for term in terms)
    return [f"%{term}%" for term in escaped]
