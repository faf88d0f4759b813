"""Deletion of expired recordings of a public demo."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone

from storage.db.errors import NotFoundError, StorageError
from webui.services.background import RepeatedWork
from webui.services.container import Services

SWEEP_EVERY_S = 300.0

_log = logging.getLogger(__name__)


class DemoSweeper(RepeatedWork):
    """Background thread that deletes expired recordings every few minutes until closed."""

    def __init__(
        self, services: Services, keep: timedelta, *, every_s: float = SWEEP_EVERY_S
    ) -> None:
        self._services = services
        self._keep = keep
        super().__init__(self._sweep, every_s=every_s, name="demo-sweeper")

    def _sweep(self) -> None:
        try:
            sweep(self._services, datetime.now(timezone.utc) - self._keep)
        except StorageError:  # retried after the pause
            _log.warning("expired recordings cannot be deleted yet", exc_info=True)


def sweep(services: Services, before: datetime) -> int:
    """Delete the recordings that visitors added before a time, permanently.

    Returns:
        Number of deleted recordings.

    Raises:
        StorageError: if one could not be deleted.
    """
    expired = services.recordings.expired(before)
    for recording_id in expired:
        try:
            services.recordings.delete(recording_id)
        except NotFoundError:  # deleted by its owner meanwhile
            continue
    return len(expired)
