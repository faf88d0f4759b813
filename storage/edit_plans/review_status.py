"""Edit requests that change the review status or the flag of utterances."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from storage.db.errors import EditRefusedError
from storage.db.records import UtteranceStatus
from storage.db.row_changes import TranscriptRows, UtteranceRow
from storage.edit_plans.request import (
    MAX_COMMENT_CHARACTERS,
    EditContext,
    Scope,
    with_utterances,
)


@dataclass(frozen=True, slots=True)
class _UtteranceRequest:
    """Base class of the requests that change the review status or the flag of utterances."""

    utterance_ids: tuple[str, ...]

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely the given utterances."""
        return Scope(utterance_ids=self.utterance_ids)


@dataclass(frozen=True, slots=True)
class Verify(_UtteranceRequest):
    """Request to mark utterances as verified, that is, correct in text, times and speaker."""

    kind: ClassVar[str] = "verify"

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the verified utterances; those verified before keep their reviewer."""
        return _set_status(context, self.utterance_ids, UtteranceStatus.VERIFIED)


@dataclass(frozen=True, slots=True)
class VerifyHeard(_UtteranceRequest):
    """Request to mark utterances as verified after their playback to the end without a change."""

    kind: ClassVar[str] = "verify_heard"

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the verified utterances; those verified before keep their reviewer."""
        return _set_status(context, self.utterance_ids, UtteranceStatus.VERIFIED)


@dataclass(frozen=True, slots=True)
class Reject(_UtteranceRequest):
    """Request to mark utterances as rejected; they stay, but are never exported as verified."""

    kind: ClassVar[str] = "reject"

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the rejected utterances."""
        return _set_status(context, self.utterance_ids, UtteranceStatus.REJECTED)


@dataclass(frozen=True, slots=True)
class Reopen(_UtteranceRequest):
    """Request to clear the verified or rejected status of utterances."""

    kind: ClassVar[str] = "reopen"

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the utterances with the status "corrected" if edited, else "machine"."""
        rows = context.utterances(self.utterance_ids)
        return with_utterances(context.current, [_reopened(row) for row in rows])


@dataclass(frozen=True, slots=True)
class Flag(_UtteranceRequest):
    """Request to flag utterances for a further review.

    Attributes:
        comment: reason of the flag; "" for none.
    """

    comment: str = ""
    kind: ClassVar[str] = "flag"

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the flagged utterances.

        Raises:
            EditRefusedError: if the comment is too long.
        """
        comment = self.comment.strip()
        if len(comment) > MAX_COMMENT_CHARACTERS:
            raise EditRefusedError(
                f"The comment has {len(comment)} characters; the limit is "
                f"{MAX_COMMENT_CHARACTERS}. Shorten it.",
                reason="comment_too_long",
                count=str(len(comment)),
                limit=str(MAX_COMMENT_CHARACTERS),
            )
        rows = context.utterances(self.utterance_ids)
        return with_utterances(
            context.current, [replace(row, is_flagged=1, comment=comment) for row in rows]
        )


@dataclass(frozen=True, slots=True)
class Unflag(_UtteranceRequest):
    """Request to remove the flag and its comment from utterances."""

    kind: ClassVar[str] = "unflag"

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the utterances without a flag."""
        rows = context.utterances(self.utterance_ids)
        return with_utterances(
            context.current, [replace(row, is_flagged=0, comment="") for row in rows]
        )


def _set_status(
    context: EditContext, utterance_ids: tuple[str, ...], status: UtteranceStatus
) -> TranscriptRows:
    rows = context.utterances(utterance_ids)
    return with_utterances(
        context.current,
        [
            replace(row, status=status.value, reviewed_by=context.author)
            for row in rows
            if row.status != status.value
        ],
    )


def _reopened(row: UtteranceRow) -> UtteranceRow:
    status = UtteranceStatus.CORRECTED if row.is_edited else UtteranceStatus.MACHINE
    return replace(row, status=status.value, reviewed_by=None)
