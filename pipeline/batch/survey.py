"""Number, total size and duplicate names of the inputs of a batch run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.inputs.named_input import NamedInput, SharedNames

Inputs = Callable[[], Iterator[NamedInput]]
"""A function that returns a new iterator over all inputs on each call."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Totals over all inputs of a batch run.

    Attributes:
        num_inputs: number of recordings.
        weight: sum of `weight_of` over them.
        shared: keys and names that occur more than once.
    """

    num_inputs: int
    weight: int
    shared: SharedNames


def survey(inputs: Inputs) -> Survey:
    """Count the inputs, add up their sizes and find duplicate keys and names.

    Raises:
        RecordingListError: a list cannot be read, or a folder contains no recording.
    """
    num_inputs = weight = 0

    def counted() -> Iterator[NamedInput]:
        nonlocal num_inputs, weight
        for each in inputs():
            num_inputs += 1
            weight += weight_of(each)
            yield each

    shared = SharedNames.among(counted())
    return Survey(num_inputs, weight, shared)


def weight_of(each: NamedInput) -> int:
    """Return the estimated work for an input: the size of its file, 1 if unknown."""
    if each.num_bytes:
        return each.num_bytes
    try:
        return max(1, Path(each.location).stat().st_size)
    except (OSError, ValueError):  # missing, an address, or not a path
        return 1


def state_of(each: NamedInput) -> str:
    """Return the modification state of an input's file as text, "" if there is no file."""
    if each.stamp:
        return each.stamp
    try:
        found = Path(each.location).stat()
    except (OSError, ValueError):
        return ""
    return f"{found.st_size}-{found.st_mtime_ns}"
