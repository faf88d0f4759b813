"""Log entries as JSON, one object on a line, for programs that collect logs."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone

from webui.protection.log_limits import MAX_PIECE

_MAX_MESSAGE = 1_000
_MAX_EXCEPTION = 12_000  # characters from the end of a traceback, where its cause is


class JsonFormatter(logging.Formatter):
    """JSON log formatter with the fields time, level, logger, message and, if any, exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return an entry as one line of fewer than MAX_PIECE characters."""
        entry = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage()[:_MAX_MESSAGE],
        }
        exception = self.formatException(record.exc_info) if record.exc_info else ""
        kept = _MAX_EXCEPTION
        while len(line := _line(entry, exception[-kept:])) >= MAX_PIECE:
            kept //= 2  # characters that JSON writes as several
        return line


def _line(entry: dict[str, str], exception: str) -> str:
    fields = entry | ({"exception": exception} if exception else {})
    return json.dumps(fields, ensure_ascii=False)
