"""Packing of speech into decoding windows, and mapping of window times to the recording."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.core.intervals import Interval


@dataclass(frozen=True, slots=True)
class Part(Interval):
    """A piece of one speech segment, never divided between windows.

    Attributes:
        segment: position of its segment in the list of segments.
        padded: the part with the surrounding silence that is decoded with it.
    """

    segment: int
    padded: Interval

    def __post_init__(self) -> None:
        Interval.__post_init__(self)
        if not (self.padded.start_ms <= self.start_ms and self.end_ms <= self.padded.end_ms):
            raise ValueError(f"{self.padded} does not cover the part {self}")


@dataclass(frozen=True, slots=True)
class Placed:
    """The result of mapping an interval of a window to the recording.

    Attributes:
        part: position of the part in the window.
        interval: inside that part.
    """

    part: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class PackedWindow:
    """Pieces of speech joined into one window, without the silence between them."""

    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("PackedWindow needs at least one part")

    @property
    def starts_ms(self) -> tuple[int, ...]:
        """The start of each padded part, in milliseconds from the start of the window."""
        lengths = (part.padded.duration_ms for part in self.parts)
        return tuple(accumulate(lengths, initial=0))[:-1]

    @property
    def duration_ms(self) -> int:
        """The length of the window's audio in milliseconds."""
        return sum(part.padded.duration_ms for part in self.parts)

    def after(self, time_ms: int) -> PackedWindow | None:
        """Return the part of the window after a time, or None if no speech remains.

        Args:
            time_ms: in the window.
        """
        rest = []
        for part, start_ms in zip(self.parts, self.starts_ms, strict=True):
            first_ms = part.padded.start_ms + max(0, time_ms - start_ms)
            if first_ms < part.end_ms:
                padded = Interval(first_ms, part.padded.end_ms)
                speech_ms = max(first_ms, part.start_ms)
                rest.append(Part(speech_ms, part.end_ms, part.segment, padded))
        return PackedWindow(tuple(rest)) if rest else None

    def place(self, start_ms: int, end_ms: int, *, earliest_part: int = 0) -> Placed:
        """Map an interval of the window to the recording.

        It belongs to the part that contains its midpoint and is clipped to it; padding around the
        part maps to the part's nearest millisecond.

        Args:
            start_ms: in the window.
            end_ms: in the window, not before the start.
            earliest_part: lower bound of the part.
        """
        starts_ms = self.starts_ms
        position = bisect_right(starts_ms, (start_ms + end_ms) // 2) - 1
        position = max(position, earliest_part, 0)
        part = self.parts[position]
        shift_ms = part.padded.start_ms - starts_ms[position]
        first_ms = min(max(start_ms + shift_ms, part.start_ms), part.end_ms - 1)
        last_ms = min(max(end_ms + shift_ms, first_ms + 1), part.end_ms)
        return Placed(position, Interval(first_ms, last_ms))


def make_parts(
    pieces: Iterable[tuple[int, Interval]], *, pad_ms: int, duration_ms: int
) -> tuple[Part, ...]:
    """Make padded parts from pieces of speech by adding silence on either side.

    Args:
        pieces: (position of the segment, interval in it), sorted, disjoint.
        pad_ms: maximum silence on either side; at most half the gap to the next piece.
        duration_ms: length of the recording.
    """
    listed = tuple(pieces)
    ends_ms = (0, *(piece.end_ms for _, piece in listed))
    starts_ms = (*(piece.start_ms for _, piece in listed), duration_ms)
    return tuple(
        Part(
            piece.start_ms,
            piece.end_ms,
            segment,
            Interval(
                piece.start_ms - _share(ends_ms[i], piece.start_ms, pad_ms, is_edge=i == 0),
                piece.end_ms
                + _share(piece.end_ms, starts_ms[i + 1], pad_ms, is_edge=i + 1 == len(listed)),
            ),
        )
        for i, (segment, piece) in enumerate(listed)
    )


def pack_window(parts: Sequence[Part], *, first: int, longest_ms: int) -> PackedWindow:
    """Pack as many consecutive parts as fit, at least one, into a window, from index `first`."""
    total_ms = 0
    chosen: list[Part] = []
    for part in parts[first:]:
        total_ms += part.padded.duration_ms
        if chosen and total_ms > longest_ms:
            break
        chosen.append(part)
    return PackedWindow(tuple(chosen))


def _share(from_ms: int, to_ms: int, pad_ms: int, *, is_edge: bool) -> int:
    """Return the padding to take from a gap: at most half of it, or all of it at an edge."""
    gap_ms = max(0, to_ms - from_ms)
    return min(pad_ms, gap_ms if is_edge else gap_ms // 2)
