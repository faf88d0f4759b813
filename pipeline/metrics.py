"""Character error rate (CER) and diarization error rate (DER)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from pipeline.core.intervals import Interval
from pipeline.core.transcript import SpeakerTurn
from pipeline.text.scripts import is_silent_extender
from pipeline.text.sequence_alignment import edit_distance

_SEVERAL = 2  # speakers at once
# Unicode's main categories that are not spoken: punctuation, separators, control characters.
_UNSPOKEN_CATEGORIES = frozenset("PZC")


@dataclass(frozen=True, slots=True)
class CharacterErrors:
    """Number of character errors and length of the reference, summable over several texts.

    Attributes:
        num_errors: minimum number of inserted, deleted and substituted characters.
        num_reference: number of reference characters that count.
    """

    num_errors: int = 0
    num_reference: int = 0

    def __add__(self, other: CharacterErrors) -> CharacterErrors:
        """Return the sums of the error counts and of the reference lengths."""
        return CharacterErrors(
            self.num_errors + other.num_errors, self.num_reference + other.num_reference
        )

    @property
    def rate(self) -> float:
        """Errors per reference character; for an empty reference 0 without errors, else 1."""
        return _rate(self.num_errors, self.num_reference)


@dataclass(frozen=True, slots=True)
class DiarizationErrors:
    """Diarization errors in milliseconds, summable over several recordings.

    Attributes:
        total_ms: speaking time of the reference; overlapping speech counts once per speaker.
        missed_ms: reference speech without a speaker in the hypothesis.
        false_alarm_ms: hypothesis speech without a speaker in the reference.
        confusion_ms: speech with the wrong speaker.
    """

    total_ms: int = 0
    missed_ms: int = 0
    false_alarm_ms: int = 0
    confusion_ms: int = 0

    def __add__(self, other: DiarizationErrors) -> DiarizationErrors:
        """Return the sums of the durations of both measurements."""
        return DiarizationErrors(
            self.total_ms + other.total_ms,
            self.missed_ms + other.missed_ms,
            self.false_alarm_ms + other.false_alarm_ms,
            self.confusion_ms + other.confusion_ms,
        )

    @property
    def rate(self) -> float:
        """Error time per reference time; for an empty reference 0 without errors, else 1."""
        return _rate(self.missed_ms + self.false_alarm_ms + self.confusion_ms, self.total_ms)


def cer(reference: str, hypothesis: str) -> float:
    """Return the character error rate of a hypothesis against a reference."""
    return character_errors(reference, hypothesis).rate


def der(
    reference: Sequence[SpeakerTurn],
    hypothesis: Sequence[SpeakerTurn],
    *,
    collar_ms: int = 0,
    uem: Sequence[Interval] | None = None,
) -> float:
    """Return the diarization error rate of a hypothesis against reference turns."""
    return diarization_errors(reference, hypothesis, collar_ms=collar_ms, uem=uem).rate


def character_errors(reference: str, hypothesis: str) -> CharacterErrors:
    """Count the minimum number of character edits between two texts.

    Full and half width are equal (NFKC); case, punctuation and spaces are ignored.
    """
    spoken = spoken_characters(reference)
    return CharacterErrors(edit_distance(spoken, spoken_characters(hypothesis)), len(spoken))


def spoken_characters(text: str) -> str:
    """Return the characters to compare, in NFKC and lower case, without punctuation and spaces."""
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
    """Measure the speaking time with errors, under the best mapping of speaker names.

    In overlapping speech each speaker counts.

    Args:
        reference: reference speaker turns.
        hypothesis: turns to score; its names need not match the reference.
        collar_ms: time ignored on each side of every start and end in the reference.
        uem: the intervals to score, all if None.
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


def speaker_kappa(
    first: Sequence[SpeakerTurn], second: Sequence[SpeakerTurn], *, duration_ms: int
) -> float | None:
    """Return Cohen's kappa for the agreement of two speaker annotations of a recording.

    The unit is a millisecond, the categories are the speakers, under the best mapping of names,
    and silence. Time in which either annotation has several speakers does not count.

    Args:
        first: turns of one annotation.
        second: turns of the other; its names need not match.
        duration_ms: length of the recording.

    Returns:
        At most 1, 0 for agreement by chance; None if both have one and the same category
        throughout.
    """
    borders = _borders(first, second, [Interval(0, duration_ms)])
    activities = [_activity(borders, turns) for turns in (first, second)]
    is_single = (activities[0].sum(axis=0) < _SEVERAL) & (activities[1].sum(axis=0) < _SEVERAL)
    durations = np.diff(borders) * is_single
    with_silence = [np.vstack([each, 1 - each.sum(axis=0).clip(max=1)]) for each in activities]
    shared_ms = (with_silence[0] * durations) @ with_silence[1].T
    rows, columns = linear_sum_assignment(shared_ms[:-1, :-1], maximize=True)
    rows, columns = np.append(rows, len(shared_ms) - 1), np.append(columns, shared_ms.shape[1] - 1)
    total = durations.sum()
    observed = shared_ms[rows, columns].sum() / total if total else 1.0
    by_chance = (shared_ms.sum(axis=1)[rows] / max(1, total)) @ (
        shared_ms.sum(axis=0)[columns] / max(1, total)
    )
    return None if by_chance >= 1 or not total else float((observed - by_chance) / (1 - by_chance))


def _rate(wrong: int, total: int) -> float:
    return wrong / total if total else float(wrong > 0)


def _borders(*groups: Iterable[Interval]) -> NDArray[np.int64]:
    """Return the sorted start and end times of all intervals: (num_borders,) int64."""
    times = {time for group in groups for each in group for time in (each.start_ms, each.end_ms)}
    return np.array(sorted(times), dtype=np.int64)


def _covered(borders: NDArray[np.int64], intervals: Iterable[Interval]) -> NDArray[np.bool_]:
    """Return for each span between borders whether an interval covers it: (num_borders - 1,)."""
    changes = np.zeros(len(borders), dtype=np.int64)
    for interval in intervals:
        changes[np.searchsorted(borders, interval.start_ms)] += 1
        changes[np.searchsorted(borders, interval.end_ms)] -= 1
    covered: NDArray[np.bool_] = np.cumsum(changes)[:-1] > 0
    return covered


def _activity(borders: NDArray[np.int64], turns: Sequence[SpeakerTurn]) -> NDArray[np.int64]:
    """Mark each speaker's active spans with 1: (num_speakers, num_borders - 1) int64."""
    speakers = sorted({turn.speaker for turn in turns})
    activity = np.zeros((len(speakers), max(0, len(borders) - 1)), dtype=np.int64)
    for row, speaker in enumerate(speakers):
        activity[row] = _covered(borders, (turn for turn in turns if turn.speaker == speaker))
    return activity


def _best_match_ms(shared_ms: NDArray[np.int64]) -> int:
    """Return the longest total speaking time shared under a one-to-one mapping of speakers.

    Args:
        shared_ms: (num_true_speakers, num_found_speakers) int64.
    """
    rows, columns = linear_sum_assignment(shared_ms, maximize=True)
    return int(shared_ms[rows, columns].sum())
