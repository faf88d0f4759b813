"""Record of a live session, as stored in its folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from enum import Enum
from typing import Any  # values of JSON

from storage.db.errors import StorageError


class LiveState(str, Enum):
    """State of a live session.

    RECORDING: samples are accepted. SETTLING: the audio is stored and an ordinary run transcribes
    it. SETTLED: that run has ended.
    """

    RECORDING = "recording"
    SETTLING = "settling"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class LiveSessionRecord:
    """Stored data of a live session.

    Attributes:
        session_id: 32 random hexadecimal digits.
        token_sha256: SHA-256 of the browser's secret token.
        recording_id: its recording.
        run_id: its run, which finalizes the transcript after the end.
        max_samples: number of samples at which the recording ends.
        owner: the visitor it belongs to; None where all users see all recordings.
        state: current state.
        stop_sample: total number of samples stated by the browser at the end; None before.
    """

    session_id: str
    token_sha256: str
    recording_id: str
    run_id: str
    max_samples: int
    owner: str | None = None
    state: LiveState = LiveState.RECORDING
    stop_sample: int | None = None

    def as_json(self) -> bytes:
        """Return the content of the record's file."""
        return json.dumps({**asdict(self), "state": self.state.value}).encode()


_NAMES = frozenset(each.name for each in fields(LiveSessionRecord))


def read_record(content: bytes) -> LiveSessionRecord:
    """Parse the content of a record's file; unknown fields are ignored.

    Raises:
        StorageError: if it is damaged.
    """
    try:
        values: dict[str, Any] = json.loads(content)
        known = {name: value for name, value in values.items() if name in _NAMES}
        return LiveSessionRecord(**{**known, "state": LiveState(values["state"])})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StorageError("The record of a live recording is damaged.") from error
