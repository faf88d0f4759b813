"""Assembly of words and marks into text by the rules of the reference system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.core.transcript import Mark

_NARROW = {Mark.COMMA: ",", Mark.FULL_STOP: ".", Mark.QUESTION: "?"}  # ASCII has no 、 (spec 5.4)
_STOPS = ("。", "？")
_NARROW_STOPS = (".", "?")
_COMMAS = {"，": "。", "、": "。", ",": "."}

Block = tuple[Sequence[str], Sequence[Mark]]
"""Words that became final together, with the mark after each."""


def assemble_text(blocks: Iterable[Block]) -> str:
    """Join words and their marks to text as the reference system does (spec 5.4).

    English words get spaces between them and ASCII marks after them; at a sentence start they are
    capitalised and otherwise lower case. The text ends with a full stop or a question mark.
    """
    text = "".join(part for words, marks in blocks for part in _parts(words, marks))
    return _with_end(text).lstrip(" ")


def _parts(words: Sequence[str], marks: Sequence[Mark]) -> Iterator[str]:
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
