"""Login sessions ended by logging out, stored in a file so that they stay invalid."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from pipeline.core.atomic_write import replacing

ENDED_FILE = "ended-sessions"
_LINE = re.compile(r"([0-9a-f]{32}) ([0-9]{1,12})")
_OWNER_ONLY = 0o600

logger = logging.getLogger(__name__)


class EndedSessions:
    """File with the id and expiry time of each ended login session."""

    def __init__(self, workspace: Path, clock: Callable[[], float] = time.time) -> None:
        """Read the file and remove expired sessions from it."""
        self._path = workspace / ENDED_FILE
        self._clock = clock
        self._lock = Lock()
        self._ends: dict[str, int] = {}
        try:
            self._ends = _read(self._path)
            self._forget_expired()
            if self._path.exists():
                self._rewrite()
        except OSError:
            logger.exception("the list of ended sessions cannot be read or written")

    def add(self, session_id: str, ends: int) -> None:
        """Mark a session as ended, only until the next start if the file cannot be written."""
        with self._lock:
            self._forget_expired()
            if session_id in self._ends:
                return
            self._ends[session_id] = ends
            try:
                _append(self._path, _line(session_id, ends))
            except OSError:
                logger.exception("an ended session cannot be stored")

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._ends

    def _rewrite(self) -> None:
        with replacing(self._path) as partial:
            partial.touch(_OWNER_ONLY)
            partial.write_text("".join(_line(*each) for each in self._ends.items()), "ascii")

    def _forget_expired(self) -> None:
        now = self._clock()
        self._ends = {each: ends for each, ends in self._ends.items() if ends > now}


def _read(path: Path) -> dict[str, int]:
    """Return the expiry times by session id, without a line truncated by a crash."""
    try:
        lines = path.read_text("ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    matched = filter(None, map(_LINE.fullmatch, lines))
    return {each[1]: int(each[2]) for each in matched}


def _line(session_id: str, ends: int) -> str:
    return f"{session_id} {ends}\n"


def _append(path: Path, line: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _OWNER_ONLY)
    with os.fdopen(handle, "a", encoding="ascii") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
