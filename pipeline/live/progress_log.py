"""The file with the finished part of a live transcription, beside its spool file."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.core.errors import WorkingFileError
from pipeline.core.transcript import Token
from pipeline.live.events import FinalText, LiveSentence
from pipeline.live.session_state import SessionState
from pipeline.runtime.append_log import RecordLog

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a live transcription.

    Attributes:
        finals: the final texts since the step before.
        state: state of the session after them.
    """

    finals: tuple[FinalText, ...]
    state: SessionState


def progress_path(spool_path: Path) -> Path:
    """Return the path of the file for a spool file."""
    return spool_path.with_name(f"{spool_path.name}.progress")


class ProgressLog:
    """A file with the steps of a live transcription.

    Work that it does not hold is done again after an interruption, so it is never necessary.
    """

    def __init__(self, path: Path, *, num_samples: int) -> None:
        """Open the file or create it.

        Args:
            path: from `progress_path`.
            num_samples: length of the spool file; steps beyond it are removed.

        Raises:
            WorkingFileError: it cannot be read or written.
        """
        self._log = RecordLog(path)
        records = list(self._log.read())
        self.steps = _steps_of(records, num_samples)
        if len(self.steps) < len(records):
            self._log.close()
            path.unlink()
            self._log = RecordLog(path)
            for record in records[: len(self.steps)]:
                self._log.append(record)

    def append(self, finals: Sequence[FinalText], state: SessionState) -> None:
        """Append a step; if the disk is full it is left out."""
        fields = {"finals": [asdict(each) for each in finals], "state": state.to_fields()}
        try:
            self._log.append(json.dumps(fields, ensure_ascii=False).encode())
        except WorkingFileError as error:
            _log.warning("Finished live text is kept in memory only: %s", error)

    def close(self) -> None:
        """Close the file."""
        self._log.close()


def _steps_of(records: Sequence[bytes], num_samples: int) -> tuple[Progress, ...]:
    """Return the steps up to the first that is of another version or beyond the samples."""
    steps: list[Progress] = []
    for record in records:
        try:
            step = _step_of(json.loads(record))
        except (ValueError, KeyError, TypeError):
            break
        if step.state.num_samples > num_samples:
            break
        steps.append(step)
    return tuple(steps)


def _step_of(fields: dict[str, Any]) -> Progress:
    finals = tuple(
        FinalText(each["segment"], tuple(_sentence_of(one) for one in each["sentences"]))
        for each in fields["finals"]
    )
    return Progress(finals, SessionState.from_fields(fields["state"]))


def _sentence_of(fields: dict[str, Any]) -> LiveSentence:
    words = tuple(Token(**word) for word in fields["words"])
    return LiveSentence(**{**fields, "words": words})
