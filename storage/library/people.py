"""Deletion of known people, in a module that does not import NumPy."""

from __future__ import annotations

from storage.db.database import Connection
from storage.db.errors import NotFoundError


def delete_person(db: Connection, person_id: str) -> None:
    """Delete a known person and their voice prints.

    Raises:
        NotFoundError: if there is no such person.
    """
    if db.execute("DELETE FROM people WHERE id = ?", [person_id]).rowcount == 0:
        raise no_such_person()


def no_such_person() -> NotFoundError:
    """Return the error for an unknown person id."""
    return NotFoundError("There is no such person; it may have been deleted.")
