"""Insertion of predicted punctuation into recognised tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from pipeline.core.transcript import Mark, RecognizedSegment, Sentence, Token
from pipeline.text.scripts import is_of_spaced_word

_NARROW = str.maketrans({"，": ",", "。": ".", "？": "?", "、": ","})
_NARROW_MARKS = (",", ".", "?")


def words_of(segments: Sequence[RecognizedSegment]) -> tuple[str, ...]:
    """Return the texts of all tokens in order, without spaces, as input of a punctuator."""
    return tuple(token.text.strip() for segment in segments for token in segment.tokens)


def with_marks(
    segments: Sequence[RecognizedSegment],
    marks: Sequence[Mark],
    *,
    before: Mark = Mark.FULL_STOP,
) -> tuple[RecognizedSegment, ...]:
    """Add marks after the tokens of the segments, and capitals where sentences start.

    Times are unchanged, as is the spelling of words that already have a capital.

    Args:
        segments: sorted by time.
        marks: one per token.
        before: the mark before the first token.
    """
    tokens = [token for segment in segments for token in segment.tokens]
    marks_before = chain([before], marks)
    marked = iter(
        [
            _with_mark(token, mark, after=previous)
            for (token, mark), previous in zip(
                zip(tokens, marks, strict=True), marks_before, strict=False
            )
        ]
    )
    return tuple(
        replace(segment, tokens=tuple(islice(marked, len(segment.tokens)))) for segment in segments
    )


def with_western_marks(sentence: Sentence) -> Sentence:
    """Convert a sentence in Latin script to ASCII punctuation; return others unchanged."""
    spoken = [each for each in sentence.text if each not in "，。？、 "]
    letters = [each for each in spoken if each.isalpha()]
    if not letters or not all(is_of_spaced_word(each) or each.isascii() for each in spoken):
        return sentence
    tokens = tuple(_spaced(sentence.tokens))
    return replace(sentence, tokens=tokens, text="".join(each.text for each in tokens).strip())


def _with_mark(token: Token, mark: Mark, *, after: Mark) -> Token:
    text = token.text
    if after.ends_sentence and text.isascii() and text.islower():
        space = text[: len(text) - len(text.lstrip())]
        text = space + text.strip().capitalize()
    if after and not after.ends_sentence:
        text = text.lstrip()  # a full-width comma includes its own space
    return replace(token, text=text + mark.value)


def _spaced(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens with a space after each one that ends with ASCII punctuation."""
    before = ""
    for token in tokens:
        text = token.text.translate(_NARROW)
        if before.endswith(_NARROW_MARKS) and not text.startswith(" "):
            text = " " + text
        yield replace(token, text=text)
        before = text
