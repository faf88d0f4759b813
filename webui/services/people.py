"""Claims of recordings by reviewers, and transcripts shared by a secret token."""

from __future__ import annotations

from storage.db.database import Database
from storage.library.recordings import get_recording
from storage.library.sharing import (
    claim,
    find_share,
    get_share,
    release,
    share,
    stop_sharing,
)


class SharingService:
    """Service for claims and shared transcripts, by id or secret token."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, recording_id: str, person: str) -> None:
        """Store the name of a recording's reviewer; others can still edit it.

        Raises:
            NotFoundError: if there is no such recording.
            EditRefusedError: if the name is blank or too long.
        """
        with self._database.transaction() as db:
            claim(db, recording_id, person)

    def release(self, recording_id: str) -> None:
        """Remove the claim on a recording.

        Raises:
            NotFoundError: if there is no such recording.
        """
        with self._database.transaction() as db:
            get_recording(db, recording_id)
            release(db, recording_id)

    def token_of(self, recording_id: str) -> str | None:
        """Return the token of a shared recording; None if it is not shared.

        Raises:
            NotFoundError: if there is no such recording.
        """
        with self._database.reading() as db:
            get_recording(db, recording_id)
            found = find_share(db, recording_id)
            return None if found is None else found.token

    def share(self, recording_id: str, *, shared_by: str) -> str:
        """Share a recording; return the token that grants read access.

        Raises:
            NotFoundError: if there is no such recording.
        """
        with self._database.transaction() as db:
            return share(db, recording_id, shared_by=shared_by).token

    def stop_sharing(self, recording_id: str) -> None:
        """Stop sharing a recording, so that its token becomes invalid at once.

        Raises:
            NotFoundError: if there is no such recording.
        """
        with self._database.transaction() as db:
            get_recording(db, recording_id)
            stop_sharing(db, recording_id)

    def shared_recording(self, token: str) -> str:
        """Return the id of the recording shared under a token.

        Raises:
            NotFoundError: if the token is unknown or revoked.
        """
        with self._database.reading() as db:
            return get_share(db, token).recording_id
