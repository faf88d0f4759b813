"""Correction of the machine's speaker turns by the speakers of edited utterances."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate

from pipeline.core.intervals import Interval, intersect, merge_close, subtract, total_ms
from storage.db.records import Turn, Utterance, UtteranceStatus

AGREED_SHARE = 0.5  # of an utterance in its speaker's turns: such an utterance corrects nothing
MIN_REMAINDER_MS = 400  # shorter remainders of a cut turn are no speech but inaccuracy
MAX_CUTS = 1_000_000  # a day of conversation has some ten thousand

_Merged = Mapping[str, tuple[Interval, ...]]


def reviewed_turns(turns: Sequence[Turn], utterances: Sequence[Utterance]) -> tuple[Turn, ...]:
    """Return the machine's turns, corrected by the speakers of edited utterances.

    A speaker without a turn during an utterance assigned to it gets one. Turns of other speakers
    are cut during that utterance, unless an utterance of theirs overlaps it. If that would take
    more than MAX_CUTS cuts, as in a file made for it, the turns stay as they are.

    Args:
        turns: the machine's, sorted by start.
        utterances: sorted by start.
    """
    machine_turns = _by_speaker(turns)
    corrections = _Corrections(each for each in utterances if _is_correction(each, machine_turns))
    num_cuts = sum(map(corrections.count_during, machine_turns.values()))
    if not corrections.all or num_cuts > MAX_CUTS:
        return tuple(turns)
    own = _by_speaker(utterances)
    spoken = [
        (interval.start_ms, interval.end_ms, speaker_id)
        for speaker_id in {*machine_turns, *corrections.of_speaker}
        for interval in merge_close(
            [
                *_remaining(
                    machine_turns.get(speaker_id, ()),
                    corrections.of_others(speaker_id, machine_turns.get(speaker_id, ())),
                    own.get(speaker_id, ()),
                ),
                *corrections.of_speaker.get(speaker_id, ()),
            ]
        )
    ]
    order = {turn.speaker_id: turn.position for turn in reversed(turns)}
    spoken.sort(key=lambda each: (each[0], order.get(each[2], len(turns)), each[1]))
    return tuple(
        Turn(start_ms, end_ms, position, speaker_id)
        for position, (start_ms, end_ms, speaker_id) in enumerate(spoken)
    )


class _Corrections:
    """Utterances whose speakers correct the turns, found by their times and their speakers.

    Attributes:
        all: the utterances, sorted by start.
        of_speaker: the utterances by speaker.
    """

    def __init__(self, found: Iterable[Utterance]) -> None:
        self.all = tuple(found)
        self.of_speaker: dict[str, list[Interval]] = defaultdict(list)
        for each in self.all:
            self.of_speaker[each.speaker_id or ""].append(each)
        self._starts_ms = [each.start_ms for each in self.all]
        self._reached_ms = list(accumulate((each.end_ms for each in self.all), max))

    def count_during(self, intervals: Sequence[Interval]) -> int:
        """Return an upper bound of the number of utterances during disjoint intervals."""
        return sum(len(self._range(each)) for each in intervals)

    def of_others(self, speaker_id: str, intervals: Sequence[Interval]) -> tuple[Interval, ...]:
        """Return the time of the utterances of other speakers during disjoint, sorted intervals."""
        numbers = dict.fromkeys(number for each in intervals for number in self._range(each))
        during = (self.all[number] for number in numbers)
        return merge_close(each for each in during if each.speaker_id != speaker_id)

    def _range(self, interval: Interval) -> range:
        """Return the positions of the first and last utterance in an interval and all between."""
        return range(
            bisect_right(self._reached_ms, interval.start_ms),
            bisect_left(self._starts_ms, interval.end_ms),
        )


def _is_correction(utterance: Utterance, machine_turns: _Merged) -> bool:
    if not utterance.is_edited or utterance.speaker_id is None:
        return False
    if utterance.status is UtteranceStatus.REJECTED:
        return False
    turns = machine_turns.get(utterance.speaker_id, ())
    shared = intersect([utterance], _during(turns, utterance))
    return total_ms(shared) < AGREED_SHARE * utterance.duration_ms


def _remaining(
    turns: Sequence[Interval], others: Sequence[Interval], own: Sequence[Interval]
) -> list[Interval]:
    """Return the turns of one speaker without the time of others' corrections."""
    uncut = frozenset(turns)
    rest = subtract(turns, subtract(others, own))
    return [each for each in rest if each in uncut or not _is_remainder(each, own)]


def _is_remainder(piece: Interval, own: Sequence[Interval]) -> bool:
    """Return whether the rest of a cut turn is too short to be speech."""
    return piece.duration_ms < MIN_REMAINDER_MS and not _during(own, piece)


def _during(intervals: Sequence[Interval], span: Interval) -> Sequence[Interval]:
    """Return those of disjoint, sorted intervals that overlap a time span."""
    first = bisect_right(intervals, span.start_ms, key=lambda each: each.end_ms)
    stop = bisect_left(intervals, span.end_ms, key=lambda each: each.start_ms)
    return intervals[first:stop]


def _by_speaker(spoken: Collection[Turn] | Collection[Utterance]) -> _Merged:
    """Return the time of each speaker in disjoint, sorted intervals."""
    found: dict[str, list[Interval]] = defaultdict(list)
    for each in spoken:
        if each.speaker_id is not None:
            found[each.speaker_id].append(each)
    return {speaker_id: merge_close(intervals) for speaker_id, intervals in found.items()}
