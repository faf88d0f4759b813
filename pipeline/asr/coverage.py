"""How much of a window the recogniser has really listened to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.asr.window_packing import PackedWindow
from pipeline.intervals import total_ms

# Measured on the development conversations: Whisper base often stops, or leaps, at a change of
# speaker; what it then left out is longer than any pause that is inside a part.
UNHEARD_TAIL_MS = 1_500  # speech after the last word that is worth another window
UNHEARD_END_MS = 2_500  # the same at the end of a part that was heard in its beginning
UNHEARD_PART_MS = 1_200  # a part between heard ones, without a word
SLOW_UNIT_MS = 2_000  # a unit stretched over more than this does not show that a part was heard


@dataclass(frozen=True, slots=True)
class HeardUnit:
    """Where in the window something was understood.

    Attributes:
        part: position of the part in the window.
        start_ms: in the window.
        end_ms: in the window.
    """

    part: int
    start_ms: int
    end_ms: int


def count_heard_parts(window: PackedWindow, units: Sequence[HeardUnit], *, mind_holes: bool) -> int:
    """How many parts of a window are done; the others belong into the next window.

    At least one, so that work goes on; all of them where nothing at all was understood, since
    hearing it again would not help.

    Args:
        window: what was listened to.
        units: what was understood, sorted by start.
        mind_holes: whether a part without words between others counts as not heard.
    """
    if not units:
        return len(window.parts)
    done = _until_tail(window, units[-1])
    return _until_hole(window, units, done) if mind_holes else done


def _until_tail(window: PackedWindow, last: HeardUnit) -> int:
    heard = last.part + 1
    if total_ms(window.parts[heard:]) > UNHEARD_TAIL_MS:
        return heard
    end_of_part_ms = window.starts_ms[last.part] + window.parts[last.part].heard.duration_ms
    if last.part > 0 and end_of_part_ms - last.end_ms > UNHEARD_END_MS:
        return last.part
    return len(window.parts)


def _until_hole(window: PackedWindow, units: Sequence[HeardUnit], done: int) -> int:
    heard = {unit.part for unit in units if unit.end_ms - unit.start_ms < SLOW_UNIT_MS}
    holes = (
        position
        for position in range(1, done)
        if position not in heard and window.parts[position].duration_ms >= UNHEARD_PART_MS
    )
    return next(holes, done)
