"""Index of Chinese characters with similar pronunciation, by pinyin."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipeline.text.candidates.lexicon import package_file

OTHER_TONE = 0.5
OTHER_SOUND = 1.5
"""The replacement costs for another tone and for a commonly confused initial or final."""

_MOST_READINGS = 3  # of a character; further ones are rare
_TONES = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}
_UMLAUT = "\u0308"
_INITIAL = re.compile("zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?")
# Pairs that recognisers and speakers of many regions confuse.
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("f", "h"), ("r", "l"))
_FINALS = (("an", "ang"), ("en", "eng"), ("in", "ing"), ("ian", "iang"), ("uan", "uang"))


@dataclass(frozen=True, slots=True)
class Syllable:
    """A syllable in pinyin: initial, final and tone (0 for the neutral one)."""

    initial: str
    final: str
    tone: int

    @property
    def sound(self) -> tuple[str, str]:
        """The syllable without its tone."""
        return self.initial, self.final

    def confusable_sounds(self) -> Iterator[tuple[str, str]]:
        """Yield the sounds that differ in one commonly confused initial or final."""
        yield from ((each, self.final) for each in _CONFUSED_INITIALS[self.initial])
        yield from ((self.initial, each) for each in _CONFUSED_FINALS[self.final])


@lru_cache(maxsize=2**14)
def syllables_of(character: str) -> tuple[Syllable, ...]:
    """Return the readings of a character, the most frequent first; empty for other characters."""
    readings = _readings().get(str(ord(character)), "")
    return tuple(map(_syllable, readings.split(",")[:_MOST_READINGS])) if readings else ()


@lru_cache(maxsize=1)
def _readings() -> dict[str, str]:
    """Return pypinyin's {code point: comma-separated readings} of all characters."""
    readings: dict[str, str] = json.loads(
        package_file("pypinyin", "pinyin_dict.json").read_text(encoding="utf-8")
    )
    return readings


class SoundAlikes:
    """An index of characters by pronunciation."""

    def __init__(self, characters: Iterable[str]) -> None:
        """Build the index of the given characters."""
        self._by_sound: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for character in dict.fromkeys(characters):
            for syllable in syllables_of(character):
                self._by_sound[syllable.sound].setdefault(character, syllable.tone)
        self._costs: dict[str, Mapping[str, float]] = {}

    def of(self, character: str) -> Mapping[str, float]:
        """Return {character: cost} of similarly pronounced characters, without the given one."""
        if character not in self._costs:
            self._costs[character] = self._find(character)
        return self._costs[character]

    def _find(self, character: str) -> Mapping[str, float]:
        found: dict[str, float] = {}
        for syllable in syllables_of(character):
            for other, tone in self._by_sound.get(syllable.sound, {}).items():
                cost = 0.0 if tone == syllable.tone else OTHER_TONE
                found[other] = min(cost, found.get(other, cost))
            for sound in syllable.confusable_sounds():
                for other in self._by_sound.get(sound, {}):
                    found.setdefault(other, OTHER_SOUND)
        found.pop(character, None)
        return found


def _syllable(marked: str) -> Syllable:
    letters: list[str] = []
    tone = 0
    for letter in unicodedata.normalize("NFD", marked):
        if letter in _TONES:
            tone = _TONES[letter]
        elif letter == _UMLAUT:
            letters[-1] = "v"
        else:
            letters.append(letter)
    plain = "".join(letters)
    initial = _INITIAL.match(plain)
    length = initial.end() if initial else 0
    return Syllable(plain[:length], plain[length:], tone)


def _both_ways(pairs: Iterable[tuple[str, str]]) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for first, second in pairs:
        found[first].append(second)
        found[second].append(first)
    return found


_CONFUSED_INITIALS = _both_ways(_INITIALS)
_CONFUSED_FINALS = _both_ways(_FINALS)
