"""Who spoke when: the machine's turns, except where people have said that it was somebody else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.core.intervals import Interval, intersect, merge_close, subtract, total_ms
from storage.db.records import Turn, Utterance, UtteranceStatus

AGREED_SHARE = 0.5  # of an utterance in its speaker's turns: then the turns know it already
SHORTEST_REST_MS = 400  # shorter rests of a turn are the machine's inexactness, not speech


def reviewed_turns(turns: Sequence[Turn], utterances: Sequence[Utterance]) -> tuple[Turn, ...]:
    """The turns as they stand after a review.

    Where people gave an utterance to a speaker whom the machine did not hear there, that speaker
    speaks. Nobody else does, unless an utterance of theirs is there, too.

    Args:
        turns: the machine's, sorted by start.
        utterances: sorted by start.
    """
    heard = {each: _merged(turns, each) for each in {turn.speaker_id for turn in turns}}
    claims = [each for each in utterances if _is_claim(each, heard)]
    if not claims:
        return tuple(turns)
    claimed = {each.speaker_id or "" for each in claims}
    found = {
        speaker_id: _of_speaker(speaker_id, heard, claims, utterances)
        for speaker_id in {*heard, *claimed}
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


def _is_claim(utterance: Utterance, heard: dict[str, tuple[Interval, ...]]) -> bool:
    if not utterance.is_edited or utterance.speaker_id is None:
        return False
    if utterance.status is UtteranceStatus.REJECTED:
        return False
    shared = intersect([utterance], heard.get(utterance.speaker_id, ()))
    return total_ms(shared) < AGREED_SHARE * utterance.duration_ms


def _of_speaker(
    speaker_id: str,
    heard: dict[str, tuple[Interval, ...]],
    claims: Sequence[Utterance],
    utterances: Sequence[Utterance],
) -> tuple[Interval, ...]:
    """When one speaker speaks."""
    own = _merged(utterances, speaker_id)
    others = merge_close(each for each in claims if each.speaker_id != speaker_id)
    rest = subtract(heard.get(speaker_id, ()), subtract(others, own))
    long_enough = [each for each in rest if not _is_left_over(each, heard[speaker_id], own)]
    return merge_close([*long_enough, *(each for each in claims if each.speaker_id == speaker_id)])


def _is_left_over(piece: Interval, turns: tuple[Interval, ...], own: tuple[Interval, ...]) -> bool:
    """Whether a piece is what cutting has left of a turn, too short to be speech."""
    is_cut = piece not in turns
    return is_cut and piece.duration_ms < SHORTEST_REST_MS and not intersect([piece], own)


def _merged(spoken: Iterable[Turn | Utterance], speaker_id: str) -> tuple[Interval, ...]:
    return merge_close(each for each in spoken if each.speaker_id == speaker_id)
