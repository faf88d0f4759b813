"""Tokens that carry the marks a punctuator has found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from pipeline.marks import Mark
from pipeline.transcript import RecognizedSegment, Sentence, Token
from pipeline.writing import is_of_spaced_word

_NARROW = str.maketrans({"，": ",", "。": ".", "？": "?", "、": ","})
_NARROW_MARKS = (",", ".", "?")


def words_of(segments: Sequence[RecognizedSegment]) -> tuple[str, ...]:
    """What a punctuator reads: the tokens of all segments in a row, without spaces."""
    return tuple(token.text.strip() for segment in segments for token in segment.tokens)


def with_marks(
    segments: Sequence[RecognizedSegment],
    marks: Sequence[Mark],
    *,
    before: Mark = Mark.FULL_STOP,
) -> tuple[RecognizedSegment, ...]:
    """The segments with each mark on its token, and sentences that begin with a capital.

    Times stay, and so does the spelling of words that have a capital already.

    Args:
        segments: in order of time.
        marks: one per token.
        before: the mark before the first token.
    """
    tokens = [token for segment in segments for token in segment.tokens]
    marks_before = chain([before], marks)
    written = iter(
        [
            _written(token, mark, after=previous)
            for (token, mark), previous in zip(
                zip(tokens, marks, strict=True), marks_before, strict=False
            )
        ]
    )
    return tuple(
        replace(segment, tokens=tuple(islice(written, len(segment.tokens)))) for segment in segments
    )


def with_western_marks(sentence: Sentence) -> Sentence:
    """A sentence of spaced words alone with the marks of its script; any other as it is."""
    spoken = [each for each in sentence.text if each not in "，。？、 "]
    letters = [each for each in spoken if each.isalpha()]
    if not letters or not all(is_of_spaced_word(each) or each.isascii() for each in spoken):
        return sentence
    tokens = tuple(_spaced(sentence.tokens))
    return replace(sentence, tokens=tokens, text="".join(each.text for each in tokens).strip())


def _written(token: Token, mark: Mark, *, after: Mark) -> Token:
    text = token.text
    if after.ends_sentence and text.isascii() and text.islower():
        space = text[: len(text) - len(text.lstrip())]
        text = space + text.strip().capitalize()
    if after and not after.ends_sentence:
        text = text.lstrip()  # a wide comma brings its own space
    return replace(token, text=text + mark.value)


def _spaced(tokens: Sequence[Token]) -> Iterator[Token]:
    """Tokens with narrow marks, which unlike the wide ones bring no space of their own."""
    before = ""
    for token in tokens:
        text = token.text.translate(_NARROW)
        if before.endswith(_NARROW_MARKS) and not text.startswith(" "):
            text = " " + text
        yield replace(token, text=text)
        before = text
