"""Title, tags, language and notes of a recording."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from storage.db.database import Connection
from storage.db.recording_changes import among
from storage.db.records import Recording
from storage.db.values import clean_title
from storage.library.recordings import get_recording, rename_recording

MAX_TAGS = 20
MAX_TAG_CHARACTERS = 40
MAX_NOTES_CHARACTERS = 10_000

_LANGUAGE = re.compile(r"([a-z]{2,3})?")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class RecordingDetails:
    """New values for the metadata of a recording; None keeps the current value.

    Attributes:
        title: a blank one keeps the current title.
        tags: all tags; blank and repeated ones are dropped.
        language: ISO 639 code; "" for the recognised language.
        notes: free text.
    """

    title: str | None = None
    tags: tuple[str, ...] | None = None
    language: str | None = None
    notes: str | None = None


def describe_recording(db: Connection, recording_id: str, details: RecordingDetails) -> Recording:
    """Update the metadata of a recording.

    Args:
        db: inside a transaction.
        recording_id: the recording.
        details: values that are too long are truncated.

    Raises:
        NotFoundError: if there is no such recording.
        ValueError: if the language is not a language code.
    """
    if details.language is not None and _LANGUAGE.fullmatch(details.language) is None:
        raise ValueError(f"not a language code: {details.language!r}")
    rename_recording(db, recording_id, details.title or "")
    if details.tags is not None:
        _replace_tags(db, recording_id, details.tags)
    notes = None if details.notes is None else clean_notes(details.notes)
    db.execute(
        "UPDATE recordings SET language = ifnull(?, language), notes = ifnull(?, notes) "
        "WHERE id = ?",
        [details.language, notes, recording_id],
    )
    return get_recording(db, recording_id)


def tags_of_recordings(
    db: Connection, recording_ids: Collection[str] | None = None
) -> dict[str, tuple[str, ...]]:
    """Return {recording id: sorted tags} of the given recordings, or of all, that have any."""
    is_wanted, parameters = among("recording_id", recording_ids)
    tags: dict[str, list[str]] = {}
    for recording_id, tag in db.execute(
        f"SELECT recording_id, tag FROM recording_tags WHERE {is_wanted} "
        "ORDER BY recording_id, tag",
        parameters,
    ):
        tags.setdefault(recording_id, []).append(tag)
    return {recording_id: tuple(found) for recording_id, found in tags.items()}


def clean_notes(text: str) -> str:
    """Return notes without control characters but line ends and tabs, cut to the limit."""
    lines = _LINE_ENDS.sub("\n", text)
    printable = (each for each in lines if each in "\n\t" or unicodedata.category(each)[0] != "C")
    return "".join(printable)[:MAX_NOTES_CHARACTERS].strip()


def _replace_tags(db: Connection, recording_id: str, tags: Iterable[str]) -> None:
    cleaned = (clean_title(tag, otherwise="")[:MAX_TAG_CHARACTERS].strip() for tag in tags)
    kept = list(dict.fromkeys(tag for tag in cleaned if tag))[:MAX_TAGS]
    db.execute("DELETE FROM recording_tags WHERE recording_id = ?", [recording_id])
    db.table("recording_tags").insert_all(
        {"recording_id": recording_id, "tag": tag} for tag in kept
    )
