"""What the machine heard in a stretch that people have since given other words or borders."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Token
from storage.db.row_changes import UtteranceRow


@dataclass(frozen=True, slots=True)
class Heard:
    """What the machine made of a stretch.

    Attributes:
        text: its words; "" where it heard nothing.
        confidence: mean over its tokens, in [0, 1]; None where it gave none.
    """

    text: str
    confidence: float | None


class MachineTranscript:
    """The utterances of a transcript as the machine made them."""

    def __init__(self, utterances: Iterable[UtteranceRow]) -> None:
        self._utterances = sorted(utterances, key=lambda row: (row.start_ms, row.position, row.id))
        self._starts_ms = [row.start_ms for row in self._utterances]
        # The latest end so far: it grows, so that what ends before a time is found by halving.
        self._ends_ms = list(accumulate((row.end_ms for row in self._utterances), max))

    def heard_in(self, stretch: Interval) -> Heard:
        """What was heard between two times.

        An utterance that lies in the stretch as a whole gives its text with punctuation, one that
        is cut by a border the tokens whose middle lies inside.
        """
        parts: list[str] = []
        tokens: list[Token] = []
        for row in self._overlapping(stretch):
            is_whole = stretch.start_ms <= row.start_ms and row.end_ms <= stretch.end_ms
            inside = [each for each in row.tokens if is_whole or _is_inside(each, stretch)]
            parts.append(row.text if is_whole else "".join(each.text for each in inside))
            tokens += inside
        return Heard(_joined(parts), _mean_confidence(tokens))

    def _overlapping(self, stretch: Interval) -> list[UtteranceRow]:
        first = bisect_right(self._ends_ms, stretch.start_ms)
        stop = bisect_left(self._starts_ms, stretch.end_ms)
        found = self._utterances[first:stop]
        return [row for row in found if row.interval.overlap_ms(stretch)]


def _is_inside(token: Token, stretch: Interval) -> bool:
    return stretch.contains((token.start_ms + token.end_ms) // 2)


def _joined(parts: Sequence[str]) -> str:
    """Texts in a row, with a space where words of spaced scripts would meet."""
    text = ""
    for part in (each.strip() for each in parts):
        needs_space = text and part and text[-1].isascii() and part[0].isascii()
        text += f" {part}" if needs_space else part
    return text


def _mean_confidence(tokens: Sequence[Token]) -> float | None:
    known = [each.confidence for each in tokens if each.confidence is not None]
    return sum(known) / len(known) if known else None
