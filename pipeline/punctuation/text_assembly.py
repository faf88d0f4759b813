"""Words and their marks, written as text by the reference system's rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.marks import Mark

_NARROW = {Mark.COMMA: ",", Mark.FULL_STOP: ".", Mark.QUESTION: "?"}  # no narrow 、 (spec 5.4)
_STOPS = ("。", "？")
_NARROW_STOPS = (".", "?")
_COMMAS = {"，": "。", "、": "。", ",": "."}

Block = tuple[Sequence[str], Sequence[Mark]]
"""Words that were settled together, and the mark after each."""


def assemble_text(blocks: Iterable[Block]) -> str:
    """The text of all blocks (spec 5.4), without the space before a text that begins in English.

    English words get spaces between them and ASCII marks after them; one that begins a sentence
    gets a capital and loses all others. The text ends with a full stop or a question mark.
    """
    text = "".join(part for words, marks in blocks for part in _written(words, marks))
    return _with_end(text).lstrip(" ")


def _written(words: Sequence[str], marks: Sequence[Mark]) -> Iterator[str]:
    is_after_ascii = starts_sentence = True
    for word, mark in zip(words, marks, strict=True):
        is_ascii = word[:1].isascii()
        if is_ascii and is_after_ascii:
            yield " "
        yield word.capitalize() if is_ascii and starts_sentence else word
        yield _NARROW.get(mark, mark.value) if is_ascii else mark.value
        is_after_ascii, starts_sentence = is_ascii, mark.ends_sentence


def _with_end(text: str) -> str:
    last = text[-1:]
    if last in _COMMAS:
        return text[:-1] + _COMMAS[last]
    if not last or last in (_NARROW_STOPS if last.isascii() else _STOPS):
        return text
    return text + ("." if last.isascii() else "。")
