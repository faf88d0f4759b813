"""Division of a recording into chunks that are recognised without shared context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from pipeline.core.intervals import total_ms
from pipeline.core.transcript import SpeechSegment


@dataclass(frozen=True, slots=True)
class ChunkLengths:
    """Minimum lengths of chunks, and the pauses at which they may end.

    Attributes:
        first_ms: minimum speech of the first chunk, except at the end of the recording.
        later_ms: the same for later chunks.
        pause_ms: a silence of this length ends a chunk that has enough speech.
        overshoot: factor of the minimum up to which the search for such a silence continues.
    """

    first_ms: int
    later_ms: int
    pause_ms: int = 1_500
    overshoot: float = 1.25


def plan_chunks(
    segments: Iterable[SpeechSegment], lengths: ChunkLengths
) -> Iterator[tuple[SpeechSegment, ...]]:
    """Group consecutive segments into chunks with enough speech.

    A chunk ends at the first long pause after its minimum, otherwise at the longest pause.

    Args:
        segments: sorted, disjoint; consumed only as far as the end of a chunk requires.
        lengths: minimum lengths.
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
    """Return the number of segments before the longest pause that follows `enough_ms` of speech."""
    spoken_ms = list(accumulate(each.duration_ms for each in segments))
    stops = [stop for stop in range(1, len(segments)) if spoken_ms[stop - 1] >= enough_ms]
    return max(stops, key=lambda stop: segments[stop - 1].gap_ms(segments[stop]))
