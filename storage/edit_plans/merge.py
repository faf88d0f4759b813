"""Merging of several utterances into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.core.transcript import Token
from pipeline.text.scripts import has_blank_between_sentences
from storage.db.errors import EditRefusedError
from storage.db.row_changes import UtteranceRow
from storage.db.values import write_tokens
from storage.edit_plans.request import MAX_TEXT_CHARACTERS, mark_corrected

_MIN_UTTERANCES = 2


def merged_utterance(rows: Sequence[UtteranceRow]) -> UtteranceRow:
    """Return one utterance with all texts and tokens, from the first start to the last end.

    Args:
        rows: sorted by time.

    Raises:
        EditRefusedError: if there are fewer than two rows, several speakers, or too much text.
    """
    if len(rows) < _MIN_UTTERANCES:
        raise EditRefusedError("Select at least two sentences to merge.", reason="join_two")
    if len({row.speaker_id for row in rows}) > 1:
        raise EditRefusedError(
            "The sentences have different speakers. Assign them to one speaker, then merge them.",
            reason="different_speakers",
        )
    _check_length(sum(len(row.text) for row in rows))
    text, tokens = rows[0].text, list(rows[0].tokens)
    for row in rows[1:]:
        space = " " if has_blank_between_sentences(text, row.text) else ""
        text += space + row.text
        tokens += _with_space(row.tokens, space)
    comments = dict.fromkeys(row.comment for row in rows if row.comment)
    return mark_corrected(
        replace(
            rows[0],
            end_ms=max(row.end_ms for row in rows),
            text=text,
            tokens_json=write_tokens(sorted(tokens, key=lambda token: token.start_ms)),
            is_flagged=max(row.is_flagged for row in rows),
            comment=" ".join(comments),
        )
    )


def _check_length(num_characters: int) -> None:
    """Raise EditRefusedError if sentences with so much text cannot be merged into one."""
    if num_characters > MAX_TEXT_CHARACTERS:
        raise EditRefusedError(
            f"Together the sentences have {num_characters} characters; the limit for one is "
            f"{MAX_TEXT_CHARACTERS}. Merge fewer.",
            reason="merged_too_long",
            count=str(num_characters),
            limit=str(MAX_TEXT_CHARACTERS),
        )


def _with_space(tokens: Sequence[Token], space: str) -> list[Token]:
    if not tokens:
        return []
    first = tokens[0]
    return [replace(first, text=space + first.text.lstrip()), *tokens[1:]]
