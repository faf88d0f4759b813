"""Parsing of lines with white-space-separated fields, as in RTTM, CTM and STM files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from pipeline.core.intervals import Interval
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.text.lines import text_lines

MS_PER_SECOND = 1_000
UNNAMED_RECORDING = "recording"
CHANNEL = "1"
_SECONDS = re.compile(
    r"(?:\+?(?:\d{1,9}(?:\.\d{0,40})?|\.\d{1,40})|-0{1,9}(?:\.0{0,40})?)(?:[eE][-+]?\d{1,2})?",
    re.ASCII,
)
_MAX_SECONDS = 10**9
_COMMENT = ";;"
MAX_NAME_FIELDS = 64  # of a name with spaces


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A line of a file, split into fields.

    Attributes:
        number: line number from 1.
        fields: at least one.
    """

    number: int
    fields: tuple[str, ...]

    @property
    def text(self) -> str:
        """The fields joined by single spaces."""
        return " ".join(self.fields)

    def joined(self, *borders: int) -> FieldLine:
        """Return the line with the fields between successive borders joined into one field."""
        if borders == tuple(range(len(borders))):
            return self
        parts = (self.fields[first:stop] for first, stop in pairwise(borders))
        return replace(
            self, fields=(*(" ".join(part) for part in parts), *self.fields[borders[-1] :])
        )


def field_lines(text: str) -> Iterator[FieldLine]:
    """Yield the lines that are neither empty nor comments."""
    for number, line in enumerate(text_lines(text), start=1):
        fields = tuple(line.split())
        if fields and not fields[0].startswith(_COMMENT):
            yield FieldLine(number, fields)


def whole_lines(
    lines: Iterable[FieldLine], num_fields: int, *, wanted: str, log: ImportLog
) -> Iterator[FieldLine]:
    """Yield the lines with at least `num_fields` fields; report shorter ones."""
    for line in lines:
        if len(line.fields) >= num_fields:
            yield line
        else:
            log.unreadable(line.text, line=line.number, wanted=wanted)


def of_one_recording(
    lines: Iterable[FieldLine], column: int, log: ImportLog
) -> Iterator[FieldLine]:
    """Yield the lines of the first recording; report the others.

    Args:
        lines: the lines.
        column: field with the recording's name.
        log: receives the other lines.
    """
    first: str | None = None
    for line in lines:
        first = line.fields[column] if first is None else first
        if line.fields[column] == first:
            yield line
        else:
            log.note(
                ProblemKind.OTHER_RECORDING,
                line.text,
                line=line.number,
                wanted=f"{first}, the first recording in the file",
            )


def span_from_start(
    line: FieldLine, column: int, *, wanted: str, log: ImportLog
) -> Interval | None:
    """Return the interval from a start field and the duration field after it.

    Returns:
        None for an invalid interval, which is reported.
    """
    start, duration = (_milliseconds(each) for each in line.fields[column : column + 2])
    end = None if start is None or duration is None else start + duration
    return _span(line, (start, end), wanted, log)


def span_between(line: FieldLine, column: int, *, wanted: str, log: ImportLog) -> Interval | None:
    """Return the interval from a start field and the end field after it.

    Returns:
        None for an invalid interval, which is reported.
    """
    start, end = (_milliseconds(each) for each in line.fields[column : column + 2])
    return _span(line, (start, end), wanted, log)


def _span(
    line: FieldLine, times: tuple[float | None, float | None], wanted: str, log: ImportLog
) -> Interval | None:
    start, end = times
    if start is None or end is None:
        log.unreadable(line.text, line=line.number, wanted=wanted)
        return None
    if round(start) >= round(end):
        log.note(ProblemKind.NO_LENGTH, line.text, line=line.number)
        return None
    return Interval(round(start), round(end))


def is_time(field: str) -> bool:
    """Return whether a field is a valid time in seconds."""
    return _milliseconds(field) is not None


@lru_cache(maxsize=2**12)
def _milliseconds(field: str) -> float | None:
    if _SECONDS.fullmatch(field) is None:
        return None
    seconds = float(field)
    return seconds * MS_PER_SECOND if seconds <= _MAX_SECONDS else None
