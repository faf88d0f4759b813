"""Reading of long transcripts in a child process, without blocking other requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from storage.db.connections import connect
from storage.db.database import Connection, Database
from webui.services.background import WaitingPlaces
from webui.services.imports.limited_process import (
    WorkLimits,
    WorkTooLargeError,
    WorkTooLongError,
)
from webui.services.imports.process_pool import ProcessPool
from webui.services.runs.limits import LimitReachedError

LONG_SENTENCES = 500  # from that on; an export of fewer takes less than 0.5 s in any format
MOST_WAITING = 8  # requests that wait or are read; more are refused, so that threads are left
LIMITS = WorkLimits(seconds=120.0, memory_mb=1_024)
_WORK = "webui.services.exports.long_reads:read_request"


class ReadRequest(Protocol):
    """Picklable request that reads a result from the database, possibly in another process."""

    def read(self, database: Database) -> Any:  # Any: each request has its own result
        """Read the result of the request from the database."""


class LongReads:
    """Reader of transcripts, which handles long ones one after the other in a child process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pool = ProcessPool(_WORK, LIMITS, needs_numpy=True)
        self._places = WaitingPlaces(MOST_WAITING)
        self._turn = threading.Lock()

    def read(
        self, request: ReadRequest, *transcript_ids: str, is_slow: bool = False
    ) -> Any:  # Any: see ReadRequest
        """Execute a request about transcripts, in a child process if one of them is long.

        Args:
            request: the request.
            transcript_ids: the transcripts.
            is_slow: whether it takes long for short transcripts too.

        Raises:
            LimitReachedError: if too many requests wait, or this one exceeds the limits.
            NotFoundError, StorageError: as the request raises them.
        """
        with self._database.reading() as db:
            is_long = any(_is_long(db, each) for each in transcript_ids)
        if not (is_long or is_slow):
            return request.read(self._database)
        with self._places.one(), self._turn, self._pool.lend() as process:
            try:
                return process.call(self._database.path, request)
            except (WorkTooLongError, WorkTooLargeError) as error:
                raise LimitReachedError("limit.long_read") from error

    def close(self) -> None:
        """Kill the child process, even while it reads."""
        self._pool.close()


def read_request(
    database_path: Path, request: ReadRequest, _lift_limit: Callable[[], None]
) -> Any:  # Any: see ReadRequest
    """Open the database and execute a request, as called in the child process of LongReads."""
    with closing(Database(connect(database_path), database_path)) as database:
        return request.read(database)


def _is_long(db: Connection, transcript_id: str) -> bool:
    (count,) = db.execute(
        "SELECT count(*) FROM utterances WHERE transcript_id = ?", [transcript_id]
    ).fetchone()
    is_long: bool = count >= LONG_SENTENCES
    return is_long
