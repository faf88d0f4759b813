"""File with the finished part of a live transcription, stored beside its spool file."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.core.errors import WorkingFileError
from pipeline.core.intervals import Interval
from pipeline.core.transcript import Token
from pipeline.live.events import FinalText, LiveEvent, LiveSentence, SpeakerChanges
from pipeline.live.session_state import SessionState
from pipeline.live.speakers.live_speakers import SpeakersState
from pipeline.live.speakers.voice_windows import LabelledWindows
from pipeline.runtime.append_log import RecordLog
from pipeline.speakers.embedding.campplus import EMBEDDING_DIM

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """The finished part of a live transcription.

    Attributes:
        finals: the final texts.
        changes: latest speaker changes of the sentences.
        state: state of the session after the final texts.
    """

    finals: tuple[FinalText, ...]
    changes: SpeakerChanges
    state: SessionState


def progress_path(spool_path: Path) -> Path:
    """Return the path of the progress file of a spool file."""
    return spool_path.with_name(f"{spool_path.name}.progress")


class ProgressLog:
    """A file of the steps of a live transcription, each with the changes since the previous one.

    The file is optional: missing work is repeated after an interruption.
    """

    def __init__(self, path: Path, *, num_samples: int) -> None:
        """Open or create the file.

        Args:
            path: from `progress_path`.
            num_samples: length of the spool file; steps beyond it are removed.

        Raises:
            WorkingFileError: the file cannot be read or written.
        """
        self._log = RecordLog(path)
        records = list(self._log.read())
        steps = _steps_of(records, num_samples)
        if len(steps) < len(records):
            self._log.close()
            path.unlink()
            self._log = RecordLog(path)
            for record in records[: len(steps)]:
                self._log.append(record)
        self.progress = _progress_of(steps)
        self._labels = (
            np.zeros(0, dtype=np.int64)
            if self.progress is None
            else self.progress.state.speakers.windows.labels
        )

    def append(self, events: Sequence[LiveEvent], state: SessionState) -> None:
        """Append a step with the final texts and speaker changes among the events, if any.

        If the disk is full the step is omitted, and its work is repeated after an interruption.
        """
        finals = [each for each in events if isinstance(each, FinalText)]
        changes = [each for each in events if isinstance(each, SpeakerChanges)]
        if not finals and not changes:
            return
        fields = {
            "finals": [asdict(each) for each in finals],
            "changes": [change for each in changes for change in each.changes],
            "state": state.to_fields(),
            "speakers": _speaker_fields(state.speakers, self._labels),
        }
        embeddings = state.speakers.windows.embeddings[len(self._labels) :]
        header = json.dumps(fields, ensure_ascii=False).encode()
        try:
            self._log.append(header + b"\n" + embeddings.astype("<f4").tobytes())
        except WorkingFileError as error:
            _log.warning("Finished live text is kept in memory only: %s", error)
        else:
            self._labels = state.speakers.windows.labels

    def close(self) -> None:
        """Close the progress file."""
        self._log.close()


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """A parsed step of the file."""

    finals: tuple[FinalText, ...]
    changes: tuple[tuple[int, int | None], ...]
    state: dict[str, Any]
    speakers: dict[str, Any]
    embeddings: NDArray[np.float32]


def _steps_of(records: Sequence[bytes], num_samples: int) -> list[_Step]:
    """Parse records up to the first invalid one, or the first beyond the samples."""
    steps: list[_Step] = []
    for record in records:
        try:
            step = _step_of(record)
        except (ValueError, KeyError, TypeError):
            break
        if step.state["num_samples"] > num_samples:
            break
        steps.append(step)
    return steps


def _step_of(record: bytes) -> _Step:
    header, _, embeddings = record.partition(b"\n")
    fields = json.loads(header)
    return _Step(
        finals=tuple(
            FinalText(each["segment"], tuple(_sentence_of(one) for one in each["sentences"]))
            for each in fields["finals"]
        ),
        changes=tuple((number, speaker) for number, speaker in fields["changes"]),
        state=fields["state"],
        speakers=fields["speakers"],
        embeddings=np.frombuffer(embeddings, "<f4").reshape(-1, EMBEDDING_DIM),
    )


def _sentence_of(fields: dict[str, Any]) -> LiveSentence:
    words = tuple(_token_of(word) for word in fields["words"])
    return LiveSentence(**{**fields, "words": words})


def _token_of(fields: dict[str, Any]) -> Token:
    """Restore a token from its JSON values."""
    return Token(**{**fields, "alternatives": tuple(fields.get("alternatives", ()))})


def _speaker_fields(state: SpeakersState, known: NDArray[np.int64]) -> dict[str, Any]:
    """Convert the speaker state to JSON values, with only new windows and changed labels."""
    labels = state.windows.labels
    changed = np.flatnonzero(labels[: len(known)] != known)
    return {
        "times_ms": state.windows.times_ms[len(known) :].tolist(),
        "labels": labels[len(known) :].tolist(),
        "relabelled": np.stack([changed, labels[changed]], axis=1).tolist(),
        "num_labels": state.num_labels,
        "spoken_ms": state.spoken_ms,
        "regrouped_ms": state.regrouped_ms,
        "num_clustered": state.num_clustered,
    }


def _progress_of(steps: Sequence[_Step]) -> Progress | None:
    """Combine all steps to the progress; return None without a step."""
    if not steps:
        return None
    finals = tuple(final for step in steps for final in step.finals)
    last = steps[-1].speakers
    speakers = SpeakersState(
        windows=_windows_of(steps),
        num_labels=last["num_labels"],
        spoken_ms=last["spoken_ms"],
        regrouped_ms=last["regrouped_ms"],
        num_clustered=last["num_clustered"],
        sentences=tuple(
            Interval(each.start_ms, each.end_ms) for final in finals for each in final.sentences
        ),
    )
    return Progress(
        finals,
        SpeakerChanges(tuple(dict(change for step in steps for change in step.changes).items())),
        SessionState.from_fields(steps[-1].state, speakers),
    )


def _windows_of(steps: Sequence[_Step]) -> LabelledWindows:
    times_ms = [each for step in steps for each in step.speakers["times_ms"]]
    labels: list[int] = []
    for step in steps:
        for number, label in step.speakers["relabelled"]:
            labels[number] = label
        labels += step.speakers["labels"]
    return LabelledWindows(
        np.array(times_ms, dtype=np.int64).reshape(-1, 2),
        np.concatenate([step.embeddings for step in steps]),
        np.array(labels, dtype=np.int64),
    )
