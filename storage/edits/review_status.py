"""Edits of what people think of an utterance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from storage.db.errors import EditRefusedError
from storage.db.records import UtteranceStatus
from storage.db.row_changes import TranscriptRows, UtteranceRow
from storage.edits.request import (
    MAX_COMMENT_CHARACTERS,
    EditContext,
    Scope,
    with_utterances,
)


@dataclass(frozen=True, slots=True)
class _Choice:
    """Some utterances."""

    utterance_ids: tuple[str, ...]

    @property
    def scope(self) -> Scope:
        """The utterances."""
        return Scope(utterance_ids=self.utterance_ids)


@dataclass(frozen=True, slots=True)
class Verify(_Choice):
    """Somebody vouches for utterances: their words, their times, their speaker."""

    kind: ClassVar[str] = "verify"

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The utterances, verified; those that are so already stay their reviewer's."""
        return _judged(situation, self.utterance_ids, UtteranceStatus.VERIFIED)


@dataclass(frozen=True, slots=True)
class Reject(_Choice):
    """Somebody finds utterances of no use: they stay, but are not exported as verified."""

    kind: ClassVar[str] = "reject"

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The utterances, rejected."""
        return _judged(situation, self.utterance_ids, UtteranceStatus.REJECTED)


@dataclass(frozen=True, slots=True)
class Reopen(_Choice):
    """Utterances neither verified nor rejected any more."""

    kind: ClassVar[str] = "reopen"

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The utterances as they were before anybody judged them."""
        rows = situation.utterances(self.utterance_ids)
        return with_utterances(situation.current, [_reopened(row) for row in rows])


@dataclass(frozen=True, slots=True)
class Flag(_Choice):
    """A mark on utterances that somebody should look at.

    Attributes:
        comment: what about; "" for nothing.
    """

    comment: str = ""
    kind: ClassVar[str] = "flag"

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The utterances with the mark."""
        comment = self.comment.strip()
        if len(comment) > MAX_COMMENT_CHARACTERS:
            raise EditRefusedError(
                f"The comment has {len(comment)} characters; the limit is "
                f"{MAX_COMMENT_CHARACTERS}. Shorten it.",
                reason="comment_too_long",
                count=str(len(comment)),
                limit=str(MAX_COMMENT_CHARACTERS),
            )
        rows = situation.utterances(self.utterance_ids)
        return with_utterances(
            situation.current, [replace(row, is_flagged=1, comment=comment) for row in rows]
        )


@dataclass(frozen=True, slots=True)
class Unflag(_Choice):
    """The mark taken off, its comment with it."""

    kind: ClassVar[str] = "unflag"

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The utterances without the mark."""
        rows = situation.utterances(self.utterance_ids)
        return with_utterances(
            situation.current, [replace(row, is_flagged=0, comment="") for row in rows]
        )


def _judged(
    situation: EditContext, utterance_ids: tuple[str, ...], status: UtteranceStatus
) -> TranscriptRows:
    rows = situation.utterances(utterance_ids)
    return with_utterances(
        situation.current,
        [
            replace(row, status=status.value, reviewed_by=situation.author)
            for row in rows
            if row.status != status.value
        ],
    )


def _reopened(row: UtteranceRow) -> UtteranceRow:
    status = UtteranceStatus.CORRECTED if row.is_edited else UtteranceStatus.MACHINE
    return replace(row, status=status.value, reviewed_by=None)
