"""Segmentation of recognised words into the pieces that a punctuation model reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.core.transcript import Mark

_PIECE = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of text that a model reads, with the word in which each one ends.

    Attributes:
        texts: in order; no piece contains white space.
        owners: for each piece the position of the word with its last character.
        num_words: number of words that were cut.
    """

    texts: tuple[str, ...]
    owners: tuple[int, ...]
    num_words: int

    def marks_of_words(self, marks: Sequence[Mark]) -> tuple[Mark, ...]:
        """Convert marks per piece to marks per word.

        A mark belongs to the word in which its piece ends; if several pieces end in one word, the
        last mark counts. Words inside a piece and words without pieces have no mark.
        """
        found = [Mark.NONE] * self.num_words
        for owner, mark in zip(self.owners, marks, strict=True):
            found[owner] = mark
        return tuple(found)


class WordCutter(Protocol):
    """The protocol of a cutter that divides words into the pieces that a model reads."""

    @property
    def joins_words(self) -> bool:
        """Whether a piece may span words, so that cutting needs all words at once."""
        ...

    def cut(self, words: Sequence[str]) -> Pieces:
        """Divide all words into pieces, in order."""
        ...


class CharacterCutter:
    """A cutter whose pieces are runs of ASCII characters and single other characters (spec 5.2)."""

    @property
    def joins_words(self) -> bool:
        """Always False, because each piece belongs to one word."""
        return False

    def cut(self, words: Sequence[str]) -> Pieces:
        """Divide all words into pieces, in order; see `WordCutter.cut`."""
        cut = [
            (piece, owner)
            for owner, word in enumerate(words)
            for unspaced in word.split()
            for piece in _PIECE.findall(unspaced)
        ]
        return Pieces(
            texts=tuple(piece for piece, _ in cut),
            owners=tuple(owner for _, owner in cut),
            num_words=len(words),
        )
