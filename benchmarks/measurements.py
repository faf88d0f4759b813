"""Benchmark measurements, and the JSON file in which they are stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import Machine
from pipeline.core.atomic_write import write_bytes_atomically

OURS = "Speaker Studio"


class Statistic(str, Enum):
    """Statistic that summarises the values of several runs."""

    MEDIAN = "median"
    P95 = "p95"
    MOST = "most"


class Bound(str, Enum):
    """Direction of a limit: maximum or minimum."""

    AT_MOST = "at most"
    AT_LEAST = "at least"


@dataclass(frozen=True, slots=True)
class Limit:
    """Largest or smallest value that a measurement should have."""

    value: float
    bound: Bound = Bound.AT_MOST

    def holds(self, value: float) -> bool:
        """Return whether a value meets the limit."""
        return value <= self.value if self.bound is Bound.AT_MOST else value >= self.value


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured quantity of one program, with a value per run.

    Attributes:
        part: name of the benchmark part.
        what: measured quantity, unique together with `who`.
        who: OURS, or the title of another program.
        unit: RTF, s, ms, MB, %, times, or "" for a count.
        values: one value per run.
        statistic: statistic that summarises the values.
        limit: limit of the statistic; None without a limit.
        note: remark for readers.
    """

    part: str
    what: str
    who: str
    unit: str
    values: tuple[float, ...]
    statistic: Statistic = Statistic.MEDIAN
    limit: Limit | None = None
    note: str = ""

    @property
    def value(self) -> float:
        """Statistic of the values: median, 95th percentile or maximum."""
        match self.statistic:
            case Statistic.MEDIAN:
                return float(np.median(self.values))
            case Statistic.P95:
                return float(np.percentile(self.values, 95))
            case Statistic.MOST:
                return max(self.values)


@dataclass(frozen=True, slots=True)
class Results:
    """All measurements of one day on one machine.

    Attributes:
        machine: description of the machine.
        date: date as YYYY-MM-DD.
        measurements: in the order of the parts.
        loads: (part, load average of the machine before its start).
        left_out: (part, remark on a quantity that was not measured or differs, with the reason).
    """

    machine: Machine
    date: str
    measurements: tuple[Measurement, ...] = ()
    loads: tuple[tuple[str, float], ...] = ()
    left_out: tuple[tuple[str, str], ...] = field(default=())

    def with_figures(self, found: Iterable[Measurement]) -> Results:
        """Return the results with measurements added; they replace those of the same quantity."""
        kept = {(each.what, each.who): each for each in self.measurements}
        kept.update({(each.what, each.who): each for each in found})
        return replace(self, measurements=tuple(kept.values()))

    def without_part(self, part: str) -> Results:
        """Return the results without the measurements of a benchmark part."""
        kept = tuple(each for each in self.measurements if each.part != part)
        return replace(self, measurements=kept)

    def with_load(self, part: str, load: float) -> Results:
        """Return the results with a load average recorded for a benchmark part."""
        return replace(self, loads=(*_without(self.loads, part), (part, round(load, 2))))

    def with_gap(self, part: str, why: str) -> Results:
        """Return the results with a remark on a part's missing measurements; "" removes it."""
        gaps = tuple(_without(self.left_out, part))
        return replace(self, left_out=(*gaps, (part, why)) if why else gaps)


def write_results(path: Path, results: Results) -> None:
    """Write the results as JSON, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(results), ensure_ascii=False, indent=1)
    write_bytes_atomically(path, text.encode() + b"\n")


def read_results(path: Path) -> Results:
    """Read results from a file written by `write_results`."""
    content = json.loads(path.read_text(encoding="utf-8"))
    machine = content["machine"]
    return Results(
        machine=Machine(
            **{
                **machine,
                "features": tuple(machine["features"]),
                "libraries": _pairs(machine["libraries"]),
            }
        ),
        date=content["date"],
        measurements=tuple(_measurement(each) for each in content["measurements"]),
        loads=_pairs(content["loads"]),
        left_out=_pairs(content["left_out"]),
    )


def _measurement(fields: dict[str, Any]) -> Measurement:  # Any: JSON's own types
    limit = fields["limit"]
    return Measurement(
        **{
            **fields,
            "values": tuple(fields["values"]),
            "statistic": Statistic(fields["statistic"]),
            "limit": limit and Limit(limit["value"], Bound(limit["bound"])),
        }
    )


def _pairs(rows: Sequence[Sequence[Any]]) -> tuple[tuple[str, Any], ...]:  # Any: text or number
    return tuple((str(row[0]), row[1]) for row in rows)


def _without(pairs: Sequence[tuple[str, Any]], name: str) -> Iterable[tuple[str, Any]]:  # Any: same
    return (each for each in pairs if each[0] != name)
