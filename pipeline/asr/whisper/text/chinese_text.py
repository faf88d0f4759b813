"""Conversion to simplified Chinese characters and full-width punctuation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

import opencc

from pipeline.text.scripts import CHINESE

# "tw2s" rather than "t2s": the recogniser was trained on Taiwanese spelling, which writes the
# particle of 唱着 as 著. "t2s" leaves it; "tw2s" separates it from the 著 of 著作.
CONVERSION = "tw2s"

_WIDE_MARKS = {",": "，", "?": "？", "!": "！", ":": "：", ";": "；"}
_NARROW_MARK = re.compile(rf"(?<={CHINESE})[,?!:;]|[,?!:;](?={CHINESE})")
_FULL_STOP = re.compile(rf"(?<={CHINESE})\.(?![.\w])")


class SimplifiedChinese:
    """A converter of recognised text to simplified Chinese, piece by piece in the same order."""

    def __init__(self) -> None:
        """Load the tables for the conversion of traditional to simplified characters."""
        self._converter = opencc.OpenCC(CONVERSION)

    def rewrite(self, pieces: Sequence[str]) -> tuple[str, ...]:
        """Convert the pieces to simplified characters with full-width punctuation.

        The pieces are converted as one text, since a character often depends on the next.
        """
        text = "".join(pieces)
        simplified = self._converter.convert(text)
        if len(simplified) != len(text):  # a phrase got longer; single characters never do
            simplified = "".join(self._converter.convert(character) for character in text)
        borders = accumulate((len(piece) for piece in pieces), initial=0)
        widened = widen_marks(simplified)
        return tuple(widened[start:end] for start, end in pairwise(borders))


def widen_marks(text: str) -> str:
    """Replace `, ? ! : ;` beside a Chinese character, and a full stop after one, by wide forms."""
    widened = _NARROW_MARK.sub(lambda match: _WIDE_MARKS[match[0]], text)
    return _FULL_STOP.sub("。", widened)
