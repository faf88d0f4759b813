"""Splitting of an utterance in two, at a character or near a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from pipeline.core.transcript import Token
from pipeline.text.realignment import realign
from pipeline.text.scripts import is_mark
from storage.db.errors import EditRefusedError
from storage.db.row_changes import UtteranceRow
from storage.db.values import write_tokens
from storage.edit_plans.request import mark_corrected


def split_row(
    row: UtteranceRow, at_character: int, second_id: str
) -> tuple[UtteranceRow, UtteranceRow]:
    """Split an utterance before a character of its text.

    The first part ends with its last token, the second begins with its first token. A token that
    is cut is divided in proportion to the number of characters.

    Raises:
        EditRefusedError: if one part would have no words or no duration.
    """
    texts = row.text[: max(0, at_character)].strip(), row.text[max(0, at_character) :].strip()
    if any(is_mark(text) for text in texts):
        raise EditRefusedError(
            "Both parts of a split sentence need words. Place the cursor between two words.",
            reason="both_parts_need_words",
        )
    left, right = _split_tokens(_tokens_of_text(row), at_character)
    first = replace(
        row,
        text=texts[0],
        tokens_json=write_tokens(left),
        end_ms=max(token.end_ms for token in left),
    )
    second = replace(
        row,
        id=second_id,
        text=texts[1],
        tokens_json=write_tokens(right),
        start_ms=right[0].start_ms,
    )
    return mark_corrected(first), mark_corrected(second)


def nearest_border(row: UtteranceRow, time_ms: int) -> int:
    """Return the number of characters before the token boundary nearest to a time.

    Raises:
        EditRefusedError: if the utterance has fewer than two tokens.
    """
    tokens = _tokens_of_text(row)
    borders_ms = [(left.end_ms + right.start_ms) // 2 for left, right in pairwise(tokens)]
    if not borders_ms:
        raise EditRefusedError(
            "The sentence has only one word and cannot be split.", reason="one_word_only"
        )
    distances = [abs(border_ms - time_ms) for border_ms in borders_ms]
    return _ends(tokens)[distances.index(min(distances))]


def _tokens_of_text(row: UtteranceRow) -> tuple[Token, ...]:
    """Return the tokens; realign them if their joined texts differ from the utterance's text."""
    tokens = row.tokens
    if "".join(token.text for token in tokens).strip() == row.text:
        return tokens
    return realign(tokens, row.text, row.interval)


def _split_tokens(
    tokens: Sequence[Token], at_character: int
) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    left: list[Token] = []
    right: list[Token] = []
    for token, end in zip(tokens, _ends(tokens), strict=True):
        inside = at_character - (end - len(token.text))
        if end <= at_character:
            left.append(token)
        elif inside <= 0 or is_mark(token.text[:inside]):
            right.append(token)
        elif is_mark(token.text[inside:]):
            left.append(token)
        else:
            pieces = _split_token(token, inside)
            left.append(pieces[0])
            right.append(pieces[1])
    return tuple(left), tuple(right)


def _ends(tokens: Sequence[Token]) -> list[int]:
    """Return the number of characters of the text up to the end of each token."""
    joined = "".join(token.text for token in tokens)
    num_outer = len(joined) - len(joined.lstrip())
    return [total - num_outer for total in accumulate(len(token.text) for token in tokens)]


def _split_token(token: Token, inside: int) -> tuple[Token, Token]:
    if token.duration_ms <= 1:
        raise EditRefusedError("The word there is too short to be split.", reason="word_too_short")
    share_ms = token.duration_ms * inside // len(token.text)
    border_ms = token.start_ms + min(max(1, share_ms), token.duration_ms - 1)
    return (
        replace(token, text=token.text[:inside], end_ms=border_ms),
        replace(token, text=token.text[inside:], start_ms=border_ms),
    )
