"""Parser that divides SubRip and WebVTT files into cues by their time lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.intervals import Interval
from pipeline.formats.clock_times import parse_subtitle_time
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.text.lines import BYTE_ORDER_MARK

ARROW = "-->"
_WANTED = "two times such as 00:00:01,000 --> 00:00:02,500"
_ARROW = re.compile(r"[-–—]{1,3}>|→")
_MAY_HOLD_ARROW = re.compile("[>＞﹥→]")
_TIME = re.compile(r"[-−]?\d{1,9}(?: ?[:.,。] ?\d{1,9}){0,4}")
_TIMES_ALONE = re.compile(r"[\d:.,。\s-]+")
_DIGIT = re.compile(r"\d")
# WebVTT's cue settings and SubRip's coordinates
_SETTINGS = re.compile(r"(?:\s+[A-Za-z]\w*:\S*)*\s*", re.ASCII)
_MAX_TIME_LINE = 1_000  # characters
_MAX_CUE_LINES = 50  # further lines are joined


@dataclass(frozen=True, slots=True)
class Cue(Interval):
    """A cue: the lines displayed during an interval, with markup.

    Attributes:
        line: number of its time line, from 1.
        lines: the text.
    """

    line: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _TimeLine:
    """A line with the start and end times of a cue.

    Attributes:
        index: index of the line, from 0.
        start_ms: None if it cannot be read.
        end_ms: None if it cannot be read.
        rest: text after the times that is not a setting.
    """

    index: int
    start_ms: int | None
    end_ms: int | None
    rest: str = ""


@dataclass(frozen=True, slots=True)
class _Headers:
    """The format of cue headers in a file: the number or name above each time line.

    Attributes:
        num_blank: empty lines between a number and its time line; None without numbers.
        has_names: whether any text line may be the name of a cue.
    """

    num_blank: int | None
    has_names: bool


def read_cues(lines: Sequence[str], log: ImportLog, *, has_names: bool = False) -> Iterator[Cue]:
    """Yield the cues of a SubRip or WebVTT file.

    A cue extends to the number or time line of the next one; text after an empty line belongs
    to it and is reported.

    Args:
        lines: lines of the file.
        log: receives unreadable lines.
        has_names: whether any line between an empty line and a time line is a cue name.
    """
    found = list(_time_lines(lines))
    headers = _Headers(_blanks_below_number(lines, found), has_names)
    first = found[0].index if found else len(lines)
    _note_preamble(lines, first - _header_length(lines, 0, first, headers), log)
    for number, time_line in enumerate(found, start=1):
        text_from = time_line.index + 1
        if number < len(found):
            stop = found[number].index
            stop -= _header_length(lines, text_from, stop, headers)
        else:
            stop = _end_of_last(lines, text_from, number + 1, log)
        cue = _cue(lines, time_line, stop, log)
        if cue is not None:
            yield cue


def may_start_cue(line: str) -> bool:
    """Return whether a cue text line could be mistaken for a time line."""
    return _time_line_at([ARROW, line], 1) is not None


def _time_lines(lines: Sequence[str]) -> Iterator[_TimeLine]:
    for index in range(len(lines)):
        found = _time_line_at(lines, index)
        if found is not None:
            yield found


def _time_line_at(lines: Sequence[str], index: int) -> _TimeLine | None:
    line = lines[index]
    if len(line) > _MAX_TIME_LINE or not _MAY_HOLD_ARROW.search(line):
        return None
    parts = _ARROW.split(unicodedata.normalize("NFKC", line), maxsplit=1)
    if len(parts) == 1:
        return None
    before, after = parts[0].strip().lstrip(BYTE_ORDER_MARK), parts[1].strip()
    end = _TIME.match(after)
    start_ms = parse_subtitle_time(before)
    end_ms = parse_subtitle_time(end[0]) if end else None
    rest = after[end.end() :] if end else after
    is_header = _follows_gap_or_number(lines, index)
    if start_ms is not None and end_ms is not None:
        if _SETTINGS.fullmatch(rest):
            return _TimeLine(index, start_ms, end_ms)
        return _TimeLine(index, start_ms, end_ms, rest.strip()) if is_header else None
    is_damaged = _TIMES_ALONE.fullmatch(before) if before else is_header
    if is_damaged or (is_header and ARROW in line and _DIGIT.search(line)):
        return _TimeLine(index, None, None)
    return None


def _follows_gap_or_number(lines: Sequence[str], index: int) -> bool:
    above = _stripped(lines[index - 1]) if index else ""
    return not above or above.isdecimal()


def _stripped(line: str) -> str:
    return line.strip().lstrip(BYTE_ORDER_MARK)


def _blanks_below_number(lines: Sequence[str], found: Sequence[_TimeLine]) -> int | None:
    """Return the number of empty lines between the first cue's number and its time line, if any."""
    if not found:
        return None
    above = found[0].index - 1
    while above >= 0 and not _stripped(lines[above]):
        above -= 1
    is_number = above >= 0 and _stripped(lines[above]).isdecimal()
    return found[0].index - 1 - above if is_number else None


