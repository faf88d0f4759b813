"""Search for the most probable words at a doubtful position of a Chinese text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from pipeline.text.candidates.lexicon import LONGEST_WORD, Lexicon, general_lexicon
from pipeline.text.candidates.neighbours import NeighbourModel
from pipeline.text.candidates.pronunciation import SoundAlikes

MOST_CANDIDATES = 3
HEARD = -1.0  # cost of a character that the recogniser itself considered
_TRUST = 1.0  # factor of the log odds that a replaced character is right
_LEAST_GAIN = -9.0  # of a candidate over the text as it is, in nats
_SURE = 0.999


@dataclass(frozen=True, slots=True)
class Character:
    """A character of a recognised text.

    Attributes:
        text: one Chinese character.
        confidence: probability that the character is correct.
        heard: alternative characters of the recogniser.
    """

    text: str
    confidence: float = 0.5
    heard: tuple[str, ...] = ()

    @property
    def cost_to_replace(self) -> float:
        """The log odds that the character is correct, which are the cost of replacing it."""
        confidence = min(max(self.confidence, 1.0 - _SURE), _SURE)
        return _TRUST * math.log(confidence / (1.0 - confidence))


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a text with alternatives for it.

    Attributes:
        start: position of the first character.
        stop: position after the last one.
        candidates: other texts, the most probable first; at most `MOST_CANDIDATES`.
    """

    start: int
    stop: int
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    text: str
    gain: float

    @property
    def stop(self) -> int:
        return self.start + len(self.text)


class CandidateSearch:
    """A search for alternatives by pronunciation, frequencies, hypotheses and neighbours."""

    def __init__(
        self, lexicon: Lexicon, alikes: SoundAlikes, neighbours: NeighbourModel | None = None
    ) -> None:
        """Store the data of the search.

        Args:
            lexicon: word frequencies.
            alikes: index of characters with similar pronunciation.
            neighbours: model of texts that are similar to the recording; None without one.
        """
        self._lexicon = lexicon
        self._alikes = alikes
        self._neighbours = neighbours

    def at(self, run: Sequence[Character], doubtful: range) -> Place | None:
        """Search for texts that may replace doubtful characters; return None if there are none.

        Each candidate replaces at least one of these characters, and may replace adjacent ones.

        Args:
            run: Chinese characters without punctuation.
            doubtful: positions in the run, at least one.
        """
        text = "".join(each.text for each in run)
        before, after = self._lexicon.prefix_scores(text), self._lexicon.suffix_scores(text)
        options = [self._options(each) for each in run]
        found: list[_Word] = []
        for start in range(max(0, doubtful.start - LONGEST_WORD + 1), doubtful.stop):
            first = max(start, doubtful.start)
            stops = range(first + 1, min(len(run), start + LONGEST_WORD) + 1)
            for word, cost in self._words(options, start, stops):
                stop = start + len(word)
                inside = slice(first, min(stop, doubtful.stop))
                if word[inside.start - start : inside.stop - start] == text[inside]:
                    continue
                probability = self._lexicon.log_probability(word)
                if probability is None:  # only the beginning of words
                    continue
                if self._neighbours is not None:
                    probability = self._neighbours.mixed(probability, text, start, word)
                gain = before[start] + probability + after[stop] - before[-1] - cost
                found.append(_Word(start, word, gain))
        return _place(text, found)

    def _options(self, character: Character) -> dict[str, float]:
        """Return {character: cost} of a character and its alternatives."""
        alikes = self._alikes.of(character.text)
        costs = {**alikes}
        for each in character.heard:
            costs[each] = min(costs.get(each, 0.0), 0.0) + HEARD
        replaced = {each: cost + character.cost_to_replace for each, cost in costs.items()}
        return {**replaced, character.text: 0.0}

    def _words(
        self, options: Sequence[Mapping[str, float]], start: int, stops: range
    ) -> Iterator[tuple[str, float]]:
        """Yield the words, with their costs, that take one option at each position."""
        begun = dict(options[start])
        for position in range(start + 1, stops.stop + 1):
            if position in stops:
                yield from begun.items()
            if position + 1 >= stops.stop:
                return
            begun = {
                text + each: cost + options[position][each]
                for text, cost in begun.items()
                for each in options[position].keys() & self._lexicon.next_characters(text)
            }


@lru_cache(maxsize=1)
def _general_alikes() -> SoundAlikes:
    return SoundAlikes(general_lexicon().characters)


def candidate_search(
    own_words: Sequence[str] = (), neighbours: NeighbourModel | None = None
) -> CandidateSearch:
    """Create a search that prefers the given words; the first call loads the dictionaries."""
    return CandidateSearch(general_lexicon().with_own(own_words), _general_alikes(), neighbours)


def _place(text: str, found: Sequence[_Word]) -> Place | None:
    """Return the best word's span, with the best replacements inside it as candidates."""
    ranked = sorted(found, key=lambda each: (-each.gain, each.start, each.text))
    likely = [each for each in ranked if each.gain >= _LEAST_GAIN]
    if not likely:
        return None
    start, stop = likely[0].start, likely[0].stop
    inside = (each for each in likely if start <= each.start and each.stop <= stop)
    texts = dict.fromkeys(_put(text, each, start, stop) for each in inside)
    return Place(start, stop, tuple(islice(texts, MOST_CANDIDATES)))


def _put(text: str, word: _Word, start: int, stop: int) -> str:
    """Replace a word's span in a text; return the text from `start` to `stop`."""
    return text[start : word.start] + word.text + text[word.stop : stop]
