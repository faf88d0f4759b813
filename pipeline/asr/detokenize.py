"""Words from the tokens of a Paraformer, each with its time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.asr.timed_text import TimedText, join
from pipeline.asr.vocabulary import CONTINUES, UNKNOWN
from pipeline.writing import is_chinese, is_of_spaced_word

SILENT_TOKENS = frozenset(("<blank>", "<s>", "</s>", UNKNOWN, "<OOV>"))

_TIGHT = frozenset(".@-_/'")  # written without spaces around them: "www.a-b.cn"


def words_from(tokens: Sequence[TimedText]) -> tuple[TimedText, ...]:
    """One word per Chinese character, digit, sign, English word or abbreviation.

    Pieces that end in `@@` are joined with what follows, as far as that belongs to a word; a
    piece that nothing continues is a word of its own. Tokens that say nothing leave with their
    time. What letters are said one by one become capitals: `a` `i` is "AI".
    """
    return tuple(join_spelled(word for word in _join_pieces(tokens) if word.text))


def space_before(word: str, *, previous: str) -> str:
    """What stands between two neighbouring words: a space between words of spaced scripts."""
    left, right = previous[-1:], word[:1]
    if not left or is_chinese(left) or is_chinese(right) or left in _TIGHT or right in _TIGHT:
        return ""
    return "" if left.isdigit() and right.isdigit() else " "


def join_spelled(words: Iterator[TimedText]) -> Iterator[TimedText]:
    """Two or more single letters in a row as one word in capitals."""
    for is_letter, run in groupby(words, key=lambda word: _is_letter(word.text)):
        letters = list(run)
        if is_letter and len(letters) > 1:
            yield join(letters, "".join(letter.text for letter in letters).upper())
        else:
            yield from letters


def _join_pieces(tokens: Sequence[TimedText]) -> Iterator[TimedText]:
    begun: list[TimedText] = []
    for token in tokens:
        if token.text in SILENT_TOKENS:
            continue
        text = token.text.removesuffix(CONTINUES)
        is_piece = text != token.text
        if begun and not (text and all(is_of_spaced_word(each) or each in "'-" for each in text)):
            yield _word_of(begun)
            begun = []
        begun.append(replace(token, text=text))
        if not is_piece:
            yield _word_of(begun)
            begun = []
    if begun:
        yield _word_of(begun)


def _word_of(pieces: Sequence[TimedText]) -> TimedText:
    return join(pieces, "".join(piece.text for piece in pieces))


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isascii() and text.isalpha()
