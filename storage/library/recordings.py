"""Queries and changes of the table of recordings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from storage.db.database import Connection
from storage.db.errors import NotFoundError
from storage.db.hidden_recordings import IS_VISIBLE
from storage.db.recording_changes import among
from storage.db.records import Recording
from storage.db.values import clean_title, new_id, now_text, read_time

_IS_VISIBLE = IS_VISIBLE.format(column="id")

UNTITLED = "Recording"


def add_recording(
    db: Connection, *, title: str, source_name: str, audio_sha256: str, owner: str | None = None
) -> Recording:
    """Add a recording, or return the owner's existing recording of the same audio file.

    Args:
        db: inside a transaction.
        title: display name; blank to use the file name.
        source_name: file name of the upload.
        audio_sha256: of the file, 64 hexadecimal digits.
        owner: the visitor it belongs to; None where all users see all recordings.
    """
    known = find_by_audio(db, audio_sha256, owner=owner)
    if known is not None:
        return known
    source_name = clean_title(source_name, otherwise=UNTITLED)
    recording_id = new_id()
    db.table("recordings").insert(
        {
            "id": recording_id,
            "title": clean_title(title, otherwise=source_name),
            "source_name": source_name,
            "audio_sha256": audio_sha256,
            "owner": owner,
            "created_at": now_text(),
        }
    )
    return get_recording(db, recording_id)


def find_by_audio(db: Connection, audio_sha256: str, *, owner: str | None) -> Recording | None:
    """Return the owner's recording of an audio file; None if there is none."""
    found = db.query(
        "SELECT * FROM recordings WHERE audio_sha256 = ? AND owner IS ?", [audio_sha256, owner]
    )
    return next(map(_recording, found), None)


def get_recording(db: Connection, recording_id: str) -> Recording:
    """Return the recording with an id.

    Raises:
        NotFoundError: if there is no such recording.
    """
    found = db.query(f"SELECT * FROM recordings WHERE id = ? AND {_IS_VISIBLE}", [recording_id])
    recording = next(map(_recording, found), None)
    if recording is None:
        raise _not_found(recording_id)
    return recording


def list_recordings(
    db: Connection, *, owner: str | None = None, ids: Collection[str] | None = None
) -> tuple[Recording, ...]:
    """Return the recordings of an owner and those without owner, or all; the newest first.

    With ids only those of them that exist are returned.
    """
    is_wanted, parameters = among("id", ids)
    found = db.query(
        "SELECT * FROM recordings WHERE (?1 IS NULL OR owner IS NULL OR owner = ?1) "
        f"AND {is_wanted} AND {_IS_VISIBLE} ORDER BY created_at DESC, rowid DESC",
        [owner, *parameters],
    )
    return tuple(map(_recording, found))


def list_expired(db: Connection, before: datetime) -> tuple[Recording, ...]:
    """Return the recordings that have an owner and were added before a time."""
    owned = db.query(f"SELECT * FROM recordings WHERE owner IS NOT NULL AND {_IS_VISIBLE}")
    return tuple(each for each in map(_recording, owned) if each.created_at < before)


def rename_recording(db: Connection, recording_id: str, title: str) -> Recording:
    """Change the title of a recording; a blank one keeps the current title.

    Raises:
        NotFoundError: if there is no such recording.
    """
    known = get_recording(db, recording_id)
    title = clean_title(title, otherwise=known.title)
    db.execute("UPDATE recordings SET title = ? WHERE id = ?", [title, recording_id])
    return get_recording(db, recording_id)


def set_audio(
    db: Connection, recording_id: str, *, duration_ms: int, review_audio_sha256: str | None
) -> None:
    """Store the duration of a recording and, unless None, the SHA-256 of its playback copy.

    Raises:
        NotFoundError: if there is no such recording.
    """
    changed = db.execute(
        "UPDATE recordings SET duration_ms = ?, "
        "review_audio_sha256 = ifnull(?, review_audio_sha256) WHERE id = ?",
        [duration_ms, review_audio_sha256, recording_id],
    )
    if changed.rowcount == 0:
        raise _not_found(recording_id)


def _not_found(recording_id: str) -> NotFoundError:
    return NotFoundError(f"There is no recording {recording_id!r}; it may have been deleted.")


def _recording(row: dict[str, Any]) -> Recording:  # Any: column values
    return Recording(
        recording_id=row["id"],
        title=row["title"],
        source_name=row["source_name"],
        audio_sha256=row["audio_sha256"],
        created_at=read_time(row["created_at"]),
        duration_ms=row["duration_ms"],
        review_audio_sha256=row["review_audio_sha256"],
        owner=row["owner"],
        language=row["language"],
        notes=row["notes"],
    )
