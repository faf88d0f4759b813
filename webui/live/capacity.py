"""Number of live recordings that a machine can follow at a time."""

from __future__ import annotations

import os

from pipeline.models.recognizer_choice import PARAFORMER, WHISPER

_COST_PERCENT = {WHISPER: 33, PARAFORMER: 20}  # of one core, with speakers
_USED_PERCENT = 70  # of all cores; the rest is for the page and for peaks
MOST_BEHIND_MS = 1_500  # of a recording, beyond which no other one begins


def num_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def num_sessions(recognizer: str, cores: int) -> int:
    """Return how many recordings can be followed at a time, at least one.

    Args:
        recognizer: name of the recogniser; the most expensive one is assumed for others.
        cores: number of cores.
    """
    cost = _COST_PERCENT.get(recognizer, max(_COST_PERCENT.values()))
    return max(1, _USED_PERCENT * cores // cost)
