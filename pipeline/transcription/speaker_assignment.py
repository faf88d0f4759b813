"""Assignment of speakers to sentences, with splits at speaker changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.core.options import Profile
from pipeline.core.transcript import Sentence, SpeakerTurn, Token
from pipeline.punctuation.sentences import ends_clause, is_word_border, sentence_of
from pipeline.speakers.sentence_speakers import OverlapRule, SpeakerLookup

MIN_SIDE_TOKENS = 2  # shorter runs are inaccuracy of the turns, not an interjection (spec 7.5)
SNAP_MS = 400  # windows are 750 ms apart, so turn borders are wrong by up to half of that
_RULES = {Profile.DEFAULT: OverlapRule.SUMMED, Profile.CLASSIC: OverlapRule.LARGEST}


def give_speakers(
    sentences: Sequence[Sentence],
    turns: Sequence[SpeakerTurn],
    *,
    profile: Profile = Profile.DEFAULT,
) -> tuple[Sentence, ...]:
    """Assign speakers to sentences, splitting sentences at speaker changes.

    By default a sentence is divided where the speaker changes, unless only one word is on one
    side. The classic profile divides nothing: a change inside a sentence is lost.

    Args:
        sentences: sorted by start.
        turns: sorted by start; they may overlap.
        profile: whose rules apply.
    """
    lookup = SpeakerLookup(turns, rule=_RULES[profile])
    if profile is Profile.DEFAULT and turns:
        sentences = [piece for sentence in sentences for piece in _cut(sentence, lookup)]
    return tuple(replace(each, speaker=lookup.speaker_of(each)) for each in sentences)


def _cut(sentence: Sentence, lookup: SpeakerLookup) -> Iterator[Sentence]:
    tokens = sentence.tokens
    borders = _speaker_borders(tokens, lookup)
    if not borders:
        yield sentence
        return
    for start, end in pairwise((0, *borders, len(tokens))):
        yield sentence_of(tokens[start:end])


def _speaker_borders(tokens: Sequence[Token], lookup: SpeakerLookup) -> list[int]:
    """Return the token positions at which a sentence is split by speaker."""
    speakers = [lookup.speaker_of(token) for token in tokens]
    changes = [i for i, (left, right) in enumerate(pairwise(speakers), start=1) if left != right]
    borders: list[int] = []
    for border in (_snap(tokens, change) for change in changes):
        before = borders[-1] if borders else 0
        if border - before >= MIN_SIDE_TOKENS and len(tokens) - border >= MIN_SIDE_TOKENS:
            borders.append(border)
    return borders


def _snap(tokens: Sequence[Token], change: int) -> int:
    """Return the best split position near a speaker change, by punctuation and then by pause.

    The ends of the sentence count as punctuation: a result at an end means no split.
    """
    distances_ms = {
        position: _distance_ms(tokens, position, tokens[change].start_ms)
        for position in range(len(tokens) + 1)
        if _may_divide(tokens, position)
    }
    reach_ms = max(SNAP_MS, min(distances_ms.values()))
    return max(
        (position for position, distance_ms in distances_ms.items() if distance_ms <= reach_ms),
        key=lambda position: (
            _follows_mark(tokens, position),
            _pause_ms(tokens, position),
            -abs(position - change),
        ),
    )


def _distance_ms(tokens: Sequence[Token], position: int, time_ms: int) -> int:
    """Return the distance in ms of a time from the pause before the token at a position."""
    pause_start_ms = tokens[position - 1].end_ms if position else tokens[0].start_ms
    pause_end_ms = tokens[position].start_ms if position < len(tokens) else tokens[-1].end_ms
    return max(0, pause_start_ms - time_ms, time_ms - pause_end_ms)


def _is_edge(tokens: Sequence[Token], position: int) -> bool:
    return position in {0, len(tokens)}


def _may_divide(tokens: Sequence[Token], position: int) -> bool:
    return _is_edge(tokens, position) or is_word_border(tokens[position - 1], tokens[position])


def _follows_mark(tokens: Sequence[Token], position: int) -> bool:
    return _is_edge(tokens, position) or ends_clause(tokens[position - 1])


def _pause_ms(tokens: Sequence[Token], position: int) -> int:
    if _is_edge(tokens, position):
        return 0
    return max(0, tokens[position].start_ms - tokens[position - 1].end_ms)
