"""Report of omitted, changed or estimated parts of an imported file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum

from pipeline.core.errors import FormatError
from pipeline.text.lines import plain_line

MAX_LISTED = 200  # more are counted but not listed
_MAX_SHOWN = 80  # characters of the reported text


class ProblemKind(str, Enum):
    """A kind of problem in an imported file, including how it is handled."""

    UNREADABLE = "unreadable"  # omitted
    NO_LENGTH = "no_length"  # ends at or before its start: omitted
    BEYOND_END = "beyond_end"  # outside the recording: omitted
    CLIPPED = "clipped"  # extends beyond the recording: truncated
    OVERLAP = "overlap"  # overlaps the same speaker's previous sentence: kept
    OTHER_RECORDING = "other_recording"  # omitted
    NOT_USED = "not_used"  # content that a transcript cannot have: omitted
    AFTER_GAP = "after_gap"  # text after an empty line inside a cue: kept
    SHARED_TIME = "shared_time"  # several speakers in one cue: each gets all of its time
    REPEATED = "repeated"  # a line repeated by a rolling caption: omitted
    SPEAKER_LABEL = "speaker_label"  # words before a text, taken as the speaker's name
    KEPT_LABEL = "kept_label"  # words before several texts that may be a speaker: kept as text
    ESTIMATED_TIME = "estimated_time"  # without a time of its own: interpolated
    SHIFTED = "shifted"  # all times are moved to the declared start of the medium
    ENCODING = "encoding"  # decoded in another encoding than UTF-8, or with replacements


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A problem in an imported file.

    Attributes:
        kind: kind of problem.
        line: line number from 1; None if the format has no lines.
        found: beginning of the affected text.
        wanted: expected content; "" if the text could be read.
    """

    kind: ProblemKind
    line: int | None
    found: str
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The problems of an imported file, with their number by kind.

    Attributes:
        problems: the first of them, in order.
        counts: number of problems of each kind.
    """

    problems: tuple[ImportProblem, ...] = ()
    counts: tuple[tuple[ProblemKind, int], ...] = ()


class ImportLog:
    """A collector of the problems that a reader finds in a file."""

    def __init__(self) -> None:
        self._problems: list[ImportProblem] = []
        self._counts: Counter[ProblemKind] = Counter()

    def note(
        self, kind: ProblemKind, found: str, *, line: int | None = None, wanted: str = ""
    ) -> None:
        """Record one problem of a kind."""
        self._counts[kind] += 1
        if len(self._problems) < MAX_LISTED:
            shown = plain_line(found[: 4 * _MAX_SHOWN])[:_MAX_SHOWN]
            self._problems.append(ImportProblem(kind, line, shown, wanted))

    def unreadable(self, found: str, *, line: int, wanted: str) -> None:
        """Record that an unreadable line is omitted."""
        self.note(ProblemKind.UNREADABLE, found, line=line, wanted=wanted)

    @property
    def report(self) -> ImportReport:
        """The problems recorded so far."""
        return ImportReport(tuple(self._problems), tuple(self._counts.items()))


class StrictLog(ImportLog):
    """A log that raises FormatError at the first line that cannot be read."""

    def unreadable(self, found: str, *, line: int, wanted: str) -> None:
        """Raise FormatError for a line that cannot be read.

        Raises:
            FormatError: always; it names the line and the expected content.
        """
        raise FormatError(
            f"Line {line} should hold {wanted}, got {plain_line(found)[:_MAX_SHOWN]!r}"
        )
