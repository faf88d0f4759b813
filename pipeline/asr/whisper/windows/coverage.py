"""Detection of speech for which the decoder produced no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.asr.whisper.windows.window_packing import PackedWindow

# Whisper base often stops early or skips parts at a change of speaker. Speech segments hold no
# pause of a second, so a longer gap between words means that speech was skipped.
SPARSE_SYLLABLES_PER_S = 0.8  # normal speech has 4 to 6
MISSING_MS = 1_800  # longest gap inside a part that has text
LONGEST_SYLLABLE_MS = 500
MIN_CHECKED_MS = 1_200  # shorter speech may contain no word at all

_MS_PER_S = 1_000


@dataclass(frozen=True, slots=True)
class TimedUnit:
    """The time span of one recognised word or character in a decoding window.

    Attributes:
        part: position of the part in the window.
        start_ms: in the window.
        end_ms: in the window.
        num_syllables: number of syllables in the unit.
    """

    part: int
    start_ms: int
    end_ms: int
    num_syllables: int = 1


@dataclass(frozen=True, slots=True)
class Coverage:
    """The result of checking a decoding window for speech without text.

    Attributes:
        num_parts: number of leading parts that are done; the others go into the next window.
        holes: ranges of done parts (first, stop) that need to be decoded separately.
    """

    num_parts: int
    holes: tuple[tuple[int, int], ...] = ()


def judge_coverage(window: PackedWindow, units: Sequence[TimedUnit]) -> Coverage:
    """Find the parts of a window that the decoder skipped, from gaps between the recognised units.

    Skipped parts at the end are postponed if an earlier part has text. A window without any
    text counts as done, since decoding it again would not help.

    Args:
        window: the decoded window.
        units: recognised units, sorted by start.
    """
    num_parts = len(window.parts)
    if not units:
        return Coverage(num_parts)
    skipped = [_is_skipped(window, units, position) for position in range(num_parts)]
    holes = [
        (positions[0], positions[-1] + 1)
        for is_skipped, run in groupby(range(num_parts), skipped.__getitem__)
        if is_skipped and (positions := list(run))
    ]
    if holes and holes[-1][1] == num_parts and holes[-1][0] > 0:
        first, _ = holes.pop()
        num_parts = first
    return Coverage(num_parts, tuple(holes))


def uncovered_end(window: PackedWindow, units: Sequence[TimedUnit]) -> PackedWindow | None:
    """Return the window after its last recognised text, None if too short to hold speech.

    Args:
        window: the decoded window.
        units: recognised units, sorted by start; without units the result is None.
    """
    if not units:
        return None
    covered_ms = _covered_until_ms(units[-1])
    if window.duration_ms - covered_ms <= MISSING_MS:
        return None
    return window.after(covered_ms)


def is_sparse(num_syllables: int, duration_ms: int) -> bool:
    """Return whether the text has too few syllables for speech of this length."""
    return num_syllables * _MS_PER_S < SPARSE_SYLLABLES_PER_S * duration_ms


def _is_skipped(window: PackedWindow, units: Sequence[TimedUnit], position: int) -> bool:
    part = window.parts[position]
    if part.duration_ms < MIN_CHECKED_MS:
        return False
    inside = [unit for unit in units if unit.part == position]
    if is_sparse(sum(unit.num_syllables for unit in inside), part.duration_ms):
        return True
    start_ms = window.starts_ms[position]
    ends_ms = [start_ms, *(_covered_until_ms(unit) for unit in inside)]
    starts_ms = [*(unit.start_ms for unit in inside), start_ms + part.padded.duration_ms]
    return max(start - end for start, end in zip(starts_ms, ends_ms, strict=True)) > MISSING_MS


def _covered_until_ms(unit: TimedUnit) -> int:
    """Return the time at which a unit can have ended, since the aligner extends units too far."""
    return min(unit.end_ms, unit.start_ms + LONGEST_SYLLABLE_MS * unit.num_syllables)
