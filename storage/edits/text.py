"""Edits of what was said."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.core.intervals import Interval
from pipeline.text.realignment import realign
from storage.db.errors import EditRefusedError
from storage.db.records import UtteranceStatus
from storage.db.row_changes import TranscriptRows, UtteranceRow
from storage.db.values import write_tokens
from storage.edits.request import (
    MAX_TEXT_CHARACTERS,
    EditContext,
    Scope,
    corrected,
    with_utterances,
)


@dataclass(frozen=True, slots=True)
class CorrectText:
    """Another text for an utterance; its characters and words get times of their own.

    Attributes:
        utterance_id: of which.
        text: what was said.
        is_verified: whether its editor vouches for the utterance now.
    """

    utterance_id: str
    text: str
    is_verified: bool = False
    kind: ClassVar[str] = "correct_text"

    @property
    def scope(self) -> Scope:
        """The utterance."""
        return Scope(utterance_ids=(self.utterance_id,))

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The utterance with the text."""
        (row,) = situation.utterances([self.utterance_id])
        text = clean_text(self.text)
        if text != " ".join(row.text.split()):
            row = reworded(row, text)
        if self.is_verified:
            row = replace(row, status=UtteranceStatus.VERIFIED.value, reviewed_by=situation.author)
        return with_utterances(situation.current, [row])


@dataclass(frozen=True, slots=True)
class ReplaceText:
    """The same words replaced wherever they stand.

    Attributes:
        find: these words, as they are written.
        replacement: in their place; "" to take them out.
        utterance_ids: only there; None for the whole transcript.
        is_case_sensitive: whether "a" is another letter than "A".
    """

    find: str
    replacement: str
    utterance_ids: tuple[str, ...] | None = None
    is_case_sensitive: bool = True
    kind: ClassVar[str] = "replace_text"

    @property
    def scope(self) -> Scope:
        """The utterances that may hold the words."""
        if self.utterance_ids is not None:
            return Scope(utterance_ids=self.utterance_ids)
        return Scope(containing=self.find) if self.is_case_sensitive else Scope(is_all=True)

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The utterances that hold the words, with the others in their place."""
        if not self.find:
            raise EditRefusedError("Enter the text to replace.", reason="nothing_to_replace")
        rows = situation.current.utterances
        if self.utterance_ids is not None:
            rows = situation.utterances(self.utterance_ids)
        pattern = re.compile(re.escape(self.find), 0 if self.is_case_sensitive else re.IGNORECASE)
        return with_utterances(situation.current, [self._replaced(row, pattern) for row in rows])

    def _replaced(self, row: UtteranceRow, pattern: re.Pattern[str]) -> UtteranceRow:
        text = pattern.sub(lambda _: self.replacement, row.text)
        if text == row.text:
            return row
        if not text.strip():
            raise EditRefusedError(
                f"The replacement would leave the sentence “{row.text[:40]}” empty. Delete it "
                "first, or replace less.",
                reason="nothing_left",
                text=row.text[:40],
            )
        return reworded(row, clean_text(text))


def clean_text(text: str) -> str:
    """Return a text on one line, without control characters.

    Raises:
        EditRefusedError: if nothing is left, or too much.
    """
    line = text_on_one_line(text)
    if not line:
        raise EditRefusedError(
            "A sentence needs words. If nothing is said there, delete or reject it.",
            reason="no_words",
        )
    return line


def text_on_one_line(text: str) -> str:
    """Return a text on one line, without control characters; it may be empty.

    Raises:
        EditRefusedError: if it is longer than MAX_TEXT_CHARACTERS.
    """
    fit = "".join(" " if ord(each) < ord(" ") or each == "\x7f" else each for each in text)
    line = " ".join(fit.split())
    if len(line) > MAX_TEXT_CHARACTERS:
        raise EditRefusedError(
            f"The text has {len(line)} characters; the limit for a sentence is "
            f"{MAX_TEXT_CHARACTERS}. Split it.",
            reason="text_too_long",
            count=str(len(line)),
            limit=str(MAX_TEXT_CHARACTERS),
        )
    return line


def reworded(row: UtteranceRow, text: str) -> UtteranceRow:
    """The utterance with another text and the times that belong to it."""
    tokens = realign(row.tokens, text, row.interval)
    return corrected(replace(row, text=text, tokens_json=write_tokens(tokens)))


def retimed(row: UtteranceRow, interval: Interval) -> UtteranceRow:
    """The utterance at another time, its tokens inside it."""
    tokens = row.tokens
    is_fitting = all(
        interval.start_ms <= token.start_ms and token.end_ms <= interval.end_ms for token in tokens
    )
    if not is_fitting:
        tokens = realign(tokens, row.text, interval)
    return corrected(
        replace(
            row,
            start_ms=interval.start_ms,
            end_ms=interval.end_ms,
            tokens_json=write_tokens(tokens),
        )
    )
