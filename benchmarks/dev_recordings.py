"""Development recordings with reference speaker turns, in a folder outside the repository."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core.intervals import Interval
from pipeline.core.transcript import SpeakerTurn
from pipeline.formats.scoring.rttm import read_rttm

REPOSITORY = Path(__file__).resolve().parent.parent
DEV_DATA = Path(os.environ.get("STUDIO_DEV_DATA", REPOSITORY.parent / "shared" / "data" / "dev"))
FOLDERS = ("conv", "real")
THE_HOUR = "d_conv12_60min"
_AUDIO_SUFFIXES = (".flac", ".ogg", ".wav")


@dataclass(frozen=True, slots=True)
class TrueRecording:
    """Recording with its reference speaker turns.

    Attributes:
        path: the audio file.
        turns: sorted by start.
        scored: intervals to score, None for all.
    """

    path: Path
    turns: tuple[SpeakerTurn, ...]
    scored: tuple[Interval, ...] | None

    @property
    def num_speakers(self) -> int:
        """Number of speakers in the reference."""
        return len({turn.speaker for turn in self.turns})


def require_dev_data() -> Path:
    """Return the folder of the development recordings; exit with a message if it is missing."""
    if not DEV_DATA.is_dir():
        sys.exit(f"The development recordings are not in {DEV_DATA}. Set STUDIO_DEV_DATA")
    return DEV_DATA


def short_recordings(folders: Sequence[str] = FOLDERS) -> list[TrueRecording]:
    """Return the recordings of folders with reference turns, except the hour-long one."""
    data = require_dev_data()
    truths = [truth for folder in folders for truth in sorted((data / folder).glob("*.rttm"))]
    return [read_truth(truth) for truth in truths if truth.stem != THE_HOUR]


def read_truth(rttm: Path) -> TrueRecording:
    """Read an RTTM reference and its UEM file, if any; find the recording of the same name."""
    candidates = (rttm.with_suffix(suffix) for suffix in _AUDIO_SUFFIXES)
    audio = next(path for path in candidates if path.is_file())
    turns = read_rttm(rttm.read_text(encoding="utf-8")).transcript.turns
    uem = rttm.with_suffix(".uem")
    return TrueRecording(audio, turns, _read_uem(uem) if uem.is_file() else None)


def read_json(path: Path) -> Any:  # Any: the callers know the type
    """Return the decoded content of a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def _read_uem(path: Path) -> tuple[Interval, ...]:
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return tuple(Interval(round(float(row[2]) * 1000), round(float(row[3]) * 1000)) for row in rows)
