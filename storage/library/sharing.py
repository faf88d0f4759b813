"""Claims of recordings by reviewers, and share links with secret tokens."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from storage.db.database import Connection
from storage.db.errors import EditRefusedError, NotFoundError
from storage.db.recording_changes import among
from storage.db.values import now_text, read_time
from storage.library.recordings import get_recording

MAX_PERSON_CHARACTERS = 80
_TOKEN_BYTES = 24  # 192 random bits, not guessable


@dataclass(frozen=True, slots=True)
class Share:
    """Share link, whose secret token gives access to a recording without login."""

    token: str
    recording_id: str
    shared_by: str
    shared_at: datetime


def claim(db: Connection, recording_id: str, person: str) -> None:
    """Store the name of the person who works on a recording, replacing an earlier name.

    Raises:
        NotFoundError: if there is no such recording.
        EditRefusedError: if the name is blank or too long.
    """
    if not person.strip() or len(person) > MAX_PERSON_CHARACTERS:
        raise EditRefusedError(
            f"Enter a name of at most {MAX_PERSON_CHARACTERS} characters first.",
            reason="person_name",
            limit=str(MAX_PERSON_CHARACTERS),
        )
    get_recording(db, recording_id)
    db.execute(
        "INSERT INTO claims (recording_id, person, claimed_at) VALUES (?, ?, ?) ON CONFLICT "
        "(recording_id) DO UPDATE SET person = excluded.person, claimed_at = excluded.claimed_at",
        [recording_id, person.strip(), now_text()],
    )


def release(db: Connection, recording_id: str) -> None:
    """Delete the name of the person who works on a recording."""
    db.execute("DELETE FROM claims WHERE recording_id = ?", [recording_id])


def list_claims(db: Connection, recording_ids: Collection[str] | None = None) -> dict[str, str]:
    """Return {recording id: name of the person working on it}, of the given recordings or of all.

    Recordings that nobody has claimed are left out.
    """
    is_wanted, parameters = among("recording_id", recording_ids)
    return dict(
        db.execute(f"SELECT recording_id, person FROM claims WHERE {is_wanted}", parameters)
    )


def share(db: Connection, recording_id: str, *, shared_by: str) -> Share:
    """Create a share link for a recording, or return the existing one.

    Raises:
        NotFoundError: if there is no such recording.
    """
    get_recording(db, recording_id)
    db.execute(
        "INSERT INTO shares (token, recording_id, shared_by, shared_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (recording_id) DO NOTHING",
        [secrets.token_urlsafe(_TOKEN_BYTES), recording_id, shared_by, now_text()],
    )
    found = find_share(db, recording_id)
    if found is None:
        raise NotFoundError("The recording is not shared.")
    return found


def find_share(db: Connection, recording_id: str) -> Share | None:
    """Return the share link of a recording; None if it is not shared."""
    return _first(db, "recording_id", recording_id)


def get_share(db: Connection, token: str) -> Share:
    """Return the share link with the given secret token.

    Raises:
        NotFoundError: if there is no such link.
    """
    found = _first(db, "token", token)
    if found is None:
        raise NotFoundError("Nothing is shared under this address any more.")
    return found


def stop_sharing(db: Connection, recording_id: str) -> None:
    """Delete the share link of a recording; a later link gets another token."""
    db.execute("DELETE FROM shares WHERE recording_id = ?", [recording_id])


def _first(db: Connection, column: str, value: str) -> Share | None:
    found = db.query(f"SELECT * FROM shares WHERE {column} = ?", [value])
    row = next(iter(found), None)
    if row is None:
        return None
    return Share(row["token"], row["recording_id"], row["shared_by"], read_time(row["shared_at"]))
