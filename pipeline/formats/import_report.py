"""What of a transcript file that somebody else wrote did not fit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum

from pipeline.core.errors import FormatError
from pipeline.formats.plain_line import plain_line

MAX_LISTED = 200  # more are counted, not listed
_MAX_SHOWN = 80  # characters of what was found


class ProblemKind(str, Enum):
    """What is wrong with a part of a file, and what was done about it."""

    UNREADABLE = "unreadable"  # left out
    NO_LENGTH = "no_length"  # ends where it starts, or before: left out
    BEYOND_END = "beyond_end"  # outside the recording: left out
    CLIPPED = "clipped"  # reaches beyond the recording: shortened
    OVERLAP = "overlap"  # a speaker overlaps his own last sentence: kept
    OTHER_RECORDING = "other_recording"  # left out
    NOT_USED = "not_used"  # means something that a transcript does not hold: left out
    AFTER_GAP = "after_gap"  # text after an empty line inside a cue: kept
    SHARED_TIME = "shared_time"  # several speakers in one cue: each has all of its time
    REPEATED = "repeated"  # a rolling caption shows the same line again: left out
    SPEAKER_LABEL = "speaker_label"  # words before a text, taken as the speaker's name
    KEPT_LABEL = "kept_label"  # words before several texts that may be a speaker: kept as text
    ESTIMATED_TIME = "estimated_time"  # without a time of its own: lies between its neighbours
    SHIFTED = "shifted"  # all times are moved to where the file says its medium begins
    ENCODING = "encoding"  # read with other letters than UTF-8's, or with some replaced


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One part of a file that did not fit.

    Attributes:
        kind: what is wrong.
        line: where, counted from 1; None where the format has no lines.
        found: how it begins.
        wanted: what should stand there; "" where it can be read.
    """

    kind: ProblemKind
    line: int | None
    found: str
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """All that did not fit.

    Attributes:
        problems: the first of them, in the order they were met.
        counts: how many there are of each kind that was met.
    """

    problems: tuple[ImportProblem, ...] = ()
    counts: tuple[tuple[ProblemKind, int], ...] = ()


class ImportLog:
    """Collects problems while a file is read."""

    def __init__(self) -> None:
        self._problems: list[ImportProblem] = []
        self._counts: Counter[ProblemKind] = Counter()

    def note(
        self, kind: ProblemKind, found: str, *, line: int | None = None, wanted: str = ""
    ) -> None:
        """Write a problem down."""
        self._counts[kind] += 1
        if len(self._problems) < MAX_LISTED:
            shown = plain_line(found[: 4 * _MAX_SHOWN])[:_MAX_SHOWN]
            self._problems.append(ImportProblem(kind, line, shown, wanted))

    def unreadable(self, found: str, *, line: int, wanted: str) -> None:
        """Write down that a line could not be read; it is left out."""
        self.note(ProblemKind.UNREADABLE, found, line=line, wanted=wanted)

    @property
    def report(self) -> ImportReport:
        """What was written down so far."""
        return ImportReport(tuple(self._problems), tuple(self._counts.items()))


class StrictLog(ImportLog):
    """Refuses a file at the first line that cannot be read."""

    def unreadable(self, found: str, *, line: int, wanted: str) -> None:
        """Refuse the file.

        Raises:
            FormatError: always; it names the line and what it should hold.
        """
        raise FormatError(
            f"Line {line} should hold {wanted}, got {plain_line(found)[:_MAX_SHOWN]!r}"
        )
