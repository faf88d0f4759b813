"""Normalization of transcript texts to target texts for training."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from pipeline.text.lines import plain_line
from pipeline.text.scripts import is_chinese, is_of_spaced_word
from storage.training.export_options import CaseRule, DigitRule, PunctuationRule, TextRules

_CHINESE_DIGITS = "零一二三四五六七八九"
_SPOKEN_MARKS = frozenset("%‰&@#％＆＠＃")  # punctuation in Unicode, but spoken
_DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_JOINTS = frozenset("'’-._")  # inside words: don't, e-mail, a.com, 3.5
_JOINTS_OF_NUMBERS = frozenset(",:/")  # inside numbers: 30,000, 12:30, 1/2


def normalized_text(text: str, rules: TextRules) -> str:
    """Return the text on one line, normalized by the rules; the result may be empty.

    Digits are replaced one by one, as in years and telephone numbers, and only in texts with
    Chinese characters. Punctuation inside words and numbers (don't, 3.5) stays.
    """
    result = plain_line(text)
    if rules.punctuation is PunctuationRule.REMOVE:
        result = plain_line("".join(_unpunctuated(result)))
    if rules.digits is DigitRule.CHINESE and any(map(is_chinese, result)):
        result = "".join(map(_chinese_digit, _DECIMAL_POINT.sub("点", result)))
    if rules.case is CaseRule.LOWER:
        return result.lower()
    return result.upper() if rules.case is CaseRule.UPPER else result


def _unpunctuated(text: str) -> Iterator[str]:
    for is_dropped, run in groupby(range(len(text)), key=lambda place: _is_mark(text[place])):
        places = list(run)
        first, stop = places[0], places[-1] + 1
        marks = text[first:stop]
        if not is_dropped:
            yield marks
        else:
            yield _between(text[first - 1 : first], marks, text[stop : stop + 1])


def _between(before: str, marks: str, after: str) -> str:
    """Return the marks if inside a word or number, " " if between words, and "" otherwise."""
    if not (is_of_spaced_word(before) and is_of_spaced_word(after)):
        return ""
    are_digits = before.isdecimal() and after.isdecimal()
    return marks if marks in _JOINTS or (are_digits and marks in _JOINTS_OF_NUMBERS) else " "


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "P" and letter not in _SPOKEN_MARKS


def _chinese_digit(letter: str) -> str:
    value = unicodedata.digit(letter, None) if letter.isdecimal() else None
    return letter if value is None else _CHINESE_DIGITS[value]
