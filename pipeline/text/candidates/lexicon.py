"""Chinese word frequencies, and segmentation of text by them."""

from __future__ import annotations

import importlib.util
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import chain
from pathlib import Path

from pipeline.text.scripts import CHINESE, is_chinese

LONGEST_WORD = 4  # characters
_LEAST_FREQUENCY = 5  # rarer entries of jieba's dictionary are mostly names from a single text
_UNKNOWN = 1.0  # frequency of a character without an entry
_OWN_FREQUENCY = 10_000.0  # of a word that the workspace or the recording uses
_NONE: frozenset[str] = frozenset()
_ENTRY = re.compile(rf"^({CHINESE}{{1,{LONGEST_WORD}}}) (\d+) ", re.MULTILINE)


class Lexicon:
    """A dictionary of Chinese words with frequencies and prefixes."""

    def __init__(self, frequencies: Mapping[str, float]) -> None:
        """Store word frequencies; words are of at most `LONGEST_WORD` characters."""
        self._tables: tuple[_Table, ...] = (_Table(frequencies),)
        self._log_total = math.log(sum(frequencies.values()) or 1.0)

    def with_own(self, words: Iterable[str]) -> Lexicon:
        """Return a lexicon that prefers the given words, which may be missing from this one."""
        short = (word for word in words if len(word) <= LONGEST_WORD and all(map(is_chinese, word)))
        copied = Lexicon({})
        copied._tables = (*self._tables, _Table(dict.fromkeys(short, _OWN_FREQUENCY)))
        copied._log_total = self._log_total
        return copied

    @property
    def characters(self) -> frozenset[str]:
        """The set of all characters in the words."""
        return frozenset("".join(chain.from_iterable(each.frequencies for each in self._tables)))

    def next_characters(self, beginning: str) -> AbstractSet[str]:
        """Return the characters that continue a non-empty prefix of a word."""
        first, *others = (each.continuations.get(beginning, _NONE) for each in self._tables)
        return first.union(*others) if any(others) else first

    def log_probability(self, word: str) -> float | None:
        """Return the log relative frequency of a word; None if it is no word.

        A single character always has a probability.
        """
        frequency = max(each.frequencies.get(word, 0.0) for each in self._tables)
        if not frequency and len(word) > 1:
            return None
        return math.log(frequency or _UNKNOWN) - self._log_total

    def prefix_scores(self, text: str) -> list[float]:
        """Return the log probability of each prefix's best segmentation, the shortest first."""
        scores = [0.0]
        for end in range(1, len(text) + 1):
            starts = range(max(0, end - LONGEST_WORD), end)
            scores.append(max(scores[each] + self._score(text[each:end]) for each in starts))
        return scores

    def suffix_scores(self, text: str) -> list[float]:
        """Return the log probability of each suffix's best segmentation, the longest first."""
        scores = [0.0] * (len(text) + 1)
        for start in reversed(range(len(text))):
            ends = range(start + 1, min(len(text), start + LONGEST_WORD) + 1)
            scores[start] = max(scores[each] + self._score(text[start:each]) for each in ends)
        return scores

    def words_of(self, text: str) -> tuple[str, ...]:
        """Segment a text into its most probable words."""
        scores = self.suffix_scores(text)
        words: list[str] = []
        start = 0
        while start < len(text):
            ends = range(start + 1, min(len(text), start + LONGEST_WORD) + 1)
            best = max(ends, key=lambda end: scores[end] + self._score(text[start:end]))
            words.append(text[start:best])
            start = best
        return tuple(words)

    def _score(self, word: str) -> float:
        probability = self.log_probability(word)
        return -math.inf if probability is None else probability


class _Table:
    """Word frequencies with the characters that continue each prefix."""

    def __init__(self, frequencies: Mapping[str, float]) -> None:
        self.frequencies = frequencies
        self.continuations: defaultdict[str, set[str]] = defaultdict(set)
        for word in frequencies:
            for length in range(1, len(word)):
                self.continuations[word[:length]].add(word[length])


@lru_cache(maxsize=1)
def general_lexicon() -> Lexicon:
    """Load the lexicon of jieba's dictionary without its rare words, once per process."""
    return Lexicon(_read_dictionary(package_file("jieba", "dict.txt")))


def _read_dictionary(path: Path) -> dict[str, float]:
    entries = _ENTRY.findall(path.read_text(encoding="utf-8"))
    return {
        word: float(frequency)
        for word, frequency in entries
        if len(frequency) > 1 or int(frequency) >= _LEAST_FREQUENCY
    }


def package_file(package: str, name: str) -> Path:
    """Return the path of a package's data file without importing the package.

    Raises:
        ModuleNotFoundError: the package is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"The package {package} is not installed.", name=package)
    return Path(spec.origin).with_name(name)
