"""Conversion of hotwords to the recogniser's token ids."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from pipeline.asr.paraformer.vocabulary import Vocabulary
from pipeline.core.errors import ModelContractError

MAX_PIECES = 10  # width of the embedding graph's input (spec 3.7)

_BY_CHARACTER = re.compile(r"[\u4E00-\u9FA50-9]+")  # spec 3.7: anything else must be in the list

_log = logging.getLogger(__name__)


class HotwordSpeller:
    """A converter of hotwords to token ids of the recogniser's vocabulary."""

    def __init__(self, vocabulary: Vocabulary, dictionary_path: Path | None) -> None:
        """Store the path of the spelling dictionary without reading it yet.

        Without a dictionary only Chinese characters, digits and whole tokens can be spelled.
        """
        self._vocabulary = vocabulary
        self._dictionary_path = dictionary_path

    def spell(self, hotwords: Sequence[str]) -> tuple[tuple[int, ...], ...]:
        """Convert hotwords to rows of 1 to 10 token ids, without duplicates.

        A longer hotword is truncated and one outside the vocabulary is skipped, each with a warning
        that gives its position in the list.

        Raises:
            ModelContractError: the model's dictionary cannot be read.
        """
        rows = (self._row(number, hotword) for number, hotword in enumerate(hotwords, start=1))
        return tuple(dict.fromkeys(row for row in rows if row))

    def _row(self, number: int, hotword: str) -> tuple[int, ...]:
        pieces = [piece for word in hotword.split() for piece in self._pieces(word.lower())]
        ids = [self._vocabulary.id_of(piece) for piece in pieces]
        known = tuple(each for each in ids if each is not None)
        if len(known) < len(ids):
            _log.warning("Hotword %d is left out: the recogniser cannot write it", number)
            return ()
        if len(known) > MAX_PIECES:
            _log.warning(
                "Hotword %d is cut: of its %d pieces the first %d count",
                number,
                len(known),
                MAX_PIECES,
            )
        return known[:MAX_PIECES]

    def _pieces(self, word: str) -> Iterator[str]:
        """Yield the tokens of a word from the dictionary, else of its single characters."""
        spelled = self._dictionary.get(word)
        if spelled is not None:
            yield from spelled
        elif _BY_CHARACTER.fullmatch(word) is None:
            yield word
        else:
            for character in word:
                yield from self._dictionary.get(character, (character,))

    @cached_property
    def _dictionary(self) -> Mapping[str, tuple[str, ...]]:
        path = self._dictionary_path
        return {} if path is None else read_segment_dictionary(path)


def read_segment_dictionary(path: Path) -> dict[str, tuple[str, ...]]:
    """Read the spelling dictionary `seg_dict`, in which each line has a word and its pieces.

    Raises:
        ModelContractError: the file is not readable text.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelContractError(
            f"'{path}' cannot be read as a list of words and their pieces: {error}"
        ) from error
    entries = (line.split() for line in lines)
    return {words[0]: tuple(words[1:]) for words in entries if words}
