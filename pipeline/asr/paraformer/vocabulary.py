"""The token vocabulary of a Paraformer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core.errors import ModelContractError

BLANK_ID, START_ID, END_ID = 0, 1, 2  # in every published vocabulary (spec 3.5)
SPECIAL_IDS = frozenset((BLANK_ID, START_ID, END_ID))
UNKNOWN = "<unk>"
CONTINUES = "@@"  # suffix of a piece: the word continues with the next token

_MIN_TOKENS = len(SPECIAL_IDS) + 1


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tokens that a recogniser can output, in the order of their ids.

    Attributes:
        tokens: start with blank, sentence start and sentence end.
    """

    tokens: tuple[str, ...]
    _ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.tokens) < _MIN_TOKENS:
            raise ModelContractError(
                f"A vocabulary needs words, but has {len(self.tokens)} tokens."
            )
        ids = {token: number for number, token in enumerate(self.tokens)}
        object.__setattr__(self, "_ids", ids)

    def __len__(self) -> int:
        return len(self.tokens)

    def id_of(self, token: str) -> int | None:
        """Return the id of a token, or None for the unknown token or one outside the vocabulary."""
        return None if token == UNKNOWN else self._ids.get(token)


def read_vocabulary(path: Path) -> Vocabulary:
    """Read a vocabulary from `tokens.json` or `tokens.txt`.

    The first is a list of tokens; the second has a token and its id on each line.

    Raises:
        ModelContractError: the file is neither, or the ids have gaps.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tokens = _from_json(text) if path.suffix == ".json" else _from_lines(text)
    except (OSError, ValueError, RecursionError) as error:
        raise ModelContractError(f"'{path}' cannot be read as a vocabulary: {error}") from error
    return Vocabulary(tuple(tokens))


def _from_json(text: str) -> Sequence[str]:
    found = json.loads(text)
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError("it is not a list of words")
    return found


def _from_lines(text: str) -> Sequence[str]:
    # Not `splitlines`: a token may be a character that it treats as a line end.
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    entries = {int(number): token for token, _, number in (each.rpartition(" ") for each in lines)}
    if sorted(entries) != list(range(len(lines))):
        raise ValueError("its ids do not run from 0 without gaps")
    return [entries[number] for number in range(len(lines))]
