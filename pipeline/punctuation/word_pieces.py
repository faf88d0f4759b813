"""Words of a recogniser, cut into the pieces that a punctuation model reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.marks import Mark

_PIECE = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of text, and the words in which they end.

    Attributes:
        texts: in order; no piece holds white space.
        owners: for each piece the position of the word that holds its last character.
        num_words: how many words were cut.
    """

    texts: tuple[str, ...]
    owners: tuple[int, ...]
    num_words: int

    def marks_of_words(self, marks: Sequence[Mark]) -> tuple[Mark, ...]:
        """One mark per word, from one per piece.

        A mark belongs after the word in which its piece ends; where several pieces end in one
        word, the last one's counts. Words inside a piece, and words of nothing, have none.
        """
        found = [Mark.NONE] * self.num_words
        for owner, mark in zip(self.owners, marks, strict=True):
            found[owner] = mark
        return tuple(found)


class WordCutter(Protocol):
    """Cuts words the way one kind of model has learnt them."""

    @property
    def joins_words(self) -> bool:
        """Whether a piece may hold several words, so that it takes all words to find the pieces."""
        ...

    def cut(self, words: Sequence[str]) -> Pieces:
        """The pieces of all words in a row."""
        ...


class CharacterCutter:
    """Each run of ASCII characters is a piece, each other character too (spec 5.2)."""

    @property
    def joins_words(self) -> bool:
        """A word never shares a piece with the next."""
        return False

    def cut(self, words: Sequence[str]) -> Pieces:
        """The pieces of all words in a row."""
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
