"""Named versions of a transcript."""

from __future__ import annotations

from storage.db.database import Connection
from storage.db.errors import EditRefusedError, NotFoundError
from storage.db.records import Version
from storage.db.values import clean_title, now_text, read_time
from storage.history.stored_edits import head_of


def name_version(db: Connection, transcript_id: str, name: str, *, author: str) -> Version:
    """Save the current state of a transcript as a named version.

    Args:
        db: inside a transaction.
        transcript_id: the transcript.
        name: one line, unique within the transcript.
        author: name of the person who names it.

    Raises:
        NotFoundError: if there is no such transcript.
        EditRefusedError: if the name is blank or taken.
    """
    title = clean_title(name, otherwise="")
    if not title:
        raise EditRefusedError("Enter a name for the version.", reason="version_name")
    head = head_of(db, transcript_id)
    if any(each.name == title for each in list_versions(db, transcript_id)):
        raise EditRefusedError(
            f"There is already a version named “{title}”; choose another name.",
            reason="version_taken",
            name=title,
        )
    db.execute(
        "INSERT INTO versions (transcript_id, name, edit_id, author, created_at) "
        "VALUES (?, ?, ?, ?, ?)",
        [transcript_id, title, head, author, now_text()],
    )
    return find_version(db, transcript_id, title)


def find_version(db: Connection, transcript_id: str, name: str) -> Version:
    """Return the version of a transcript with this name.

    Raises:
        NotFoundError: if there is none.
    """
    for version in list_versions(db, transcript_id):
        if version.name == name:
            return version
    raise NotFoundError(f"The transcript has no version called {name!r}.")


def list_versions(db: Connection, transcript_id: str) -> tuple[Version, ...]:
    """Return the versions of a transcript, the newest first."""
    found = db.execute(
        "SELECT name, edit_id, author, created_at FROM versions WHERE transcript_id = ? "
        "ORDER BY created_at DESC, name",
        [transcript_id],
    )
    return tuple(
        Version(name, edit_id, author, read_time(created_at))
        for name, edit_id, author, created_at in found
    )


def delete_version(db: Connection, transcript_id: str, name: str) -> None:
    """Delete the name of a version; the edits stay in the history.

    Raises:
        NotFoundError: if there is none.
    """
    deleted = db.execute(
        "DELETE FROM versions WHERE transcript_id = ? AND name = ?", [transcript_id, name]
    )
    if deleted.rowcount == 0:
        raise NotFoundError(f"The transcript has no version called {name!r}.")
