"""Messages between the process of a live transcription and its parent."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.live.options import LiveOptions
from pipeline.models.locations import ModelLocations


@dataclass(frozen=True, slots=True)
class FollowSettings:
    """Settings of the process of a live transcription.

    Attributes:
        spool_path: the spool file.
        options: the options.
        locations: locations of the models.
        last_segment: number of the last segment whose final text the parent has, -1 for none.
        skips_segment: whether the next segment gets an empty final text, because the process has
            died on it several times.
    """

    spool_path: Path
    options: LiveOptions
    locations: ModelLocations = field(default_factory=ModelLocations)
    last_segment: int = -1
    skips_segment: bool = False


@dataclass(frozen=True, slots=True)
class Announce:
    """A command: the spool file has this many samples.

    Attributes:
        num_samples: length of the file.
        is_whole: whether no more samples will come.
    """

    num_samples: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """A message: the transcription cannot be made, for a reason that a new process would meet too.

    Attributes:
        message: for the user.
    """

    message: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A message: the recording is whole and all its events were sent."""
