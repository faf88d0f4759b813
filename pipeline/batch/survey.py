"""How much there is to do, found out before the work begins and without holding any of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.inputs.named_input import NamedInput
from pipeline.inputs.output_names import SharedNames

Inputs = Callable[[], Iterator[NamedInput]]
"""Gives all inputs anew, from the first, each time it is called."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a run is about.

    Attributes:
        num_inputs: recordings.
        weight: sum of `weight_of` over them.
        shared: keys and names that several of them have.
    """

    num_inputs: int
    weight: int
    shared: SharedNames


def survey(inputs: Inputs) -> Survey:
    """Go through all inputs once.

    Raises:
        RecordingListError: a list cannot be read, or a folder holds no recording.
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
    """How much work an input is, beside the others: the size of its file, 1 where unknown."""
    try:
        return max(1, Path(each.location).stat().st_size)
    except (OSError, ValueError):  # not there, an address, or no path at all
        return 1


def state_of(each: NamedInput) -> str:
    """What changes when the file changes; "" for what is no file."""
    try:
        found = Path(each.location).stat()
    except (OSError, ValueError):
        return ""
    return f"{found.st_size}-{found.st_mtime_ns}"
