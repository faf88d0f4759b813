"""How far the machine was from what people verified: characters and speaking time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.core.intervals import Interval, merge_close, subtract, total_ms
from pipeline.core.transcript import SpeakerTurn, Token
from pipeline.metrics import (
    CharacterErrors,
    DiarizationErrors,
    character_errors,
    diarization_errors,
)
from storage.db.database import Connection
from storage.db.records import UtteranceStatus
from storage.db.row_changes import UtteranceRow
from storage.db.transcript_rows import rows_where
from storage.history.live_log import rows_as_made

_OVERLAPPING_MS = -1  # stretches that only touch stay apart: short texts are compared faster


@dataclass(frozen=True, slots=True)
class ReviewQuality:
    """The machine's errors, where people have verified a transcript.

    Attributes:
        characters: errors of the words.
        diarization: errors of who speaks when, sentence by sentence.
        num_verified: utterances that were compared.
        verified_ms: the time that they cover.
        num_open: utterances that nobody has judged yet.
    """

    characters: CharacterErrors
    diarization: DiarizationErrors
    num_verified: int
    verified_ms: int
    num_open: int


def review_quality(db: Connection, transcript_id: str) -> ReviewQuality:
    """Compare a transcript as it was made with what people have verified of it.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    machine = rows_as_made(db, transcript_id).utterances
    current = rows_where(db, "utterances", "transcript_id = ?", [transcript_id]).utterances
    return compared(machine, current)


def compared(machine: Sequence[UtteranceRow], current: Sequence[UtteranceRow]) -> ReviewQuality:
    """What the machine had wrong.

    Only the time that verified utterances cover counts. Where nothing is left to judge, what the
    machine heard elsewhere was too much, except in rejected utterances.

    Args:
        machine: all utterances as they were made.
        current: all utterances as they stand.
    """
    verified = [row for row in current if row.status == UtteranceStatus.VERIFIED.value]
    rejected = [row for row in current if row.status == UtteranceStatus.REJECTED.value]
    num_open = len(current) - len(verified) - len(rejected)
    stretches = merge_close((row.interval for row in verified), max_gap_ms=_OVERLAPPING_MS)
    scored = merge_close(stretches)
    if not num_open:
        everywhere = merge_close(row.interval for row in (*machine, *verified))
        scored = merge_close(
            [*scored, *subtract(everywhere, merge_close(row.interval for row in rejected))]
        )
    return ReviewQuality(
        characters=_character_errors(machine, verified, stretches, scored),
        diarization=diarization_errors(_turns(verified), _turns(machine), uem=scored),
        num_verified=len(verified),
        verified_ms=total_ms(scored),
        num_open=num_open,
    )


def _character_errors(
    machine: Sequence[UtteranceRow],
    verified: Sequence[UtteranceRow],
    stretches: Sequence[Interval],
    scored: Sequence[Interval],
) -> CharacterErrors:
    """Errors of each stretch by itself, and of what was heard between them."""
    stretch_at, scored_at = _Lookup(stretches), _Lookup(scored)
    references: list[list[str]] = [[] for _ in stretches]
    for row in sorted(verified, key=lambda row: row.start_ms):
        references[stretch_at.index(row.start_ms)].append(row.text)
    hypotheses: list[list[str]] = [[] for _ in stretches]
    too_much: list[str] = []
    for token in _heard(machine):
        middle_ms = (token.start_ms + token.end_ms) // 2
        index = stretch_at.index(middle_ms)
        if index >= 0:
            hypotheses[index].append(token.text)
        elif scored_at.index(middle_ms) >= 0:
            too_much.append(token.text)
    errors = character_errors("", " ".join(too_much))
    for reference, hypothesis in zip(references, hypotheses, strict=True):
        errors += character_errors(" ".join(reference), "".join(hypothesis))
    return errors


class _Lookup:
    """Finds stretches by time; they must be sorted and disjoint."""

    def __init__(self, stretches: Sequence[Interval]) -> None:
        self._stretches = stretches
        self._starts_ms = [each.start_ms for each in stretches]

    def index(self, time_ms: int) -> int:
        """The place of the stretch that a time lies in; -1 where there is none."""
        index = bisect_right(self._starts_ms, time_ms) - 1
        return index if index >= 0 and self._stretches[index].contains(time_ms) else -1


def _heard(machine: Iterable[UtteranceRow]) -> Iterable[Token]:
    """The machine's words; an utterance without tokens counts as one."""
    for row in sorted(machine, key=lambda row: row.start_ms):
        yield from row.tokens or (Token(row.start_ms, row.end_ms, row.text),)


def _turns(utterances: Iterable[UtteranceRow]) -> tuple[SpeakerTurn, ...]:
    ordered = sorted(utterances, key=lambda row: row.start_ms)
    return tuple(
        SpeakerTurn(row.start_ms, row.end_ms, row.speaker_id) for row in ordered if row.speaker_id
    )
