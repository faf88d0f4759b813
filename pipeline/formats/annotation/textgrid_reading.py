"""Reader of Praat TextGrids in the long, short or chronological text form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.core.errors import FormatError
from pipeline.formats.annotation.tier_reading import ReadTier, sentences_of_tiers
from pipeline.formats.annotation.tiers import Annotation
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.text.lines import plain_line, text_lines

# Praat reads quoted texts, and numbers and flags as separate words; other words are ignored.
_VALUE = re.compile(r'"|(?<![^\s"])(?:!|(?=[-+]?\.?\d)|<(?:exists|absent)>)', re.ASCII)
_QUOTES = re.compile('"+')
_SECONDS = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_NUMBER = re.compile(rf"{_SECONDS}(?![\d.])", re.ASCII)
# A whole interval in its usual form, with few words between the values.
_DECORATION = r'\s*(?:[^\s"!<\d.+-][^\s"]*\s+){0,6}'
_INTERVAL = re.compile(
    rf'{_DECORATION}({_SECONDS})\s{_DECORATION}({_SECONDS})\s{_DECORATION}"([^"]*)"(?!")', re.ASCII
)
_TEXT_FILES = frozenset({"ooTextFile", "ooTextFile short"})
_CHRONOLOGICAL = "Praat chronological TextGrid text file"
_BINARY = "ooBinaryFile"
_CLASS = "TextGrid"
_EXISTS = "<exists>"
_MS_PER_SECOND = 1_000
_MAX_SECONDS = 10**9
_MAX_SHOWN = 40
_INTERVALS = "IntervalTier"
_POINTS = "TextTier"


def read_textgrid(text: str, log: ImportLog) -> TranscriptDocument:
    """Parse interval tiers as sentences or words; intervals without text are silence.

    See `sentences_of_tiers` for the roles of tiers. Point tiers are reported and omitted.

    Raises:
        FormatError: the file is not a TextGrid in text form, or is truncated.
    """
    values = _Values("\n".join(text_lines(text)))
    kind = values.header()
    reader = _TierReader(values, log)
    if kind == _CHRONOLOGICAL:
        end_s, tiers = reader.read_chronological()
    else:
        end_s, tiers = reader.read_by_tier()
    return document_of_sentences(
        sentences_of_tiers(tiers, log),
        duration_ms=round(min(max(end_s, 0.0), _MAX_SECONDS) * _MS_PER_SECOND),
    )


class _Values:
    """A tokenizer of the values in a TextGrid."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._line = 1
        self._counted_to = 0

    @property
    def line(self) -> int:
        """Line number of the last value, counted from 1."""
        self._line += self._text.count("\n", self._counted_to, self._position)
        self._counted_to = max(self._counted_to, self._position)
        return self._line

    def header(self) -> str:
        """Parse the header; return the declared file type.

        Raises:
            FormatError: the file is not a TextGrid in text form.
        """
        if self._text.startswith(_BINARY):
            raise FormatError("The TextGrid is in Praat's binary form; save it as a text file")
        first = self._text.lstrip()[: len(_CHRONOLOGICAL) + 2]
        if not first.startswith(('"', "File type")):
            raise FormatError("The file is no Praat TextGrid in text form")
        kind = self.text()
        if kind in _TEXT_FILES and self.text() == _CLASS:
            return kind
        if kind == _CHRONOLOGICAL:
            return kind
        raise FormatError("The file is no Praat TextGrid in text form")

    def text(self) -> str:
        """Parse and return the next value, which must be a quoted text.

        Raises:
            FormatError: the value is no quoted text, or the text is not closed.
        """
        self._start_of('"', "a text in quotes")
        first = self._position + 1
        for quotes in _QUOTES.finditer(self._text, first):
            length = quotes.end() - quotes.start()
            if length % 2:  # doubled quotes are one quote; the last one ends the text
                self._position = quotes.end()
                return self._text[first : quotes.end() - 1].replace('""', '"')
        raise FormatError(f"The text that begins in line {self.line} of the TextGrid does not end")

    def has_tiers(self) -> bool:
        """Parse the flag that states whether the file has tiers; return it as bool."""
        flag = self._start_of("<", "a flag")
        self._position += len(flag)
        return flag == _EXISTS

    def interval(self) -> tuple[float, float, str]:
        """Parse and return the start and end in seconds and the text of an interval."""
        match = _INTERVAL.match(self._text, self._position)
        if match is None:
            return self.number(), self.number(), self.text()
        self._position = match.end()
        return float(match[1]), float(match[2]), match[3]

    def number(self) -> float:
        """Parse and return the next value, which must be a number.

        Raises:
            FormatError: the value is no number, or the file has ended.
        """
        self._start_of("", "a number")
        match = _NUMBER.match(self._text, self._position)
        if match is None:  # such as 1.2.3
            raise FormatError(f"Line {self.line} of the TextGrid should hold a number")
        self._position = match.end()
        return float(match[0])

    def number_if_any(self) -> float | None:
        """Parse and return the next number, or return None at the end of the file."""
        return None if self._find() is None else self.number()

    def count(self) -> int:
        """Parse and return a number of tiers or intervals.

        Raises:
            FormatError: the value is no whole number in the allowed range.
        """
        number = self.number()
        if not (0 <= number <= _MAX_SECONDS and number == int(number)):
            raise FormatError(
                f"{number!r} things are said to follow in line {self.line} of the TextGrid"
            )
        return int(number)

    def _start_of(self, beginning: str, wanted: str) -> str:
        """Skip to the next value and return its first character.

        Raises:
            FormatError: the character is another than `beginning`, or the file has ended.
        """
        found = self._find()
        if found is None:
            raise FormatError(f"The TextGrid breaks off in line {self.line}")
        if found[:1] != beginning:
            got = plain_line(self._text[self._position : self._position + _MAX_SHOWN])
            raise FormatError(
                f"Line {self.line} of the TextGrid should go on with {wanted}, got {got!r}"
            )
        return found

    def _find(self) -> str | None:
        """Skip to the next value and return the character of its type, "" for a number.

        Returns:
            None at the end of the file.
        """
        while (match := _VALUE.search(self._text, self._position)) is not None:
            self._position = match.start()
            if match[0] != "!":
                return match[0]
            end = self._text.find("\n", match.end())
            self._position = len(self._text) if end < 0 else end
        return None


