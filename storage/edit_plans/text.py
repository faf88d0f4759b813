"""Edit requests that change the text of utterances."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.core.intervals import Interval
from pipeline.text.realignment import realign
from storage.db.errors import EditRefusedError
from storage.db.records import UtteranceStatus
from storage.db.row_changes import TranscriptRows, UtteranceRow
from storage.db.values import write_tokens
from storage.edit_plans.request import (
    MAX_TEXT_CHARACTERS,
    EditContext,
    Scope,
    edit_too_large,
    mark_corrected,
    with_utterances,
)

MAX_FOUND_CHARACTERS = 1_000  # a search without case takes the product of both lengths
MAX_REPLACED_CHARACTERS = 1_000_000  # of all new texts: twice as many as are spoken in 24 h


@dataclass(frozen=True, slots=True)
class CorrectText:
    """Request to change the text of an utterance, whose tokens are realigned.

    Attributes:
        utterance_id: the utterance.
        text: its new text.
        is_verified: whether to mark the utterance as verified too.
    """

    utterance_id: str
    text: str
    is_verified: bool = False
    kind: ClassVar[str] = "correct_text"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely the given utterance."""
        return Scope(utterance_ids=(self.utterance_id,))

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the utterance with its new text."""
        (row,) = context.utterances([self.utterance_id])
        text = clean_text(self.text)
        if text != " ".join(row.text.split()):
            row = with_text(row, text)
        if self.is_verified:
            row = replace(row, status=UtteranceStatus.VERIFIED.value, reviewed_by=context.author)
        return with_utterances(context.current, [row])


@dataclass(frozen=True, slots=True)
class ReplaceText:
    """Request to replace all occurrences of a string in the transcript.

    Attributes:
        find: literal string to find.
        replacement: its replacement; "" to delete it.
        utterance_ids: utterances to search; None for the whole transcript.
        is_case_sensitive: whether "a" differs from "A".
    """

    find: str
    replacement: str
    utterance_ids: tuple[str, ...] | None = None
    is_case_sensitive: bool = True
    kind: ClassVar[str] = "replace_text"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely utterances that may contain the string."""
        if self.utterance_ids is not None:
            return Scope(utterance_ids=self.utterance_ids)
        return Scope(containing=self.find) if self.is_case_sensitive else Scope(is_all=True)

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the utterances with all occurrences replaced.

        Raises:
            EditRefusedError: if the string to replace is empty or too long, a new text is invalid,
                or the new texts are too long together.
        """
        if not self.find:
            raise EditRefusedError("Enter the text to replace.", reason="nothing_to_replace")
        rows = context.current.utterances
        if self.utterance_ids is not None:
            rows = context.utterances(self.utterance_ids)
        if len(self.find) > MAX_FOUND_CHARACTERS:
            raise EditRefusedError(
                f"The text to replace may have at most {MAX_FOUND_CHARACTERS} characters; shorten "
                "it.",
                reason="find_too_long",
                limit=str(MAX_FOUND_CHARACTERS),
            )
        pattern = re.compile(re.escape(self.find), 0 if self.is_case_sensitive else re.IGNORECASE)
        self._check_growth(rows, pattern)
        return with_utterances(context.current, [self._replaced(row, pattern) for row in rows])

    def _check_growth(self, rows: Iterable[UtteranceRow], pattern: re.Pattern[str]) -> None:
        """Check the lengths of the new texts before any of them takes memory.

        Raises:
            EditRefusedError: if a text, or all of them together, would be too long.
        """
        growth, total = len(self.replacement) - len(self.find), 0
        for row in rows:
            num_found = len(pattern.findall(row.text))
            length = len(row.text) + num_found * growth
            if num_found and growth > 0:
                _check_length(length)
                total += length
        if total > MAX_REPLACED_CHARACTERS:
            raise edit_too_large()

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
        return with_text(row, clean_text(text))


def clean_text(text: str) -> str:
    """Return a non-empty text on one line, without control characters.

    Raises:
        EditRefusedError: if the result is empty or longer than MAX_TEXT_CHARACTERS.
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
    cleaned = "".join(" " if ord(each) < ord(" ") or each == "\x7f" else each for each in text)
    line = " ".join(cleaned.split())
    _check_length(len(line))
    return line


def _check_length(num_characters: int) -> None:
    """Raise EditRefusedError if a text of this length is too long for a sentence."""
    if num_characters > MAX_TEXT_CHARACTERS:
        raise EditRefusedError(
            f"The text has {num_characters} characters; the limit for a sentence is "
            f"{MAX_TEXT_CHARACTERS}. Split it.",
            reason="text_too_long",
            count=str(num_characters),
            limit=str(MAX_TEXT_CHARACTERS),
        )


def with_text(row: UtteranceRow, text: str) -> UtteranceRow:
    """Return an utterance with another text and realigned tokens, marked as corrected."""
    tokens = realign(row.tokens, text, row.interval)
    return mark_corrected(replace(row, text=text, tokens_json=write_tokens(tokens)))


def with_interval(row: UtteranceRow, interval: Interval) -> UtteranceRow:
    """Return an utterance with another time span, marked as corrected.

    The tokens are realigned if one of them lies outside the span.
    """
    tokens = row.tokens
    is_fitting = all(
        interval.start_ms <= token.start_ms and token.end_ms <= interval.end_ms for token in tokens
    )
    if not is_fitting:
        tokens = realign(tokens, row.text, interval)
    return mark_corrected(
        replace(
            row,
            start_ms=interval.start_ms,
            end_ms=interval.end_ms,
            tokens_json=write_tokens(tokens),
        )
    )
