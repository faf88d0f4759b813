"""Who works on which recording, and the secret addresses of results that are shared."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from storage.db.database import Connection
from storage.db.errors import EditRefusedError, NotFoundError
from storage.db.values import now_text, read_time
from storage.library.recordings import get_recording

MAX_PERSON_CHARACTERS = 80
_TOKEN_BYTES = 24  # 192 random bits: an address that nobody finds by trying


@dataclass(frozen=True, slots=True)
class Share:
    """A result that can be read without being let in."""

    token: str
    recording_id: str
    shared_by: str
    shared_at: datetime


def claim(db: Connection, recording_id: str, person: str) -> None:
    """Note that a person works on a recording, in place of whoever did before.

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
    """Note that nobody works on a recording any more."""
    db.execute("DELETE FROM claims WHERE recording_id = ?", [recording_id])


def list_claims(db: Connection) -> dict[str, str]:
    """Who works on what: names by the recording's id."""
    return dict(db.execute("SELECT recording_id, person FROM claims"))


def share(db: Connection, recording_id: str, *, shared_by: str) -> Share:
    """Give a recording a secret address, or find the one that it has.

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
    """The address of a recording; None where it is not shared."""
    return _first(db, "recording_id", recording_id)


def get_share(db: Connection, token: str) -> Share:
    """What is shared under an address.

    Raises:
        NotFoundError: if nothing is (any more).
    """
    found = _first(db, "token", token)
    if found is None:
        raise NotFoundError("Nothing is shared under this address any more.")
    return found


def stop_sharing(db: Connection, recording_id: str) -> None:
    """Take a recording's address away; it never comes back."""
    db.execute("DELETE FROM shares WHERE recording_id = ?", [recording_id])


def _first(db: Connection, column: str, value: str) -> Share | None:
    found = db.query(f"SELECT * FROM shares WHERE {column} = ?", [value])
    row = next(iter(found), None)
    if row is None:
        return None
    return Share(row["token"], row["recording_id"], row["shared_by"], read_time(row["shared_at"]))
