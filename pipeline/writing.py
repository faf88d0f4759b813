"""How scripts write words: which characters stand alone, which make words between spaces."""

from __future__ import annotations

import re
import unicodedata

_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_KANA = "\u3040-\u30ff"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer

CHINESE = f"[{_CHINESE}]"
"""Matches one Chinese character, as part of a regular expression."""

_LETTERS_PER_SYLLABLE = 3
_CHARACTER = re.compile(CHINESE)
_SINGLE = re.compile(f"[{_CHINESE}{_KANA}]")
_WITHOUT_SPACES = re.compile(f"[{_CHINESE}{_KANA}{_UNSPACED}]")


def is_chinese(character: str) -> bool:
    """Whether it is a Chinese character, not a mark or a letter."""
    return _CHARACTER.match(character) is not None


def stands_alone(character: str) -> bool:
    """Whether one character is a unit of speech: a Chinese one, or kana."""
    return _SINGLE.match(character) is not None


def is_letter_or_digit(character: str) -> bool:
    """Whether it is spoken, vowel signs of Indian scripts included."""
    return character != "" and unicodedata.category(character)[0] in "LMN"


def is_of_spaced_word(character: str) -> bool:
    """Whether it belongs to a word or number that ends at a space."""
    return is_letter_or_digit(character) and not _WITHOUT_SPACES.match(character)


def is_mark(text: str) -> bool:
    """Whether nothing in a text is spoken: punctuation, symbols, spaces."""
    return not any(is_letter_or_digit(character) for character in text)


def count_syllables(text: str) -> int:
    """How long it takes to say a text, roughly: a Chinese character or a digit is one syllable.

    Three letters of a spaced word count as one, as in English on average.
    """
    spoken = [character for character in text if is_letter_or_digit(character)]
    num_single = sum(stands_alone(character) or character.isdigit() for character in spoken)
    num_letters = len(spoken) - num_single
    return num_single + -(-num_letters // _LETTERS_PER_SYLLABLE)
