"""Deletes visitors' recordings of a public demo when their time is over."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone

from storage.db.errors import NotFoundError, StorageError
from webui.services.container import Services
from webui.services.runs.repeated_work import RepeatedWork

SWEEP_EVERY_S = 300.0

_log = logging.getLogger(__name__)


class DemoSweeper(RepeatedWork):
    """Looks every few minutes, in a thread of its own, until it is closed."""

    def __init__(
        self, services: Services, keep: timedelta, *, every_s: float = SWEEP_EVERY_S
    ) -> None:
        self._services = services
        self._keep = keep
        super().__init__(self._sweep, every_s=every_s, name="demo-sweeper")

    def _sweep(self) -> None:
        try:
            sweep(self._services, datetime.now(timezone.utc) - self._keep)
        except StorageError:  # it looks again soon
            _log.warning("recordings whose time is over cannot be deleted yet", exc_info=True)


def sweep(services: Services, before: datetime) -> int:
    """Delete for good what visitors added before a time.

    Returns:
        How many recordings that was.

    Raises:
        StorageError: if one could not be deleted.
    """
    outlived = services.recordings.outlived(before)
    for recording_id in outlived:
        try:
            services.recordings.delete(recording_id)
        except NotFoundError:  # its owner was faster
            continue
    return len(outlived)
