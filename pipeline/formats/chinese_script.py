"""Conversion of a document to simplified or traditional Chinese characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from functools import cache
from itertools import accumulate, pairwise

import opencc

from pipeline.core.transcript import Sentence
from pipeline.formats.document import TranscriptDocument


class ChineseScript(str, Enum):
    """The script of Chinese text: unchanged, simplified or traditional."""

    KEEP = "keep"
    SIMPLIFIED = "simplified"
    TRADITIONAL = "traditional"


# Conversions of OpenCC. Both choose a character by the phrase around it (发 is 發 or 髮) and keep
# the vocabulary: words of another region are not put in the speaker's mouth.
_CONVERSIONS = {ChineseScript.SIMPLIFIED: "t2s", ChineseScript.TRADITIONAL: "s2t"}
_CHINESE_LANGUAGES = ("zh", "yue", "")  # "": not known, as in most imported files


def in_script(document: TranscriptDocument, script: ChineseScript) -> TranscriptDocument:
    """Return the document with its Chinese text converted to a script; times stay the same.

    Titles and speaker names are not converted, nor are transcripts in other languages than
    Chinese, since Japanese has characters of its own.
    """
    if script is ChineseScript.KEEP or document.transcript.language not in _CHINESE_LANGUAGES:
        return document
    converted = tuple(_converted(each, script) for each in document.transcript.sentences)
    return replace(document, transcript=replace(document.transcript, sentences=converted))


def convert_text(text: str, script: ChineseScript) -> str:
    """Convert a text to a script."""
    return text if script is ChineseScript.KEEP else _converter(script).convert(text)


def _converted(sentence: Sentence, script: ChineseScript) -> Sentence:
    pieces = _convert_pieces([token.text for token in sentence.tokens], script)
    tokens = tuple(
        replace(token, text=text) for token, text in zip(sentence.tokens, pieces, strict=True)
    )
    return replace(sentence, text=convert_text(sentence.text, script), tokens=tokens)


def _convert_pieces(pieces: Sequence[str], script: ChineseScript) -> tuple[str, ...]:
    """Convert pieces as one text, since a character often depends on its neighbours."""
    text = "".join(pieces)
    converted = convert_text(text, script)
    if len(converted) != len(text):  # a phrase changed its length; single characters never do
        converted = "".join(convert_text(character, script) for character in text)
    borders = accumulate((len(piece) for piece in pieces), initial=0)
    return tuple(converted[start:end] for start, end in pairwise(borders))


@cache
def _converter(script: ChineseScript) -> opencc.OpenCC:
    return opencc.OpenCC(_CONVERSIONS[script])
