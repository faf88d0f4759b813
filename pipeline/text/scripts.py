"""Character classes by which text in any script is divided into words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CHINESE = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # 々〆〇
_KANA = "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer

CHINESE = f"[{_CHINESE}]"
"""A regular expression fragment that matches one Chinese character."""

OPENING_MARKS = frozenset("“‘「『（(《〈【[{¿¡$€£¥#")
"""Punctuation that belongs to the following word."""

JOINTS = frozenset("'’-‑.,:/_@&·‧״׳٫٬")
"""Characters that join parts of a word or number: 3.5, 30,000, don't, e-mail."""

_LETTERS_PER_SYLLABLE = 3
_ZERO_WIDTH_SPACE = "\u200b"  # divides words in scripts without spaces
# Variation selectors and the grapheme joiner, which change only the appearance of a character.
_SILENT_EXTENDERS = re.compile("[\u034f\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_NARROW_KANA_SIGNS = frozenset("\uff9e\uff9f")  # letters by category
_SPOKEN_CATEGORIES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd", "Nl", "No"})
_WIDE_MARK = re.compile(
    "[\u3000-\u303f\ufe30-\ufe4f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]"
)
_CHARACTER = re.compile(CHINESE)
_SINGLE = re.compile(f"[{_CHINESE}{_KANA}]")
_WITHOUT_SPACES = re.compile(f"[{_CHINESE}{_KANA}{_UNSPACED}]")


# Texts have few different characters, and each is classified several times.
_cached = lru_cache(maxsize=2**16)


def is_chinese(character: str) -> bool:
    """Return whether a character is a Chinese ideograph."""
    return _CHARACTER.match(character) is not None


@_cached
def stands_alone(character: str) -> bool:
    """Return whether a character is a word by itself, such as a Chinese ideograph or kana."""
    return _SINGLE.match(character) is not None


@_cached
def is_letter_or_digit(character: str) -> bool:
    """Return whether a character is part of a spoken word, including vowel signs and accents."""
    return (
        character != ""
        and unicodedata.category(character) in _SPOKEN_CATEGORIES
        and not is_silent_extender(character)
    )


def is_silent_extender(character: str) -> bool:
    """Return whether a character only modifies the appearance of the previous one."""
    return _SILENT_EXTENDERS.match(character) is not None


@_cached
def extends_character(character: str) -> bool:
    """Return whether a character extends the previous one (Unicode TR 29, rule WB4).

    Accents, vowel signs, joiners and variation selectors do; a zero-width space ends a word.
    """
    category = unicodedata.category(character)
    if category == "Cf":
        return character != _ZERO_WIDTH_SPACE
    return category[0] == "M" or character in _NARROW_KANA_SIGNS


def last_base(text: str) -> str:
    """Return the last character of a text that is no combining character, "" if none."""
    for character in reversed(text):
        if not extends_character(character):
            return character
    return ""


def continues_word(before: str, character: str) -> bool:
    """Return whether a character continues the word at the end of the preceding text."""
    if extends_character(character):
        return True
    base = last_base(before)
    return all(is_letter_or_digit(each) and not stands_alone(each) for each in (base, character))


def is_of_spaced_word(character: str) -> bool:
    """Return whether a character belongs to a word or number in a script with spaces."""
    return is_letter_or_digit(character) and not _WITHOUT_SPACES.match(character)


def has_blank_between(before: str, after: str) -> bool:
    """Return whether a space belongs between two words: not beside Chinese or wide punctuation."""
    return not (_is_written_tight(last_base(before)) or _is_written_tight(after[:1]))


@_cached
def _is_written_tight(character: str) -> bool:
    return stands_alone(character) or _WIDE_MARK.match(character) is not None


def has_blank_between_sentences(before: str, after: str) -> bool:
    """Return whether a space belongs between two sentences: only between spaced scripts."""
    spoken = (filter(is_letter_or_digit, text) for text in (reversed(before), after))
    return all(is_of_spaced_word(next(letters, "")) for letters in spoken)


def is_mark(text: str) -> bool:
    """Return whether a text has no letters or digits, only punctuation, symbols or spaces."""
    return not any(is_letter_or_digit(character) for character in text)


def count_syllables(text: str) -> int:
    """Estimate the number of syllables of a text, one per Chinese character or digit.

    Three letters of a spaced word count as one syllable, as in English on average.
    """
    spoken = [character for character in text if is_letter_or_digit(character)]
    num_single = sum(stands_alone(character) or character.isdigit() for character in spoken)
    num_letters = len(spoken) - num_single
    return num_single + -(-num_letters // _LETTERS_PER_SYLLABLE)
