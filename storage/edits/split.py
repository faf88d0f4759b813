"""One utterance divided in two."""

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
from storage.edits.request import corrected


def divided(
    row: UtteranceRow, at_character: int, second_id: str
) -> tuple[UtteranceRow, UtteranceRow]:
    """The two utterances that come of one, cut before a character of its text.

    Each ends, or begins, with its last, or first, token; a word that is cut shares its time by
    the number of letters.

    Raises:
        EditRefusedError: if one of the two would have no words or no time.
    """
    texts = row.text[: max(0, at_character)].strip(), row.text[max(0, at_character) :].strip()
    if any(is_mark(text) for text in texts):
        raise EditRefusedError(
            "Both parts of a split sentence need words. Place the cursor between two words.",
            reason="both_parts_need_words",
        )
    left, right = _divided_tokens(_tokens_of_text(row), at_character)
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
    return corrected(first), corrected(second)


def nearest_border(row: UtteranceRow, time_ms: int) -> int:
    """How many characters of an utterance's text come before the border nearest to a time.

    Raises:
        EditRefusedError: if the utterance has one word only, or none.
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
    """The tokens, made anew where their texts in a row are not the utterance's text."""
    tokens = row.tokens
    if "".join(token.text for token in tokens).strip() == row.text:
        return tokens
    return realign(tokens, row.text, row.interval)


def _divided_tokens(
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
            pieces = _cut(token, inside)
            left.append(pieces[0])
            right.append(pieces[1])
    return tuple(left), tuple(right)


def _ends(tokens: Sequence[Token]) -> list[int]:
    """How many characters of the text have passed after each token."""
    joined = "".join(token.text for token in tokens)
    num_outer = len(joined) - len(joined.lstrip())
    return [total - num_outer for total in accumulate(len(token.text) for token in tokens)]


def _cut(token: Token, inside: int) -> tuple[Token, Token]:
    if token.duration_ms <= 1:
        raise EditRefusedError("The word there is too short to be split.", reason="word_too_short")
    share_ms = token.duration_ms * inside // len(token.text)
    border_ms = token.start_ms + min(max(1, share_ms), token.duration_ms - 1)
    return (
        replace(token, text=token.text[:inside], end_ms=border_ms),
        replace(token, text=token.text[inside:], start_ms=border_ms),
    )
