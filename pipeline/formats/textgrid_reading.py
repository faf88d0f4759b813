"""Praat TextGrids read back, in their long or their short text form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.errors import FormatError
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.formats.plain_line import plain_line, text_lines
from pipeline.formats.tiers import Annotation, ReadTier, sentences_of_tiers

# Praat reads texts in quotes, numbers and flags that stand free; all other words are decoration.
_VALUE = re.compile(
    r'"(?P<text>[^"]*(?:""[^"]*)*)"|(?<!\S)(?P<number>-?\d[\d.]*(?:[eE][-+]?\d+)?)(?!\S)'
    r"|(?P<flag><exists>|<absent>)|(?P<comment>(?<!\S)![^\n]*)",
    re.ASCII,
)
_MS_PER_SECOND = 1_000
_MAX_SECONDS = 10**9
_INTERVALS = "IntervalTier"
_POINTS = "TextTier"


def read_textgrid(text: str, log: ImportLog) -> TranscriptDocument:
    """Read each interval tier as a speaker, its texts as sentences; empty intervals are silence.

    Point tiers are noted and left out.

    Raises:
        FormatError: where it is no TextGrid in text form, or breaks off.
    """
    values = _Values("\n".join(text_lines(text)))
    if (values.text(), values.text()) != ("ooTextFile", "TextGrid"):
        raise FormatError("The file is no Praat TextGrid in text form")
    values.number()
    end_s = values.number()
    num_tiers = values.count() if values.flag() == "<exists>" else 0
    tiers = [tier for _ in range(num_tiers) for tier in _tier(values, log)]
    return document_of_sentences(
        sentences_of_tiers(tiers, log),
        duration_ms=round(min(max(end_s, 0.0), _MAX_SECONDS) * _MS_PER_SECOND),
    )


class _Values:
    """The values of a file one after the other."""

    def __init__(self, text: str) -> None:
        found = _VALUE.finditer(text)
        self._left = (match for match in found if match["comment"] is None)

    def text(self) -> str:
        """The next value, which is in quotes."""
        return self._next("text").replace('""', '"')

    def flag(self) -> str:
        """The next value, which is a flag."""
        return self._next("flag")

    def number(self) -> float:
        """The next value, which is a number."""
        written = self._next("number")
        try:
            return float(written)
        except ValueError as error:  # such as 1.2.3
            raise FormatError(f"{written[:40]!r} in the TextGrid is no number") from error

    def count(self) -> int:
        """The next value, which says how many things follow."""
        number = self.number()
        if not (0 <= number <= _MAX_SECONDS and number == int(number)):
            raise FormatError(f"{number!r} things are said to follow in the TextGrid")
        return int(number)

    def _next(self, kind: str) -> str:
        match = next(self._left, None)
        if match is None:
            raise FormatError("The TextGrid breaks off")
        value: str | None = match[kind]
        if value is None:
            raise FormatError(
                f"The TextGrid should go on with a {kind}, got {plain_line(match[0])[:40]!r}"
            )
        return value


def _tier(values: _Values, log: ImportLog) -> Iterator[ReadTier]:
    kind, name = values.text(), plain_line(values.text())
    values.number()
    values.number()
    num_entries = values.count()
    if kind == _INTERVALS:
        yield ReadTier(name, None, tuple(_intervals(values, name, num_entries, log)))
    elif kind == _POINTS:
        log.note(ProblemKind.NOT_USED, name)
        for _ in range(num_entries):
            values.number()
            values.text()
    else:
        raise FormatError(f"The TextGrid has a tier of an unknown kind, {kind[:40]!r}")


def _intervals(
    values: _Values, name: str, num_intervals: int, log: ImportLog
) -> Iterator[Annotation]:
    for _ in range(num_intervals):
        start_s, end_s, text = values.number(), values.number(), plain_line(values.text())
        if not text:
            continue
        if not 0 <= start_s <= end_s <= _MAX_SECONDS:
            log.note(ProblemKind.UNREADABLE, f"{name}: {start_s} {end_s} {text}")
            continue
        start_ms, end_ms = round(start_s * _MS_PER_SECOND), round(end_s * _MS_PER_SECOND)
        if start_ms >= end_ms:
            log.note(ProblemKind.NO_LENGTH, f"{name}: {text}")
            continue
        yield Annotation(start_ms, end_ms, text)