class _TierReader:
    """A parser of tiers, which reports unusable intervals by line number."""

    def __init__(self, values: _Values, log: ImportLog) -> None:
        self._values = values
        self._log = log

    def read_by_tier(self) -> tuple[float, list[ReadTier]]:
        """Parse a file that lists the tiers one by one; return its end time and interval tiers."""
        values = self._values
        values.number()
        end_s = values.number()
        num_tiers = values.count() if values.has_tiers() else 0
        return end_s, [tier for _ in range(num_tiers) for tier in self._tier()]

    def read_chronological(self) -> tuple[float, list[ReadTier]]:
        """Parse a file with the intervals of all tiers by time; return end time and interval tiers.

        Raises:
            FormatError: an interval refers to a tier that does not exist.
        """
        values = self._values
        values.number()
        end_s = values.number()
        heads = [self._head() for _ in range(values.count())]
        found: list[list[Annotation]] = [[] for _ in heads]
        while (number := values.number_if_any()) is not None:
            if not 1 <= number < len(heads) + 1:
                raise FormatError(f"Line {values.line} of the TextGrid names no tier: {number}")
            place = int(number) - 1
            is_point, name, _ = heads[place]
            if is_point:
                self._skip_points(1)
            else:
                found[place] += self._intervals(name, 1)
        tiers = zip(heads, found, strict=True)
        return end_s, [
            ReadTier(name, None, tuple(intervals), line=line)
            for (is_point, name, line), intervals in tiers
            if not is_point
        ]

    def _tier(self) -> Iterator[ReadTier]:
        is_point, name, line = self._head()
        num_entries = self._values.count()
        if is_point:
            self._skip_points(num_entries)
        else:
            intervals = tuple(self._intervals(name, num_entries))
            yield ReadTier(name, None, intervals, line=line)

    def _head(self) -> tuple[bool, str, int]:
        """Parse the head of a tier; return (is point tier, name, line number).

        Raises:
            FormatError: the tier is of an unknown class.
        """
        kind, name = self._values.text(), plain_line(self._values.text())
        line = self._values.line
        self._values.number()
        self._values.number()
        if kind not in (_INTERVALS, _POINTS):
            raise FormatError(
                f"The tier in line {line} of the TextGrid is of an unknown kind, "
                f"{kind[:_MAX_SHOWN]!r}"
            )
        if kind == _POINTS:
            self._log.note(ProblemKind.NOT_USED, name, line=line)
        return kind == _POINTS, name, line

    def _skip_points(self, num_points: int) -> None:
        for _ in range(num_points):
            self._values.number()
            self._values.text()

    def _intervals(self, name: str, num_intervals: int) -> Iterator[Annotation]:
        for _ in range(num_intervals):
            start_s, end_s, written = self._values.interval()
            text = plain_line(written)
            if text and (interval := self._interval(start_s, end_s, name, text)) is not None:
                yield interval

    def _interval(self, start_s: float, end_s: float, name: str, text: str) -> Annotation | None:
        start_ms = end_ms = 0
        problem = None
        if not -_MAX_SECONDS <= start_s <= end_s <= _MAX_SECONDS:
            problem = ProblemKind.UNREADABLE
        else:
            start_ms = max(0, round(start_s * _MS_PER_SECOND))
            end_ms = max(0, round(end_s * _MS_PER_SECOND))
            if start_ms >= end_ms:
                problem = ProblemKind.UNREADABLE if end_s < 0 else ProblemKind.NO_LENGTH
            elif start_s < 0:
                problem = ProblemKind.CLIPPED
        if problem is not None:
            found = f"{name}: {start_s} {end_s} {text[:_MAX_SHOWN]}"
            self._log.note(problem, found, line=self._values.line)
        return Annotation(start_ms, end_ms, text) if start_ms < end_ms else None
