"""Filters of an export and the reasons to exclude an utterance."""

from __future__ import annotations

from datetime import timezone
from enum import Enum

from storage.db.records import UtteranceStatus
from storage.edit_plans.review_status import VerifyHeard
from storage.training.export_options import TrainingFilters
from storage.training.selection.machine_text import MachineText
from storage.training.selection.rows import Candidate


class ExclusionReason(str, Enum):
    """Reason for which an utterance is not exported; the first that applies is reported."""

    NO_AUDIO = "no_audio"
    REJECTED = "rejected"
    NOT_VERIFIED = "not_verified"
    ONLY_HEARD = "only_heard"
    NOT_CHANGED = "not_changed"
    OTHER_SPEAKER = "other_speaker"
    OTHER_DATE = "other_date"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    OTHER_CONFIDENCE = "other_confidence"
    NO_TEXT = "no_text"


def exclusion_reason(candidate: Candidate, filters: TrainingFilters) -> ExclusionReason | None:
    """Return the reason to exclude an utterance; None if it passes the filters.

    The confidence filter is separate; see `matches_confidence`.
    """
    is_verified = candidate.status is UtteranceStatus.VERIFIED
    reasons = {
        ExclusionReason.REJECTED: candidate.status is UtteranceStatus.REJECTED,
        ExclusionReason.NOT_VERIFIED: filters.verified_only and not is_verified,
        ExclusionReason.ONLY_HEARD: filters.without_heard and _is_only_heard(candidate),
        ExclusionReason.NOT_CHANGED: filters.changed_only and not candidate.is_edited,
        ExclusionReason.OTHER_SPEAKER: not _matches_speakers(candidate, filters),
        ExclusionReason.OTHER_DATE: not _matches_dates(candidate, filters),
        ExclusionReason.TOO_SHORT: candidate.duration_ms < filters.min_duration_ms,
        ExclusionReason.TOO_LONG: candidate.duration_ms > filters.max_duration_ms,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def matches_confidence(machine_text: MachineText | None, filters: TrainingFilters) -> bool:
    """Return whether the confidence of the machine's text is in the range of the filters."""
    if filters.min_confidence is None and filters.max_confidence is None:
        return True
    if machine_text is None or machine_text.confidence is None:
        return False
    low = 0.0 if filters.min_confidence is None else filters.min_confidence
    high = 1.0 if filters.max_confidence is None else filters.max_confidence
    return low <= machine_text.confidence <= high


def _is_only_heard(candidate: Candidate) -> bool:
    """Return whether an utterance was verified by listening to it, and not edited since."""
    is_verified = candidate.status is UtteranceStatus.VERIFIED
    return is_verified and candidate.last_edit.kind == VerifyHeard.kind


def _matches_speakers(candidate: Candidate, filters: TrainingFilters) -> bool:
    speaker = candidate.speaker
    return not filters.speakers or bool({speaker.name, speaker.label} & set(filters.speakers))


def _matches_dates(candidate: Candidate, filters: TrainingFilters) -> bool:
    day = candidate.last_edit.created_at.astimezone(timezone.utc).date()
    is_after = filters.edited_from is None or day >= filters.edited_from
    return is_after and (filters.edited_until is None or day <= filters.edited_until)
