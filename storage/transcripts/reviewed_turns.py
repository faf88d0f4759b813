"""Correction of the machine's speaker turns by the speakers of edited utterances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.core.intervals import Interval, intersect, merge_close, subtract, total_ms
from storage.db.records import Turn, Utterance, UtteranceStatus

AGREED_SHARE = 0.5  # of an utterance in its speaker's turns: such an utterance corrects nothing
MIN_REMAINDER_MS = 400  # shorter remainders of a cut turn are no speech but inaccuracy


def reviewed_turns(turns: Sequence[Turn], utterances: Sequence[Utterance]) -> tuple[Turn, ...]:
    """Return the machine's turns, corrected by the speakers of edited utterances.

    A speaker without a turn during an utterance assigned to it gets one. Turns of other speakers
    are cut during that utterance, unless an utterance of theirs overlaps it.

    Args:
        turns: the machine's, sorted by start.
        utterances: sorted by start.
    """
    machine_turns = {each: _merged(turns, each) for each in {turn.speaker_id for turn in turns}}
    corrections = [each for each in utterances if _is_correction(each, machine_turns)]
    if not corrections:
        return tuple(turns)
    claimed = {each.speaker_id or "" for each in corrections}
    found = {
        speaker_id: _of_speaker(speaker_id, machine_turns, corrections, utterances)
        for speaker_id in {*machine_turns, *claimed}
    }
    spoken = [
        (interval.start_ms, interval.end_ms, speaker_id)
        for speaker_id, intervals in found.items()
        for interval in intervals
    ]
    order = {turn.speaker_id: turn.position for turn in reversed(turns)}
    spoken.sort(key=lambda each: (each[0], order.get(each[2], len(turns)), each[1]))
    return tuple(
        Turn(start_ms, end_ms, position, speaker_id)
        for position, (start_ms, end_ms, speaker_id) in enumerate(spoken)
    )


def _is_correction(utterance: Utterance, machine_turns: dict[str, tuple[Interval, ...]]) -> bool:
    if not utterance.is_edited or utterance.speaker_id is None:
        return False
    if utterance.status is UtteranceStatus.REJECTED:
        return False
    shared = intersect([utterance], machine_turns.get(utterance.speaker_id, ()))
    return total_ms(shared) < AGREED_SHARE * utterance.duration_ms


def _of_speaker(
    speaker_id: str,
    machine_turns: dict[str, tuple[Interval, ...]],
    corrections: Sequence[Utterance],
    utterances: Sequence[Utterance],
) -> tuple[Interval, ...]:
    """Return the corrected turns of one speaker."""
    own = _merged(utterances, speaker_id)
    others = merge_close(each for each in corrections if each.speaker_id != speaker_id)
    rest = subtract(machine_turns.get(speaker_id, ()), subtract(others, own))
    long_enough = [each for each in rest if not _is_remainder(each, machine_turns[speaker_id], own)]
    return merge_close(
        [*long_enough, *(each for each in corrections if each.speaker_id == speaker_id)]
    )


def _is_remainder(piece: Interval, turns: tuple[Interval, ...], own: tuple[Interval, ...]) -> bool:
    """Return whether an interval is the rest of a cut turn and too short to be speech."""
    is_cut = piece not in turns
    return is_cut and piece.duration_ms < MIN_REMAINDER_MS and not intersect([piece], own)


def _merged(spoken: Iterable[Turn | Utterance], speaker_id: str) -> tuple[Interval, ...]:
    return merge_close(each for each in spoken if each.speaker_id == speaker_id)
