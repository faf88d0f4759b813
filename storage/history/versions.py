"""Names that people give to states of a transcript, to return to."""

from __future__ import annotations

from storage.db.database import Connection
from storage.db.errors import EditRefusedError, NotFoundError
from storage.db.records import Version
from storage.db.titles import clean_title
from storage.db.values import now_text, read_time
from storage.history.edit_log import head_of


def name_version(db: Connection, transcript_id: str, name: str, *, author: str) -> Version:
    """Give the present state of a transcript a name.

    Args:
        db: inside a transaction.
        transcript_id: of what.
        name: one line that no other version of the transcript is called.
        author: who names it.

    Raises:
        NotFoundError: if there is no such transcript.
        EditRefusedError: if the name is blank or taken.
    """
    fit = clean_title(name, otherwise="")
    if not fit:
        raise EditRefusedError("Enter a name for the version.", reason="version_name")
    head = head_of(db, transcript_id)
    if any(each.name == fit for each in list_versions(db, transcript_id)):
        raise EditRefusedError(
            f"There is already a version named “{fit}”; choose another name.",
            reason="version_taken",
            name=fit,
        )
    db.execute(
        "INSERT INTO versions (transcript_id, name, edit_id, author, created_at) "
        "VALUES (?, ?, ?, ?, ?)",
        [transcript_id, fit, head, author, now_text()],
    )
    return find_version(db, transcript_id, fit)


def find_version(db: Connection, transcript_id: str, name: str) -> Version:
    """The version of a transcript with this name; its edit is what to return to.

    Raises:
        NotFoundError: if there is none.
    """
    for version in list_versions(db, transcript_id):
        if version.name == name:
            return version
    raise NotFoundError(f"The transcript has no version called {name!r}.")


def list_versions(db: Connection, transcript_id: str) -> tuple[Version, ...]:
    """The named states of a transcript, the newest name first."""
    found = db.execute(
        "SELECT name, edit_id, author, created_at FROM versions WHERE transcript_id = ? "
        "ORDER BY created_at DESC, name",
        [transcript_id],
    )
    return tuple(
        Version(name, edit_id, author, read_time(created_at))
        for name, edit_id, author, created_at in found
    )


def forget_version(db: Connection, transcript_id: str, name: str) -> None:
    """Take a name away; the state stays in the history.

    Raises:
        NotFoundError: if there is none.
    """
    gone = db.execute(
        "DELETE FROM versions WHERE transcript_id = ? AND name = ?", [transcript_id, name]
    )
    if gone.rowcount == 0:
        raise NotFoundError(f"The transcript has no version called {name!r}.")
