"""Messages between a live transcription process and its parent."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.live.options import LiveOptions
from pipeline.models.locations import ModelLocations


@dataclass(frozen=True, slots=True)
class FollowSettings:
    """The settings of a live transcription process.

    Attributes:
        spool_path: the spool file.
        options: the options.
        locations: locations of the models.
        last_segment: number of the last segment whose final text the parent has, -1 for none.
        skips_segment: whether the next segment gets an empty final text, because the process has
            crashed on it several times.
    """

    spool_path: Path
    options: LiveOptions
    locations: ModelLocations = field(default_factory=ModelLocations)
    last_segment: int = -1
    skips_segment: bool = False


@dataclass(frozen=True, slots=True)
class Announce:
    """A command with the current number of samples of the spool file.

    Attributes:
        num_samples: length of the file.
        is_whole: whether no more samples will come.
    """

    num_samples: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """A message that the transcription failed for a reason that a restart would not remedy.

    Attributes:
        message: error message for the user.
    """

    message: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A message that the recording is complete and all its events were sent."""
