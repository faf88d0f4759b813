"""People beside each other: who works on what, and what is shown to those outside."""

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
    """Answers by ids and by the secret tokens of what is shared."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, recording_id: str, person: str) -> None:
        """Note that a person works on a recording; others may edit it all the same.

        Raises:
            NotFoundError: if there is no such recording.
            EditRefusedError: if the name is blank or too long.
        """
        with self._database.transaction() as db:
            claim(db, recording_id, person)

    def release(self, recording_id: str) -> None:
        """Note that nobody works on a recording any more.

        Raises:
            NotFoundError: if there is no such recording.
        """
        with self._database.transaction() as db:
            get_recording(db, recording_id)
            release(db, recording_id)

    def token_of(self, recording_id: str) -> str | None:
        """Under which a recording is shared; None where it is not.

        Raises:
            NotFoundError: if there is no such recording.
        """
        with self._database.reading() as db:
            get_recording(db, recording_id)
            found = find_share(db, recording_id)
            return None if found is None else found.token

    def share(self, recording_id: str, *, shared_by: str) -> str:
        """Let whoever knows the token, which is returned, read and hear a recording.

        Raises:
            NotFoundError: if there is no such recording.
        """
        with self._database.transaction() as db:
            return share(db, recording_id, shared_by=shared_by).token

    def stop_sharing(self, recording_id: str) -> None:
        """Make the token worthless at once.

        Raises:
            NotFoundError: if there is no such recording.
        """
        with self._database.transaction() as db:
            get_recording(db, recording_id)
            stop_sharing(db, recording_id)

    def shared_recording(self, token: str) -> str:
        """Id of what is shared under a token.

        Raises:
            NotFoundError: if nothing is (any more).
        """
        with self._database.reading() as db:
            return get_share(db, token).recording_id
