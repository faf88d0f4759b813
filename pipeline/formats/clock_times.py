"""Formatting and parsing of times in text files."""

from __future__ import annotations

import re
import unicodedata

MS_PER_SECOND = 1_000
MS_PER_MINUTE = 60 * MS_PER_SECOND
MS_PER_HOUR = 60 * MS_PER_MINUTE

# Hours and minutes are optional; the first field may be of any size. Rounding up can give 60
# seconds. Three digits after a colon are milliseconds.
_TIMESTAMP = re.compile(
    r"(-?)(?:(?:(\d{1,6}):)?(\d{1,6}):)?(\d{1,6})(?:[.,](\d{1,9})|:(\d{3}))?", re.ASCII
)
_BLANK_BESIDE_SIGN = re.compile(r"(?<=[:.,]) | (?=[:.,])")
_OTHER_SIGNS = str.maketrans({"。": ".", "−": "-"})
_MAX_CHARACTERS = 40
_SECONDS_PER_MINUTE = 60


def clock_time(time_ms: int) -> str:
    """Format a time as hours, minutes and whole seconds, such as `01:02:03`."""
    hours, rest = divmod(time_ms, MS_PER_HOUR)
    minutes, rest = divmod(rest, MS_PER_MINUTE)
    return f"{hours:02d}:{minutes:02d}:{rest // MS_PER_SECOND:02d}"


def subtitle_time(time_ms: int, decimal_mark: str) -> str:
    """Format a time with milliseconds, such as `01:02:03,004` with a comma as decimal mark."""
    return f"{clock_time(time_ms)}{decimal_mark}{time_ms % MS_PER_SECOND:03d}"


def parse_subtitle_time(text: str) -> int | None:
    """Parse a time of a subtitle file as milliseconds; return None if it is not a time.

    The form is `[[hours:]minutes:]seconds` with an optional fraction, required for seconds alone.
    Signs and digits may be full-width, with a space beside a sign. Negative times are allowed.
    """
    if len(text) > _MAX_CHARACTERS:
        return None
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_OTHER_SIGNS)
    plain = text.strip()
    match = _TIMESTAMP.fullmatch(_BLANK_BESIDE_SIGN.sub("", plain) if " " in plain else plain)
    if match is None:
        return None
    sign, hours, minutes, seconds, decimals, thousandths = match.groups()
    fraction = decimals or thousandths
    if (minutes is None and fraction is None) or not _fields_in_range(hours, minutes, seconds):
        return None
    total_ms = (
        int(hours or 0) * MS_PER_HOUR
        + int(minutes or 0) * MS_PER_MINUTE
        + int(seconds) * MS_PER_SECOND
        + int((fraction or "0").ljust(3, "0")[:3])
    )
    return -total_ms if sign else total_ms


def _fields_in_range(hours: str | None, minutes: str | None, seconds: str) -> bool:
    """Return whether minutes below hours are under 60, and seconds below minutes at most 60."""
    minutes_fit = hours is None or int(minutes or 0) < _SECONDS_PER_MINUTE
    return minutes_fit and (minutes is None or int(seconds) <= _SECONDS_PER_MINUTE)
