"""Where a recording is divided into stretches that share no context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from pipeline.intervals import total_ms
from pipeline.transcript import SpeechSegment


@dataclass(frozen=True, slots=True)
class StretchLengths:
    """How much speech a stretch holds.

    Attributes:
        first_ms: least speech of the first stretch, the last words of a recording left aside.
        later_ms: the same of those after it.
        pause_ms: a silence of this length ends a stretch that holds enough.
        overshoot: how many times the least speech is gathered while no such silence comes.
    """

    first_ms: int
    later_ms: int
    pause_ms: int = 1_500
    overshoot: float = 1.25


def plan_stretches(
    segments: Iterable[SpeechSegment], lengths: StretchLengths
) -> Iterator[tuple[SpeechSegment, ...]]:
    """Segments in a row until enough speech is together: each segment once, in order.

    A stretch ends at the first long pause after that, or at the longest pause there was.

    Args:
        segments: sorted, disjoint; a stretch is given before more of them are asked for than its
            end needs.
        lengths: how much is enough.
    """
    held: list[SpeechSegment] = []
    enough_ms = lengths.first_ms
    for segment in segments:
        spoken_ms = total_ms(held)
        if spoken_ms >= enough_ms and held[-1].gap_ms(segment) >= lengths.pause_ms:
            stop = len(held)
        elif spoken_ms >= lengths.overshoot * enough_ms:
            stop = _longest_pause([*held, segment], enough_ms)
        else:
            stop = 0
        if stop:
            yield tuple(held[:stop])
            held, enough_ms = held[stop:], lengths.later_ms
        held.append(segment)
    if held:
        yield tuple(held)


def _longest_pause(segments: list[SpeechSegment], enough_ms: int) -> int:
    """How many segments lie before the longest pause that comes after enough speech."""
    spoken_ms = list(accumulate(each.duration_ms for each in segments))
    stops = [stop for stop in range(1, len(segments)) if spoken_ms[stop - 1] >= enough_ms]
    return max(stops, key=lambda stop: segments[stop - 1].gap_ms(segments[stop]))
