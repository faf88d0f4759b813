"""Reader for n-gram models in the ARPA format of kenlm, SRILM and this program."""

from __future__ import annotations

import logging
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pipeline.core.errors import ModelIntegrityError
from pipeline.text.ngrams.counting import UNKNOWN
from pipeline.text.ngrams.ngram import History, Ngram, Successors

MAX_ORDER = 6
_HEADER, _END = "\\data\\", "\\end\\"
_COUNT = re.compile(r"ngram (\d{1,2})\s*=\s*(\d{1,12})")
_UNIGRAMS = "\\1-grams:"
_SECTION = re.compile(r"\\(\d{1,2})-grams:")
_NEVER = -99.0  # log10 of a probability of nought
_WITH_BACK_OFF = 2  # fields beside the words
_MAX_LOG10 = 1e-6  # rounding of the writers above a probability of one

_log = logging.getLogger(__name__)


def read_arpa(path: Path, vocabulary: Sequence[str]) -> Ngram:
    """Read an ARPA file for the tokens of a recogniser.

    N-grams with a word that is not in the vocabulary are skipped; their number is logged.
    Tokens without a unigram get the probability of the unknown word.

    Args:
        path: the file, UTF-8.
        vocabulary: the tokens in the order of their ids.

    Raises:
        ModelIntegrityError: the file is not an ARPA language model, or is damaged.
    """
    try:
        with path.open(encoding="utf-8-sig") as lines:
            return parse_arpa(lines, vocabulary)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def read_arpa_words(path: Path) -> tuple[Ngram, tuple[str, ...]]:
    """Read an ARPA file with its own words as the vocabulary.

    Returns:
        The model, and its words in the order of their ids.

    Raises:
        ModelIntegrityError: the file is not an ARPA language model, or is damaged.
    """
    try:
        with path.open(encoding="utf-8-sig") as lines:
            words = tuple(_unigram_words(lines))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return read_arpa(path, words), words


def parse_arpa(lines: Iterable[str], vocabulary: Sequence[str]) -> Ngram:
    """Parse the lines of an ARPA file; see `read_arpa`.

    Raises:
        ValueError: a line violates the format, or lines are missing.
    """
    numbered = _numbered(lines)
    if not any(line == _HEADER for _, line in numbered):
        raise ValueError(f"it has no line {_HEADER}")
    tables = _Tables({token: number for number, token in enumerate(vocabulary)})
    stated, found = _read_body(numbered, tables)
    if not stated or stated != found:
        raise ValueError(f"its header states {_listed(stated)}, but it has {_listed(found)}")
    if tables.num_left_out:
        _log.info("%d n-grams have words that the recogniser lacks", tables.num_left_out)
    return tables.ngram(max(stated), len(vocabulary))


def _unreadable(path: Path, error: OSError | ValueError) -> ModelIntegrityError:
    reason = error.strerror if isinstance(error, OSError) else error
    return ModelIntegrityError(f"'{path.name}' cannot be read as an ARPA language model: {reason}")


def _unigram_words(lines: Iterable[str]) -> Iterator[str]:
    """Yield the words of the section with the unigrams.

    Raises:
        ValueError: a line of it is invalid.
    """
    is_inside = False
    for number, line in _numbered(lines):
        if line == _END or _SECTION.fullmatch(line):
            if is_inside:
                return
            is_inside = line == _UNIGRAMS
        elif is_inside:
            yield _entry(line, 1, number).words[0]


def _read_body(
    numbered: Iterator[tuple[int, str]], tables: _Tables
) -> tuple[dict[int, int], dict[int, int]]:
    """Read all n-grams; return their number by length, as stated and as found.

    Raises:
        ValueError: a line is invalid, or the end mark is missing.
    """
    stated: dict[int, int] = {}
    found: dict[int, int] = {}
    length = 0
    for number, line in numbered:
        if line == _END:
            return stated, found
        if section := _SECTION.fullmatch(line):
            length = int(section[1])
            found.setdefault(length, 0)
        elif length:
            tables.add(_entry(line, length, number))
            found[length] += 1
        elif count := _COUNT.fullmatch(line):
            stated[_length(count[1], number)] = int(count[2])
        else:
            raise ValueError(f"line {number} is not a count of n-grams")
    raise ValueError(f"it ends without {_END}")


def _length(digits: str, number: int) -> int:
    if not 1 <= int(digits) <= MAX_ORDER:
        raise ValueError(f"line {number} has n-grams of {digits} words, at most {MAX_ORDER} can be")
    return int(digits)


def _entry(line: str, length: int, number: int) -> _Entry:
    """Parse a line with an n-gram: log10 of its probability, its words, and a back-off weight.

    Raises:
        ValueError: the line has another form, or a probability above 1.
    """
    fields = line.split()
    if len(fields) not in (length + 1, length + 2):
        raise ValueError(f"line {number} has no {length}-gram")
    log10 = _number(fields[0], number)
    if log10 > _MAX_LOG10:
        raise ValueError(f"line {number} has a probability above 1")
    back_off = _number(fields[-1], number) if len(fields) == length + _WITH_BACK_OFF else 0.0
    return _Entry(max(log10, _NEVER), tuple(fields[1 : length + 1]), back_off)


def _number(text: str, number: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isnan(value) or value == math.inf:
        raise ValueError(f"line {number} has {text[:20]!r} where a logarithm is expected")
    return max(value, _NEVER)


def _listed(counts: Mapping[int, int]) -> str:
    named = (f"{count} {length}-grams" for length, count in counts.items())
    return ", ".join(named) or "no n-grams"


@dataclass(frozen=True, slots=True)
class _Entry:
    log10: float
    words: tuple[str, ...]
    back_off: float


@dataclass(slots=True)
class _Tables:
    """The n-grams read so far, as token ids."""

    ids: dict[str, int]
    unigrams: dict[int, float] = field(default_factory=dict)
    children: defaultdict[History, list[tuple[int, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    back_off: dict[History, float] = field(default_factory=dict)
    unknown_log10: float = _NEVER
    num_left_out: int = 0

    def add(self, entry: _Entry) -> None:
        if entry.words == (UNKNOWN,):
            self.unknown_log10 = entry.log10
        try:
            gram = tuple([self.ids[word] for word in entry.words])
        except KeyError:
            self.num_left_out += entry.words != (UNKNOWN,)
            return
        if len(gram) == 1:
            self.unigrams[gram[0]] = entry.log10
        else:
            self.children[gram[:-1]].append((gram[-1], entry.log10))
        if entry.back_off:
            self.back_off[gram] = entry.back_off

    def ngram(self, order: int, num_tokens: int) -> Ngram:
        unigrams = np.full(num_tokens, self.unknown_log10, np.float32)
        unigrams[list(self.unigrams)] = list(self.unigrams.values())
        successors = {history: _successors(found) for history, found in self.children.items()}
        return Ngram(order, unigrams, successors, self.back_off)


def _successors(found: list[tuple[int, float]]) -> Successors:
    found.sort()
    tokens, log10 = zip(*found, strict=True)
    return Successors(np.array(tokens, np.int64), np.array(log10, np.float32))


def _numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the number and content of each non-empty line."""
    for number, line in enumerate(lines, start=1):
        content = line.strip(" \t\r\n")
        if content:
            yield number, content