def _header_length(lines: Sequence[str], first: int, stop: int, headers: _Headers) -> int:
    """Return the number of lines at the end of a range that are the next cue's header."""
    at = stop - 1
    lowest = max(first, at - (headers.num_blank or 0))
    while at > lowest and not _stripped(lines[at]):
        at -= 1
    if at < first or not _stripped(lines[at]):
        return 0
    follows_gap = at == 0 or (at > first and not _stripped(lines[at - 1]))
    if _stripped(lines[at]).isdecimal():
        is_header = follows_gap or headers.num_blank is not None
    else:
        is_header = headers.has_names and follows_gap and at == stop - 1
    return stop - at if is_header else 0


def _end_of_last(lines: Sequence[str], first: int, next_number: int, log: ImportLog) -> int:
    """Return the index after the last cue's text, excluding the number of a truncated cue."""
    last = len(lines) - 1
    while last >= first and not _stripped(lines[last]):
        last -= 1
    is_number = last > first and _stripped(lines[last]) == str(next_number)
    if is_number and not _stripped(lines[last - 1]):
        log.note(ProblemKind.NOT_USED, lines[last], line=last + 1)
        return last
    return last + 1


def _note_preamble(lines: Sequence[str], stop: int, log: ImportLog) -> None:
    for index in range(stop):
        if _stripped(lines[index]):
            log.note(ProblemKind.NOT_USED, lines[index], line=index + 1)


def _cue(lines: Sequence[str], time_line: _TimeLine, stop: int, log: ImportLog) -> Cue | None:
    line, number = lines[time_line.index], time_line.index + 1
    start_ms, end_ms = time_line.start_ms, time_line.end_ms
    if start_ms is None or end_ms is None:
        log.unreadable(line, line=number, wanted=_WANTED)
        return None
    if time_line.rest:
        log.note(ProblemKind.NOT_USED, time_line.rest, line=number)
    if start_ms >= end_ms:  # an empty cue
        log.note(ProblemKind.NO_LENGTH, line, line=number)
        return None
    if end_ms <= 0:
        log.note(ProblemKind.BEYOND_END, line, line=number)
        return None
    if start_ms < 0:
        log.note(ProblemKind.CLIPPED, line, line=number)
    text = list(_text(lines, time_line.index + 1, stop, log))
    if len(text) > _MAX_CUE_LINES:
        text[_MAX_CUE_LINES - 1 :] = [" ".join(text[_MAX_CUE_LINES - 1 :])]
    return Cue(max(start_ms, 0), end_ms, number, tuple(text))


def _text(lines: Sequence[str], first: int, stop: int, log: ImportLog) -> Iterator[str]:
    """Yield the non-empty lines of a cue; report each line that follows an empty one."""
    has_text, has_gap = False, False
    for index in range(first, stop):
        line = lines[index]
        if not line.strip():
            has_gap = has_gap or not line  # a line with a space is not empty
            continue
        if has_text and has_gap:
            log.note(ProblemKind.AFTER_GAP, line, line=index + 1)
        has_text, has_gap = True, False
        yield line
