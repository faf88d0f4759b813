"""How far a transcript is from the truth, in characters or in speaking time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from pipeline.intervals import Interval
from pipeline.transcript import SpeakerTurn
from pipeline.writing import is_silent_extender

# Unicode's main categories that are not said aloud: punctuation, separators, control characters.
_UNSPOKEN_CATEGORIES = frozenset("PZC")


@dataclass(frozen=True, slots=True)
class CharacterErrors:
    """Errors against the length they are counted on; those of several texts can be added.

    Attributes:
        num_errors: characters put in, left out or exchanged, at the least.
        num_reference: characters of the reference that count.
    """

    num_errors: int = 0
    num_reference: int = 0

    def __add__(self, other: CharacterErrors) -> CharacterErrors:
        """Errors of both texts together."""
        return CharacterErrors(
            self.num_errors + other.num_errors, self.num_reference + other.num_reference
        )

    @property
    def rate(self) -> float:
        """Errors per reference character; without a reference 0 or, with errors, 1."""
        return _rate(self.num_errors, self.num_reference)


@dataclass(frozen=True, slots=True)
class DiarizationErrors:
    """Milliseconds of speaking time; those of several recordings can be added.

    Attributes:
        total_ms: speaking time of the reference; two people at once count twice.
        missed_ms: speech of the reference that nobody has in the hypothesis.
        false_alarm_ms: speech of the hypothesis that nobody has in the reference.
        confusion_ms: speech given to somebody else.
    """

    total_ms: int = 0
    missed_ms: int = 0
    false_alarm_ms: int = 0
    confusion_ms: int = 0

    def __add__(self, other: DiarizationErrors) -> DiarizationErrors:
        """Errors of both recordings together."""
        return DiarizationErrors(
            self.total_ms + other.total_ms,
            self.missed_ms + other.missed_ms,
            self.false_alarm_ms + other.false_alarm_ms,
            self.confusion_ms + other.confusion_ms,
        )

    @property
    def rate(self) -> float:
        """Wrong time per reference time; without a reference 0 or, with errors, 1."""
        return _rate(self.missed_ms + self.false_alarm_ms + self.confusion_ms, self.total_ms)


def cer(reference: str, hypothesis: str) -> float:
    """Character error rate, see `character_errors`."""
    return character_errors(reference, hypothesis).rate


def der(
    reference: Sequence[SpeakerTurn],
    hypothesis: Sequence[SpeakerTurn],
    *,
    collar_ms: int = 0,
    uem: Sequence[Interval] | None = None,
) -> float:
    """Diarization error rate, see `diarization_errors`."""
    return diarization_errors(reference, hypothesis, collar_ms=collar_ms, uem=uem).rate


def character_errors(reference: str, hypothesis: str) -> CharacterErrors:
    """The fewest edits that turn one text into the other.

    Full and half width are the same (NFKC), case does not count, nor do punctuation and spaces.
    """
    spoken = spoken_characters(reference)
    return CharacterErrors(_edit_distance(spoken, spoken_characters(hypothesis)), len(spoken))


def spoken_characters(text: str) -> str:
    """What of a text is compared: no punctuation, no white space, lower case, NFKC."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    return "".join(
        letter
        for letter in folded
        if unicodedata.category(letter)[0] not in _UNSPOKEN_CATEGORIES
        and not is_silent_extender(letter)
    )


