"""Division of segments into batches for the recogniser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.core.options import check_range

_MS_PER_S = 1000


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """Maximum size of a batch (spec 3.6).

    Attributes:
        batch_size_s: seconds of speech and padding in a batch; 0 for one segment per batch,
            which is best on a CPU and makes text and times independent of the other segments.
        batch_size_threshold_s: a segment of at least this many seconds ends its batch.
    """

    batch_size_s: int = 0
    batch_size_threshold_s: int = 60

    def __post_init__(self) -> None:
        check_range("batch_size_s", self.batch_size_s, 0, 100_000)
        check_range("batch_size_threshold_s", self.batch_size_threshold_s, 1, 100_000)


def plan_batches(durations_ms: Sequence[int], limits: BatchLimits) -> tuple[tuple[int, ...], ...]:
    """Divide segments into batches; return the positions of the segments of each batch.

    Batches of one keep the order. Larger batches are sorted by length to reduce padding.
    """
    if limits.batch_size_s == 0 or not durations_ms:
        return tuple((position,) for position in range(len(durations_ms)))
    order = sorted(range(len(durations_ms)), key=lambda position: durations_ms[position])
    largest_ms = max(limits.batch_size_s * _MS_PER_S, durations_ms[order[0]])
    threshold_ms = limits.batch_size_threshold_s * _MS_PER_S
    batches: list[tuple[int, ...]] = []
    first, longest_ms = 0, 0
    for number, position in enumerate(order, start=1):
        length_ms = durations_ms[position]
        area_ms = max(longest_ms, length_ms) * (number - first)
        if number < len(order) and length_ms < threshold_ms and area_ms < largest_ms:
            longest_ms = max(longest_ms, length_ms)
            continue
        batches.append(tuple(order[first:number]))
        first, longest_ms = (
            number,
            length_ms,
        )  # the length is carried over, as in the reference system
    return tuple(batches)
