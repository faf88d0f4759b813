"""Error counts of the machine's transcript, with verified utterances as the reference."""

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
from storage.history.live_log import original_rows

_OVERLAPPING_MS = -1  # adjacent intervals stay separate: short texts are compared faster


@dataclass(frozen=True, slots=True)
class ReviewQuality:
    """Errors of the machine's transcript in the verified parts of the recording.

    Attributes:
        characters: character errors.
        diarization: diarization errors; utterances serve as turns.
        num_verified: number of compared utterances.
        verified_ms: scored duration.
        num_open: number of utterances neither verified nor rejected.
    """

    characters: CharacterErrors
    diarization: DiarizationErrors
    num_verified: int
    verified_ms: int
    num_open: int


def review_quality(db: Connection, transcript_id: str) -> ReviewQuality:
    """Compare the machine's rows of a transcript with its verified utterances.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    machine = original_rows(db, transcript_id).utterances
    current = rows_where(db, "utterances", "transcript_id = ?", [transcript_id]).utterances
    return compared(machine, current)


def compared(machine: Sequence[UtteranceRow], current: Sequence[UtteranceRow]) -> ReviewQuality:
    """Return the machine's errors, with the verified current utterances as the reference.

    Only the time covered by verified utterances is scored. If no utterance is open, machine text
    elsewhere counts as insertions, except inside rejected utterances.

    Args:
        machine: all utterances as the run created them.
        current: all current utterances.
    """
    verified = [row for row in current if row.status == UtteranceStatus.VERIFIED.value]
    rejected = [row for row in current if row.status == UtteranceStatus.REJECTED.value]
    num_open = len(current) - len(verified) - len(rejected)
    spans = merge_close((row.interval for row in verified), max_gap_ms=_OVERLAPPING_MS)
    scored = merge_close(spans)
    if not num_open:
        everywhere = merge_close(row.interval for row in (*machine, *verified))
        scored = merge_close(
            [*scored, *subtract(everywhere, merge_close(row.interval for row in rejected))]
        )
    return ReviewQuality(
        characters=_character_errors(machine, verified, spans, scored),
        diarization=diarization_errors(_turns(verified), _turns(machine), uem=scored),
        num_verified=len(verified),
        verified_ms=total_ms(scored),
        num_open=num_open,
    )


def _character_errors(
    machine: Sequence[UtteranceRow],
    verified: Sequence[UtteranceRow],
    spans: Sequence[Interval],
    scored: Sequence[Interval],
) -> CharacterErrors:
    """Return the machine's character errors in all spans, plus its insertions between them."""
    span_at, scored_at = _Lookup(spans), _Lookup(scored)
    references: list[list[str]] = [[] for _ in spans]
    for row in sorted(verified, key=lambda row: row.start_ms):
        references[span_at.index(row.start_ms)].append(row.text)
    hypotheses: list[list[str]] = [[] for _ in spans]
    inserted: list[str] = []
    for token in _machine_tokens(machine):
        middle_ms = (token.start_ms + token.end_ms) // 2
        index = span_at.index(middle_ms)
        if index >= 0:
            hypotheses[index].append(token.text)
        elif scored_at.index(middle_ms) >= 0:
            inserted.append(token.text)
    errors = character_errors("", " ".join(inserted))
    for reference, hypothesis in zip(references, hypotheses, strict=True):
        errors += character_errors(" ".join(reference), "".join(hypothesis))
    return errors


class _Lookup:
    """Index of sorted disjoint intervals for lookup by time."""

    def __init__(self, spans: Sequence[Interval]) -> None:
        self._spans = spans
        self._starts_ms = [each.start_ms for each in spans]

    def index(self, time_ms: int) -> int:
        """Return the index of the interval that contains a time; -1 if there is none."""
        index = bisect_right(self._starts_ms, time_ms) - 1
        return index if index >= 0 and self._spans[index].contains(time_ms) else -1


def _machine_tokens(machine: Iterable[UtteranceRow]) -> Iterable[Token]:
    """Yield the tokens of the machine's utterances; one without tokens counts as one token."""
    for row in sorted(machine, key=lambda row: row.start_ms):
        yield from row.tokens or (Token(row.start_ms, row.end_ms, row.text),)


def _turns(utterances: Iterable[UtteranceRow]) -> tuple[SpeakerTurn, ...]:
    ordered = sorted(utterances, key=lambda row: row.start_ms)
    return tuple(
        SpeakerTurn(row.start_ms, row.end_ms, row.speaker_id) for row in ordered if row.speaker_id
    )
