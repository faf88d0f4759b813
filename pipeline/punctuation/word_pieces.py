"""Cuts recognised words into the pieces that a punctuation model reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.core.transcript import Mark

_PIECE = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of text, and the words in which they end.

    Attributes:
        texts: in order; no piece contains white space.
        owners: for each piece the position of the word with its last character.
        num_words: number of words that were cut.
    """

    texts: tuple[str, ...]
    owners: tuple[int, ...]
    num_words: int

    def marks_of_words(self, marks: Sequence[Mark]) -> tuple[Mark, ...]:
        """Return one mark per word from one per piece.

        A mark belongs to the word in which its piece ends; if several pieces end in one word, the
        last mark counts. Words inside a piece and words without pieces have no mark.
        """
        found = [Mark.NONE] * self.num_words
        for owner, mark in zip(self.owners, marks, strict=True):
            found[owner] = mark
        return tuple(found)


class WordCutter(Protocol):
    """Cuts words as one kind of model expects them."""

    @property
    def joins_words(self) -> bool:
        """Whether a piece may span words, so that cutting needs all words at once."""
        ...

    def cut(self, words: Sequence[str]) -> Pieces:
        """Return the pieces of all words in order."""
        ...


class CharacterCutter:
    """Makes each run of ASCII characters a piece, and each other character (spec 5.2)."""

    @property
    def joins_words(self) -> bool:
        """Always False: a piece never spans words."""
        return False

    def cut(self, words: Sequence[str]) -> Pieces:
        """Return the pieces of all words in order."""
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
