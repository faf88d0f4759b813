"""Conversion of recognised tokens to timed words for scoring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Sentence, Token
from pipeline.text.scripts import has_blank_between_sentences
from pipeline.text.text_units import text_units
from pipeline.text.token_units import token_units


@dataclass(frozen=True, slots=True)
class SpokenWord(Interval):
    """A Chinese character or a word, without punctuation and spaces."""

    text: str


def spoken_words(tokens: Sequence[Token]) -> tuple[SpokenWord, ...]:
    """Convert tokens to timed words, one per Chinese character or spaced word, without punctuation.

    Args:
        tokens: sorted by start; they may be pieces of words, or several words.
    """
    if not tokens:
        return ()
    text = "".join(token.text for token in tokens)
    whole = Interval(tokens[0].start_ms, max(token.end_ms for token in tokens))
    return tuple(
        SpokenWord(heard.start_ms, heard.end_ms, text[unit.first : unit.stop])
        for unit, heard in zip(text_units(text), token_units(tokens, whole), strict=True)
        if unit.key
    )


def joined_text(sentences: Sequence[Sentence]) -> str:
    """Join the texts of sentences, with spaces between words of spaced scripts."""
    text = ""
    for sentence in sentences:
        text += " " * has_blank_between_sentences(text, sentence.text) + sentence.text
    return text
