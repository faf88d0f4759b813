"""Computation of annotation times in ELAN files, with estimates for unaligned annotations."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.formats.annotation.elan_parsing import AnnotationFile, FileTier, FileValue


@dataclass(frozen=True, slots=True)
class FileSpan:
    """The time span of an annotation in the recording; it may be empty.

    Attributes:
        start_ms: start.
        end_ms: end, exclusive.
        is_estimated: whether a border was interpolated.
    """

    start_ms: int
    end_ms: int
    is_estimated: bool = False


class AnnotationTimes:
    """The times of annotations, estimated for those without their own times.

    Slots without a time are interpolated between their neighbours.
    """

    def __init__(self, file: AnnotationFile) -> None:
        self._slots_ms = dict(file.slots_ms)
        self._shift_ms = file.shift_ms
        for tier in file.tiers.values():
            for chain in _chains(tier, self._slots_ms):
                self._spread(chain)
        order = list(self._slots_ms)
        for run in _runs_without_time(order, self._slots_ms):
            self._spread(run)
        self._known = {slot for slot, time in file.slots_ms.items() if time is not None}
        self._spans: dict[str, FileSpan] = {}  # by id, the first if several share one
        self._own: dict[int, FileSpan] = {}  # by annotation
        to_do = deque(file.roots)
        while to_do:
            tier = to_do.popleft()
            self._place(tier)
            to_do.extend(tier.children)

    def span_of(self, value: FileValue) -> FileSpan | None:
        """Return the time span of an annotation, None if it is unknown."""
        return self._own.get(id(value))

    def _set(self, value: FileValue, span: FileSpan) -> None:
        self._own[id(value)] = span
        self._spans.setdefault(value.annotation_id, span)

    def _spread(self, slots: Sequence[str]) -> None:
        """Assign interpolated times to the slots between the first and the last of a sequence."""
        first_ms, last_ms = self._slots_ms.get(slots[0]), self._slots_ms.get(slots[-1])
        if first_ms is None or last_ms is None or first_ms > last_ms:
            return
        for place, slot in enumerate(slots[1:-1], start=1):
            self._slots_ms[slot] = first_ms + (last_ms - first_ms) * place / (len(slots) - 1)

    def _place(self, tier: FileTier) -> None:
        below: dict[str, list[FileValue]] = {}
        for value in tier.values:
            if value.slots is not None:
                span = self._aligned(value.slots)
                if span is not None:
                    self._set(value, span)
            elif value.parent is not None:
                below.setdefault(value.parent, []).append(value)
        for parent, values in below.items():
            self._share(self._spans.get(parent), values)

    def _aligned(self, slots: tuple[str, str]) -> FileSpan | None:
        first_ms, last_ms = (self._slots_ms.get(slot) for slot in slots)
        if first_ms is None or last_ms is None:
            return None
        start_ms, end_ms = round(first_ms) + self._shift_ms, round(last_ms) + self._shift_ms
        is_estimated = not self._known.issuperset(slots)
        return FileSpan(max(0, start_ms), max(0, end_ms), is_estimated)

    def _share(self, span: FileSpan | None, values: Sequence[FileValue]) -> None:
        """Divide the time of a parent annotation evenly among its child annotations."""
        if span is None:
            return
        length_ms, num = span.end_ms - span.start_ms, len(values)
        borders = [span.start_ms + length_ms * place // num for place in range(num + 1)]
        for value, (start_ms, end_ms) in zip(_in_order(values), pairwise(borders), strict=True):
            is_estimated = span.is_estimated or num > 1
            self._set(value, FileSpan(start_ms, end_ms, is_estimated))


def _chains(tier: FileTier, slots_ms: dict[str, float | None]) -> Iterator[list[str]]:
    """Yield the slots of each chain of annotations connected by slots without a time."""
    chain: list[str] = []
    for value in tier.values:
        if value.slots is None:
            continue
        first, last = value.slots
        if not (chain and chain[-1] == first and slots_ms.get(first) is None):
            if chain:
                yield chain
            chain = [first]
        chain.append(last)
    if chain:
        yield chain


def _runs_without_time(
    order: Sequence[str], slots_ms: dict[str, float | None]
) -> Iterator[list[str]]:
    """Yield each sequence of slots without a time, including the timed slots around it."""
    run: list[str] = []
    for slot in order:
        if slots_ms[slot] is None:
            run.append(slot)
            continue
        if len(run) > 1:
            yield [*run, slot]
        run = [slot]


def _in_order(values: Sequence[FileValue]) -> Sequence[FileValue]:
    """Return the annotations in the order of their `previous` references, else unchanged."""
    after = {value.previous: value for value in values}
    ordered: list[FileValue] = []
    following = after.get(None)
    while following is not None and len(ordered) < len(values):
        ordered.append(following)
        following = after.get(following.annotation_id)
    return ordered if len(ordered) == len(values) else values
