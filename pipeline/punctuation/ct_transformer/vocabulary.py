"""The vocabulary and mark list of a punctuation model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from pipeline.core.errors import ModelIntegrityError
from pipeline.punctuation.ct_transformer.mark_list import USUAL_NAMES, MarkList

UNKNOWN = "<unk>"
METADATA_WORDS = "tokens"  # sherpa-onnx stores lists in the graph's metadata, separated by bars
METADATA_UNKNOWN = "unk_symbol"
METADATA_MARKS = "punctuations"
_BAR = "|"


class Vocabulary:
    """A case-sensitive mapping from words to ids of a model."""

    def __init__(self, words: Sequence[str], *, unknown: str = UNKNOWN) -> None:
        """Store the words in the order of their ids.

        Args:
            words: words in the order of their ids.
            unknown: the word for unknown words; the last word if the list lacks it (spec 5.1).
        """
        self._ids = {word: number for number, word in enumerate(words)}
        self._unknown_id = self._ids.get(unknown, len(words) - 1)
        self.num_words = len(words)

    def ids_of(self, words: Sequence[str]) -> NDArray[np.int32]:
        """Return the ids of words as (num_words,) int32; all unknown words have the same id."""
        unknown = self._unknown_id
        return np.array([self._ids.get(word, unknown) for word in words], dtype=np.int32)


def read_vocabulary(path: Path | None, metadata: Mapping[str, str]) -> Vocabulary:
    """Read the vocabulary of a model from its file, or else from the graph's metadata.

    Raises:
        ModelIntegrityError: there is no vocabulary, or the file is not a list of words.
    """
    if path is not None:
        return Vocabulary(_read_words(path))
    if METADATA_WORDS not in metadata:
        raise ModelIntegrityError(
            "The punctuation model has no vocabulary: neither a file tokens.json nor words in "
            "the metadata of its graph. Download the model again, with all its files."
        )
    words = metadata[METADATA_WORDS].split(_BAR)
    return Vocabulary(words, unknown=metadata.get(METADATA_UNKNOWN, UNKNOWN))


def read_mark_list(path: Path | None, metadata: Mapping[str, str]) -> MarkList:
    """Read the marks of a model's classes from metadata or configuration, or use the default.

    Raises:
        ModelIntegrityError: the configuration cannot be read.
        ModelContractError: comma, full stop or question mark is missing.
    """
    if METADATA_MARKS in metadata:
        return MarkList.of(metadata[METADATA_MARKS].split(_BAR))
    names = USUAL_NAMES if path is None else _read_mark_names(path)
    return MarkList.of(names)


def _read_words(path: Path) -> list[str]:
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(path, "a list of words in JSON") from error
    return _require_texts(words, path, "a list of words in JSON")


def _read_mark_names(path: Path) -> list[str]:
    expected = "YAML with punc_list in its model_conf"
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise _damaged(path, expected) from error
    settings = config.get("model_conf") if isinstance(config, dict) else None
    names = settings.get("punc_list") if isinstance(settings, dict) else None
    return _require_texts(names, path, expected)


def _require_texts(found: object, path: Path, expected: str) -> list[str]:
    if not isinstance(found, list) or not found:
        raise _damaged(path, expected)
    texts = [each for each in found if isinstance(each, str)]
    if len(texts) < len(found):
        raise _damaged(path, expected)
    return texts


def _damaged(path: Path, expected: str) -> ModelIntegrityError:
    return ModelIntegrityError(f"'{path}' is not {expected}. Download the model again.")
