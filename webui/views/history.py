"""JSON of edit histories, annotation statistics and edit conflicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import takewhile
from typing import Any  # the dictionaries are JSON

from storage.db.records import Edit, Version
from storage.db.row_changes import Conflict, Row, UtteranceRow
from storage.history.queries import SentenceStep, TimelineEntry
from storage.statistics.annotators import AnnotatorWork
from storage.statistics.quality import ReviewQuality
from webui.services.review.review_history import HistoryPage

_EXCERPT_CHARACTERS = 60
_CONTEXT_CHARACTERS = 12  # of a text before its change
_RATE_DIGITS = 4


def history_view(history: HistoryPage) -> dict[str, Any]:
    """Return the JSON of a page of edit history, the newest edit first."""
    return {
        "head": history.head_edit_id,
        "edits": [_entry(each) for each in history.entries],
        "has_older": history.has_older,
        "versions": [version_view(each) for each in history.versions],
    }


def version_view(version: Version) -> dict[str, Any]:
    """Return the JSON of a named version."""
    return {
        "name": version.name,
        "edit_id": version.edit_id,
        "author": version.author,
        "created_at": version.created_at.isoformat(),
    }


def sentence_history_view(steps: Iterable[SentenceStep]) -> dict[str, Any]:
    """Return the JSON of an utterance's edits, the oldest first."""
    return {
        "steps": [
            {
                **_edit(step.edit, is_in_force=step.is_in_force),
                "before": _row(step.before),
                "after": _row(step.after),
            }
            for step in steps
        ]
    }


def annotators_view(annotators: Iterable[AnnotatorWork]) -> dict[str, Any]:
    """Return the JSON of each annotator's work statistics."""
    return {
        "annotators": [
            {
                "author": each.author,
                "edits": dict(each.num_edits),
                "num_taken_back": each.num_taken_back,
                "num_utterances": each.num_utterances,
                "num_verified": each.num_verified,
                "verified_ms": each.verified_ms,
                "active_ms": each.active_ms,
                "utterances_an_hour": round(each.utterances_an_hour, 1),
                "real_time_factor": round(each.real_time_factor, 2),
                "first_at": each.first_at.isoformat(),
                "last_at": each.last_at.isoformat(),
            }
            for each in annotators
        ]
    }


def quality_view(quality: ReviewQuality) -> dict[str, Any]:
    """Return the JSON of the error rates, null if no utterance is verified."""
    has_reference = quality.num_verified > 0
    return {
        "cer": round(quality.characters.rate, _RATE_DIGITS) if has_reference else None,
        "num_characters": quality.characters.num_reference,
        "der": round(quality.diarization.rate, _RATE_DIGITS) if has_reference else None,
        "num_verified": quality.num_verified,
        "verified_ms": quality.verified_ms,
        "num_open": quality.num_open,
    }


def conflicts_view(conflicts: Iterable[Conflict]) -> list[dict[str, Any]]:
    """Return the JSON of both versions of each conflicting row, null where it is missing."""
    return [
        {
            "table": each.table,
            "id": each.row_id,
            "current": _any_row(each.current),
            "wanted": _any_row(each.wanted),
        }
        for each in conflicts
    ]


def _entry(entry: TimelineEntry) -> dict[str, Any]:
    return {
        **_edit(entry.edit, is_in_force=entry.is_in_force),
        "num_utterances": entry.num_utterances,
        "detail": entry.excerpt[:_EXCERPT_CHARACTERS],
        "text": None if entry.text is None else _around_change(*entry.text),
        "speaker_id": entry.speaker_id,
        "name": entry.name,
    }


def _around_change(before: str | None, after: str | None) -> tuple[str, str]:
    """Return the part of two texts around their first difference."""
    texts = before or "", after or ""
    pairs = zip(*texts, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    first = max(0, same - _CONTEXT_CHARACTERS)
    lead = "…" if first > 0 else ""
    parts = [lead + each[first : first + _EXCERPT_CHARACTERS] for each in texts]
    return parts[0], parts[1]


def _edit(edit: Edit, *, is_in_force: bool) -> dict[str, Any]:
    return {
        "id": edit.edit_id,
        "kind": edit.kind,
        "author": edit.author,
        "created_at": edit.created_at.isoformat(),
        "comment": edit.comment,
        "undone": not is_in_force,
    }


def _any_row(row: Row | None) -> dict[str, Any] | None:
    if row is None or isinstance(row, UtteranceRow):
        return _row(row)
    return asdict(row)


def _row(row: UtteranceRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "id": row.id,
        "start_ms": row.start_ms,
        "end_ms": row.end_ms,
        "speaker_id": row.speaker_id,
        "text": row.text,
        "status": row.status,
        "is_flagged": bool(row.is_flagged),
        "comment": row.comment,
    }
