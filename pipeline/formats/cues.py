"""What SubRip and WebVTT files share: cues, found by their time line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.errors import FormatError
from pipeline.formats.clock_time import parse_subtitle_time
from pipeline.formats.plain_line import plain_line
from pipeline.intervals import Interval

ARROW = "-->"


@dataclass(frozen=True, slots=True)
class Cue(Interval):
    """A stretch of time with the text shown in it, still in the format's own markup."""

    text: str


def read_cues(lines: Sequence[str]) -> Iterator[Cue]:
    """The cues of a subtitle file: a time line, then text up to an empty line.

    Numbers, headers, comments and styles, which have no time line, are passed over.

    Raises:
        FormatError: for a time line that cannot be read, naming its number.
    """
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if ARROW not in line:
            continue
        start_ms, end_ms = _times(line, number)
        text = []
        while number < len(lines) and lines[number].strip():
            text.append(lines[number])
            number += 1
        if start_ms < end_ms:  # an empty cue shows nothing
            yield Cue(start_ms, end_ms, plain_line(" ".join(text)))


def _times(line: str, number: int) -> tuple[int, int]:
    first, _, rest = line.partition(ARROW)
    start_ms = parse_subtitle_time(first)
    end_ms = parse_subtitle_time(rest.split()[0]) if rest.split() else None
    if start_ms is None or end_ms is None:
        raise FormatError(
            f"Line {number} should hold two times such as 00:00:01,000 --> 00:00:02,500, "
            f"got {line[:60]!r}"
        )
    return start_ms, end_ms
