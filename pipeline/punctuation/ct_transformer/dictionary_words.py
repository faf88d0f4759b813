"""Segmentation of recognised words by a dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path

import jieba

from pipeline.core.errors import ModelIntegrityError
from pipeline.punctuation.ct_transformer.word_pieces import Pieces

_ENGLISH = re.compile(r"[a-zA-Z']+")

_Owned = tuple[str, int]  # text and position of its source word


class DictionaryCutter:
    """A cutter that segments non-English text by jieba's and a model's dictionary (spec 5.2)."""

    def __init__(self, user_dictionary: Path) -> None:
        """Load jieba's dictionary and the model's dictionary.

        Raises:
            ModelIntegrityError: the model's dictionary cannot be read.
        """
        self._tokenizer = jieba.Tokenizer()
        # Not initialize(): that reads and writes a marshalled file in the shared temporary folder.
        frequencies = self._tokenizer.gen_pfdict(self._tokenizer.get_dict_file())
        self._tokenizer.FREQ, self._tokenizer.total = frequencies
        self._tokenizer.initialized = True
        try:
            with user_dictionary.open("rb") as lines:
                self._tokenizer.load_userdict(lines)
        except (OSError, ValueError) as error:
            raise ModelIntegrityError(
                f"The dictionary {user_dictionary} cannot be read: it needs one word a line, in "
                "UTF-8. Download the model again."
            ) from error

    @property
    def joins_words(self) -> bool:
        """Always True, because a piece may contain several words."""
        return True

    def cut(self, words: Sequence[str]) -> Pieces:
        """Segment the text of all recognised words into dictionary words, in order."""
        owned = [(text, owner) for owner, word in enumerate(words) for text in word.split()]
        cut = list(
            chain.from_iterable(
                run if is_english else self._cut_joined(list(run))
                for is_english, run in groupby(owned, key=_is_english)
            )
        )
        return Pieces(
            texts=tuple(piece for piece, _ in cut),
            owners=tuple(owner for _, owner in cut),
            num_words=len(words),
        )

    def _cut_joined(self, run: Sequence[_Owned]) -> Iterator[_Owned]:
        """Segment joined words by the dictionary; yield each piece with the word where it ends."""
        owners = [owner for text, owner in run for _ in text]
        end = 0
        for piece in self._tokenizer.cut("".join(text for text, _ in run), HMM=False):
            end += len(piece)
            yield piece, owners[end - 1]


def _is_english(owned: _Owned) -> bool:
    return _ENGLISH.fullmatch(owned[0]) is not None
