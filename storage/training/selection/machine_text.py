"""Text recognised by the machine in the time span of an edited utterance."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Token
from storage.db.row_changes import UtteranceRow


@dataclass(frozen=True, slots=True)
class MachineText:
    """Text recognised by the machine in a time span, with its confidence.

    Attributes:
        text: the text; "" if nothing was recognised.
        confidence: mean over its tokens, in [0, 1]; None if no token has one.
    """

    text: str
    confidence: float | None


class MachineTranscript:
    """Utterances of a transcript as the machine created them, indexed by time."""

    def __init__(self, utterances: Iterable[UtteranceRow]) -> None:
        self._utterances = sorted(utterances, key=lambda row: (row.start_ms, row.position, row.id))
        self._starts_ms = [row.start_ms for row in self._utterances]
        # Running maximum of the ends: it is sorted, as bisection needs it.
        self._ends_ms = list(accumulate((row.end_ms for row in self._utterances), max))

    def text_in(self, span: Interval) -> MachineText:
        """Return the machine's text in a time span.

        An utterance inside the span contributes its text with punctuation; one that is cut by a
        boundary contributes the tokens whose middle is inside.
        """
        parts: list[str] = []
        tokens: list[Token] = []
        for row in self._overlapping(span):
            is_whole = span.start_ms <= row.start_ms and row.end_ms <= span.end_ms
            inside = [each for each in row.tokens if is_whole or _is_inside(each, span)]
            parts.append(row.text if is_whole else "".join(each.text for each in inside))
            tokens += inside
        return MachineText(_joined(parts), _mean_confidence(tokens))

    def _overlapping(self, span: Interval) -> list[UtteranceRow]:
        first = bisect_right(self._ends_ms, span.start_ms)
        stop = bisect_left(self._starts_ms, span.end_ms)
        found = self._utterances[first:stop]
        return [row for row in found if row.interval.overlap_ms(span)]


def _is_inside(token: Token, span: Interval) -> bool:
    return span.contains((token.start_ms + token.end_ms) // 2)


def _joined(parts: Sequence[str]) -> str:
    """Return the texts joined, with a space where two ASCII characters meet."""
    text = ""
    for part in (each.strip() for each in parts):
        needs_space = text and part and text[-1].isascii() and part[0].isascii()
        text += f" {part}" if needs_space else part
    return text


def _mean_confidence(tokens: Sequence[Token]) -> float | None:
    known = [each.confidence for each in tokens if each.confidence is not None]
    return sum(known) / len(known) if known else None
