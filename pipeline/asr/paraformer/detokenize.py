"""Conversion of Paraformer's tokens to words, both with times in the speech segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline.asr.paraformer.vocabulary import CONTINUES, UNKNOWN
from pipeline.core.transcript import RecognizedSegment
from pipeline.text.scripts import is_chinese, is_of_spaced_word

SILENT_TOKENS = frozenset(("<blank>", "<s>", "</s>", UNKNOWN, "<OOV>"))
_TIGHT = frozenset(".@-_/'")  # characters without spaces around them: "www.a-b.cn"


@dataclass(frozen=True, slots=True)
class TimedText:
    """A token of the vocabulary, or a word joined from several.

    Attributes:
        text: displayed text, without surrounding spaces.
        start_ms: may be before the segment by the rules of the reference system.
        end_ms: end of the last token.
        confidence: probability in [0, 1], mean over the tokens.
        alternatives: other texts that the network considered in place of a single token.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: float
    alternatives: tuple[str, ...] = ()


def join(parts: Sequence[TimedText], text: str) -> TimedText:
    """Join neighbouring parts, at least one, into one word with the given text."""
    return TimedText(
        text,
        parts[0].start_ms,
        parts[-1].end_ms,
        confidence=sum(part.confidence for part in parts) / len(parts),
        alternatives=parts[0].alternatives if len(parts) == 1 else (),
    )


def words_from(tokens: Sequence[TimedText]) -> tuple[TimedText, ...]:
    """Join tokens into words: one per Chinese character, digit, sign, English word or abbreviation.

    Pieces that end in `@@` are joined with the following tokens of the same word; a piece without
    a continuation becomes a word. Silent tokens are dropped with their times. Letters that are
    spelled one by one become capitals: `a` `i` gives "AI".
    """
    return tuple(join_spelled(word for word in _join_pieces(tokens) if word.text))


def space_before(word: str, *, previous: str) -> str:
    """Return the separator before a word: a space between words of scripts with spaces, or ""."""
    left, right = previous[-1:], word[:1]
    if not left or is_chinese(left) or is_chinese(right) or left in _TIGHT or right in _TIGHT:
        return ""
    return "" if left.isdigit() and right.isdigit() else " "


def join_spelled(words: Iterator[TimedText]) -> Iterator[TimedText]:
    """Join two or more single letters in a row into one word in capitals."""
    for is_letter, run in groupby(words, key=lambda word: _is_letter(word.text)):
        letters = list(run)
        if is_letter and len(letters) > 1:
            yield join(letters, "".join(letter.text for letter in letters).upper())
        else:
            yield from letters


def _join_pieces(tokens: Sequence[TimedText]) -> Iterator[TimedText]:
    pending: list[TimedText] = []
    for token in tokens:
        if token.text in SILENT_TOKENS:
            continue
        text = token.text.removesuffix(CONTINUES)
        is_piece = text != token.text
        if pending and not (text and all(is_of_spaced_word(each) or each in "'-" for each in text)):
            yield _word_of(pending)
            pending = []
        pending.append(replace(token, text=text))
        if not is_piece:
            yield _word_of(pending)
            pending = []
    if pending:
        yield _word_of(pending)


def _word_of(pieces: Sequence[TimedText]) -> TimedText:
    return join(pieces, "".join(piece.text for piece in pieces))


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isascii() and text.isalpha()


def join_segments(recognized: Iterable[RecognizedSegment]) -> Iterator[RecognizedSegment]:
    """Yield the segments with a space before the first word where the preceding word requires one.

    Recognisers without punctuation handle segments separately, but a sentence may span two of
    them.

    Args:
        recognized: sorted by time, tokens without punctuation.
    """
    previous = ""
    for each in recognized:
        if not each.tokens:
            yield each
            continue
        first, *others = each.tokens
        word = first.text.lstrip()
        text = space_before(word, previous=previous) + word
        yield replace(each, tokens=(replace(first, text=text), *others))
        previous = each.tokens[-1].text
