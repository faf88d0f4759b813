"""What SubRip and WebVTT files share: cues, found by their time line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.formats.clock_time import parse_subtitle_time
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.formats.plain_line import plain_line
from pipeline.intervals import Interval

ARROW = "-->"
_WANTED = "two times such as 00:00:01,000 --> 00:00:02,500"


@dataclass(frozen=True, slots=True)
class Cue(Interval):
    """A stretch of time with the text shown in it, still in the format's own markup."""

    text: str


def read_cues(lines: Sequence[str], log: ImportLog) -> Iterator[Cue]:
    """The cues of a subtitle file: a time line, then text up to an empty line.

    Numbers, headers, comments and styles, which have no time line, are passed over.
    """
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if ARROW not in line:
            continue
        start_ms, end_ms = _times(line)
        time_line = number
        text = []
        while number < len(lines) and lines[number].strip():
            text.append(lines[number])
            number += 1
        if start_ms is None or end_ms is None:
            log.unreadable(line, line=time_line, wanted=_WANTED)
        elif start_ms >= end_ms:  # a cue that shows nothing
            log.note(ProblemKind.NO_LENGTH, line, line=time_line)
        else:
            yield Cue(start_ms, end_ms, plain_line(" ".join(text)))


def _times(line: str) -> tuple[int | None, int | None]:
    first, _, rest = line.partition(ARROW)
    end_ms = parse_subtitle_time(rest.split()[0]) if rest.split() else None
    return parse_subtitle_time(first), end_ms
