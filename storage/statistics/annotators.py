"""Statistics of each annotator's edits, verified duration and working time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from storage.db.database import Connection
from storage.db.records import MoveKind, UtteranceStatus
from storage.db.values import read_time
from storage.transcripts.live_transcript import FINALIZE_SPEAKERS

# Longer gaps count as breaks; listening to a long sentence twice takes less.
MAX_PAUSE = timedelta(minutes=5)
_MS_AN_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class AnnotatorWork:
    """Statistics of one person's work.

    Attributes:
        author: display name.
        num_edits: (kind, number) of the edits made, the most frequent first.
        num_taken_back: number of undos.
        num_utterances: number of different utterances changed or reviewed.
        num_verified: number of utterances now verified by the person.
        verified_ms: total duration of these utterances.
        active_ms: working time without pauses of more than five minutes.
        first_at: time of the first action in UTC.
        last_at: time of the last action in UTC.
    """

    author: str
    num_edits: tuple[tuple[str, int], ...]
    num_taken_back: int
    num_utterances: int
    num_verified: int
    verified_ms: int
    active_ms: int
    first_at: datetime
    last_at: datetime

    @property
    def utterances_an_hour(self) -> float:
        """Utterances changed or reviewed per hour of working time; 0 without working time."""
        return _MS_AN_HOUR * self.num_utterances / self.active_ms if self.active_ms else 0.0

    @property
    def real_time_factor(self) -> float:
        """Working time divided by the verified duration; 0 if nothing is verified."""
        return self.active_ms / self.verified_ms if self.verified_ms else 0.0


def annotators_work(db: Connection, transcript_id: str | None = None) -> tuple[AnnotatorWork, ...]:
    """Return each person's statistics for one transcript or all, by time of the first action.

    The machine, and people who only imported transcripts, are left out.
    """
    steps = _steps(db, transcript_id)
    touched, verified = _touched(db, transcript_id), _verified(db, transcript_id)
    return tuple(
        _work(author, done, touched.get(author, 0), verified.get(author, (0, 0)))
        for author, done in steps.items()
    )


def annotators_of(db: Connection, transcript_id: str) -> tuple[str, ...]:
    """Return the names of the people who edited a transcript, by time of the first action.

    The machine, people without a name, and people who only imported it are left out.
    """
    return tuple(author for author in _steps(db, transcript_id) if author)


def _steps(db: Connection, transcript_id: str | None) -> dict[str, list[tuple[str, datetime]]]:
    """Return the kind and time of each person's steps in one transcript or all, by author."""
    steps: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for author, kind, at in db.execute(
        "SELECT head_moves.author, CASE head_moves.kind WHEN 'edit' THEN edits.kind "
        "ELSE head_moves.kind END, head_moves.created_at FROM head_moves "
        "JOIN edits ON edits.id = head_edit_id "
        "WHERE (head_moves.kind != 'edit' OR parent_id IS NOT NULL) "
        "AND head_moves.kind != 'growth' "
        "AND NOT (head_moves.kind = 'edit' AND edits.kind = :by_machine) "
        "AND (:transcript IS NULL OR head_moves.transcript_id = :transcript) "
        "ORDER BY head_moves.id",
        {"transcript": transcript_id, "by_machine": FINALIZE_SPEAKERS},
    ):
        steps[author].append((kind, read_time(at)))
    return steps


def active_ms(times: Sequence[datetime]) -> int:
    """Return the milliseconds between the first and last time, without pauses above MAX_PAUSE.

    Args:
        times: sorted.
    """
    gaps = [later - earlier for earlier, later in pairwise(times)]
    at_work = sum((gap for gap in gaps if gap <= MAX_PAUSE), start=timedelta())
    return at_work // timedelta(milliseconds=1)


def _work(
    author: str,
    done: Sequence[tuple[str, datetime]],
    num_utterances: int,
    verified: tuple[int, int],
) -> AnnotatorWork:
    times = sorted(at for _, at in done)
    kinds = Counter(kind for kind, _ in done)
    num_taken_back = kinds.pop(MoveKind.UNDO.value, 0)
    for kind in (MoveKind.REDO.value, MoveKind.RETURN.value):
        kinds.pop(kind, None)
    return AnnotatorWork(
        author=author,
        num_edits=_most_frequent_first(kinds.items()),
        num_taken_back=num_taken_back,
        num_utterances=num_utterances,
        num_verified=verified[0],
        verified_ms=verified[1],
        active_ms=active_ms(times),
        first_at=times[0],
        last_at=times[-1],
    )


def _most_frequent_first(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts, key=lambda each: (-each[1], each[0])))


def _touched(db: Connection, transcript_id: str | None) -> dict[str, int]:
    found = db.execute(
        # The column `author` is stored after megabytes of JSON, so it is read only once per edit.
        "WITH written AS MATERIALIZED (SELECT id, author FROM edits "
        "WHERE :transcript IS NULL OR transcript_id = :transcript) "
        "SELECT author, count(DISTINCT utterance_id) FROM edited_utterances "
        "JOIN written ON written.id = edit_id GROUP BY author",
        {"transcript": transcript_id},
    )
    return dict(found.fetchall())


def _verified(db: Connection, transcript_id: str | None) -> dict[str, tuple[int, int]]:
    found = db.execute(
        "SELECT reviewed_by, count(*), sum(end_ms - start_ms) FROM utterances "
        "WHERE status = :verified AND reviewed_by IS NOT NULL "
        "AND (:transcript IS NULL OR transcript_id = :transcript) GROUP BY reviewed_by",
        {"verified": UtteranceStatus.VERIFIED.value, "transcript": transcript_id},
    )
    return {author: (number, total_ms) for author, number, total_ms in found}