def diarization_errors(
    reference: Sequence[SpeakerTurn],
    hypothesis: Sequence[SpeakerTurn],
    *,
    collar_ms: int = 0,
    uem: Sequence[Interval] | None = None,
) -> DiarizationErrors:
    """Speaking time that is wrong, under the naming of speakers that suits the hypothesis best.

    Where several people speak at once, each counts.

    Args:
        reference: who speaks when in truth.
        hypothesis: who was found to speak when; its names need not be those of the reference.
        collar_ms: stretch left out on each side of every start and end in the reference.
        uem: the stretches to score, all where None.
    """
    collars = [
        Interval(max(0, time_ms - collar_ms), time_ms + collar_ms)
        for turn in reference
        for time_ms in (turn.start_ms, turn.end_ms)
        if collar_ms
    ]
    borders = _borders(reference, hypothesis, collars, uem or ())
    durations = np.diff(borders) * ~_covered(borders, collars)
    if uem is not None:
        durations = durations * _covered(borders, uem)
    truth = _activity(borders, reference)
    found = _activity(borders, hypothesis)
    num_true, num_found = truth.sum(axis=0), found.sum(axis=0)
    matched_ms = _best_match_ms((truth * durations) @ found.T)
    return DiarizationErrors(
        total_ms=int(num_true @ durations),
        missed_ms=int(np.maximum(0, num_true - num_found) @ durations),
        false_alarm_ms=int(np.maximum(0, num_found - num_true) @ durations),
        confusion_ms=int(np.minimum(num_true, num_found) @ durations) - matched_ms,
    )


def _rate(wrong: int, total: int) -> float:
    return wrong / total if total else float(wrong > 0)


def _edit_distance(first: str, second: str) -> int:
    """Levenshtein distance with a column of the table in the bits of two integers.

    Neighbours in the table differ by at most 1, so a column is which of its steps go up and which
    down (Hyyrö 2003, after Myers 1999). Time: characters of `second` times words of `first`.
    """
    if not first:
        return len(second)
    places = _places(first)
    all_bits = (1 << len(first)) - 1
    last_bit = 1 << (len(first) - 1)
    step_up, step_down, distance = all_bits, 0, len(first)
    for letter in second:
        equal = places.get(letter, 0)
        diagonal = (((equal & step_up) + step_up) ^ step_up) | equal | step_down
        right_up = step_down | ~(diagonal | step_up) & all_bits
        right_down = step_up & diagonal
        distance += bool(right_up & last_bit) - bool(right_down & last_bit)
        right_up = (right_up << 1 | 1) & all_bits
        right_down = right_down << 1 & all_bits
        step_up = right_down | ~(diagonal | right_up) & all_bits
        step_down = right_up & diagonal
    return distance


def _places(text: str) -> dict[str, int]:
    """For each character the positions it stands at, as bits."""
    positions: dict[str, list[int]] = {}
    for position, letter in enumerate(text):
        positions.setdefault(letter, []).append(position)
    return {letter: sum(1 << place for place in found) for letter, found in positions.items()}


def _borders(*groups: Iterable[Interval]) -> NDArray[np.int64]:
    """(num_borders,) int64: every time at which anything begins or ends, sorted."""
    times = {time for group in groups for each in group for time in (each.start_ms, each.end_ms)}
    return np.array(sorted(times), dtype=np.int64)


def _covered(borders: NDArray[np.int64], intervals: Iterable[Interval]) -> NDArray[np.bool_]:
    """(num_borders - 1,) bool: whether an interval covers each stretch between two borders."""
    changes = np.zeros(len(borders), dtype=np.int64)
    for interval in intervals:
        changes[np.searchsorted(borders, interval.start_ms)] += 1
        changes[np.searchsorted(borders, interval.end_ms)] -= 1
    covered: NDArray[np.bool_] = np.cumsum(changes)[:-1] > 0
    return covered


def _activity(borders: NDArray[np.int64], turns: Sequence[SpeakerTurn]) -> NDArray[np.int64]:
    """(num_speakers, num_borders - 1) int64: 1 where a speaker speaks, names in sorted order."""
    speakers = sorted({turn.speaker for turn in turns})
    activity = np.zeros((len(speakers), max(0, len(borders) - 1)), dtype=np.int64)
    for row, speaker in enumerate(speakers):
        activity[row] = _covered(borders, (turn for turn in turns if turn.speaker == speaker))
    return activity


def _best_match_ms(shared_ms: NDArray[np.int64]) -> int:
    """Largest time that reference and hypothesis share when each speaker has one counterpart.

    Args:
        shared_ms: (num_true_speakers, num_found_speakers) int64.
    """
    rows, columns = linear_sum_assignment(shared_ms, maximize=True)
    return int(shared_ms[rows, columns].sum())
