"""Which parts of a window the recogniser has really listened to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.asr.window_packing import PackedWindow

# Whisper base often stops, or leaps over parts, at a change of speaker. Speech segments hold no
# pause of a second, so where words are missing for longer, speech was not listened to.
SPARSE_SYLLABLES_PER_S = 0.8  # people say 4 to 6
MISSING_MS = 1_800  # within a part that is heard otherwise
LONGEST_SYLLABLE_MS = 500
WORTH_HEARING_MS = 1_200  # speech that is short may hold no word at all

_MS_PER_S = 1_000


@dataclass(frozen=True, slots=True)
class HeardUnit:
    """Where in the window something was understood.

    Attributes:
        part: position of the part in the window.
        start_ms: in the window.
        end_ms: in the window.
        num_syllables: how much it is.
    """

    part: int
    start_ms: int
    end_ms: int
    num_syllables: int = 1


@dataclass(frozen=True, slots=True)
class Coverage:
    """What to do about a window.

    Attributes:
        num_parts: how many of its parts are done; the others belong into the next window.
        holes: runs of parts among these, (first, after the last), to listen to by themselves.
    """

    num_parts: int
    holes: tuple[tuple[int, int], ...] = ()


def judge_coverage(window: PackedWindow, units: Sequence[HeardUnit]) -> Coverage:
    """What was left out, by the words that are missing.

    Parts at the end are put off if something was heard before them. A window in which nothing
    was understood at all is done: hearing it again would not help.

    Args:
        window: what was listened to.
        units: what was understood, sorted by start.
    """
    num_parts = len(window.parts)
    if not units:
        return Coverage(num_parts)
    missed = [_is_missed(window, units, position) for position in range(num_parts)]
    holes = [
        (positions[0], positions[-1] + 1)
        for is_missed, run in groupby(range(num_parts), missed.__getitem__)
        if is_missed and (positions := list(run))
    ]
    if holes and holes[-1][1] == num_parts and holes[-1][0] > 0:
        first, _ = holes.pop()
        num_parts = first
    return Coverage(num_parts, tuple(holes))


def unheard_end(window: PackedWindow, units: Sequence[HeardUnit]) -> PackedWindow | None:
    """What is left of a window after its last word, if that is too much to be silence.

    Args:
        window: what was listened to.
        units: what was understood, sorted by start; nothing at all leaves nothing to hear again.
    """
    if not units:
        return None
    covered_ms = _covered_until_ms(units[-1])
    if window.duration_ms - covered_ms <= MISSING_MS:
        return None
    return window.after(covered_ms)


def is_sparse(num_syllables: int, duration_ms: int) -> bool:
    """Whether so little cannot be all that was said in a stretch of speech."""
    return num_syllables * _MS_PER_S < SPARSE_SYLLABLES_PER_S * duration_ms


def _is_missed(window: PackedWindow, units: Sequence[HeardUnit], position: int) -> bool:
    part = window.parts[position]
    if part.duration_ms < WORTH_HEARING_MS:
        return False
    inside = [unit for unit in units if unit.part == position]
    if is_sparse(sum(unit.num_syllables for unit in inside), part.duration_ms):
        return True
    start_ms = window.starts_ms[position]
    ends_ms = [start_ms, *(_covered_until_ms(unit) for unit in inside)]
    starts_ms = [*(unit.start_ms for unit in inside), start_ms + part.heard.duration_ms]
    return max(start - end for start, end in zip(starts_ms, ends_ms, strict=True)) > MISSING_MS


def _covered_until_ms(unit: HeardUnit) -> int:
    """Until when a unit is really spoken: the aligner stretches units over what is missing."""
    return min(unit.end_ms, unit.start_ms + LONGEST_SYLLABLE_MS * unit.num_syllables)
