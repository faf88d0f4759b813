"""Milliseconds as people and subtitle files write them."""

from __future__ import annotations

import re

MS_PER_SECOND = 1_000
MS_PER_MINUTE = 60 * MS_PER_SECOND
MS_PER_HOUR = 60 * MS_PER_MINUTE

_TIMESTAMP = re.compile(r"(?:(\d{1,6}):)?([0-5]?\d):([0-5]?\d)[.,](\d{1,3})", re.ASCII)


def clock_time(time_ms: int) -> str:
    """Hours, minutes and whole seconds: `01:02:03`."""
    hours, rest = divmod(time_ms, MS_PER_HOUR)
    minutes, rest = divmod(rest, MS_PER_MINUTE)
    return f"{hours:02d}:{minutes:02d}:{rest // MS_PER_SECOND:02d}"


def subtitle_time(time_ms: int, decimal_mark: str) -> str:
    """The same with milliseconds: `01:02:03,004`, the mark being a comma or a point."""
    return f"{clock_time(time_ms)}{decimal_mark}{time_ms % MS_PER_SECOND:03d}"


def parse_subtitle_time(text: str) -> int | None:
    """Milliseconds of `[hours:]minutes:seconds` with a fraction, None for anything else."""
    match = _TIMESTAMP.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
    fraction_ms = int(match[4].ljust(3, "0"))
    return hours * MS_PER_HOUR + minutes * MS_PER_MINUTE + seconds * MS_PER_SECOND + fraction_ms
