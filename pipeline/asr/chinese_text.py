"""Chinese as it is written in the mainland: simplified characters, full-width marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

import opencc

from pipeline.writing import CHINESE

# "tw2s" rather than "t2s": the recogniser has learnt Taiwan's spelling, in which the particle of
# 唱着 is written 著; "t2s" leaves that one as it is, "tw2s" tells it from the 著 of 著作.
CONVERSION = "tw2s"

_WIDE_MARKS = {",": "，", "?": "？", "!": "！", ":": "：", ";": "；"}
_NARROW_MARK = re.compile(rf"(?<={CHINESE})[,?!:;]|[,?!:;](?={CHINESE})")
_FULL_STOP = re.compile(rf"(?<={CHINESE})\.(?![.\w])")


class SimplifiedChinese:
    """Rewrites what a recogniser heard; every piece keeps its place, so times stay right."""

    def __init__(self) -> None:
        """Load the conversion tables."""
        self._converter = opencc.OpenCC(CONVERSION)

    def rewrite(self, pieces: Sequence[str]) -> tuple[str, ...]:
        """The same pieces in simplified characters with full-width marks.

        The pieces are read as one text, since the right character often hangs on the next.
        """
        text = "".join(pieces)
        simplified = self._converter.convert(text)
        if len(simplified) != len(text):  # some phrase grew: character by character never does
            simplified = "".join(self._converter.convert(character) for character in text)
        borders = accumulate((len(piece) for piece in pieces), initial=0)
        widened = widen_marks(simplified)
        return tuple(widened[start:end] for start, end in pairwise(borders))


def widen_marks(text: str) -> str:
    """Give marks beside Chinese characters their full-width form, one character for one."""
    widened = _NARROW_MARK.sub(lambda match: _WIDE_MARKS[match[0]], text)
    return _FULL_STOP.sub("。", widened)
