"""The words of a sentence with their times, as scorers and annotation programs count them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.formats.plain_line import plain_line
from pipeline.realignment import realign
from pipeline.transcript import Sentence, Token
from pipeline.writing import is_letter_or_digit

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
# A word: one character of an unspaced script, or letters and digits with what may stand within.
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+(?:['’.,:@&_-][^\W_{_UNSPACED}]+)*")
_ENDS_SPACED = re.compile(rf"[^\W_{_UNSPACED}]\Z")
_STARTS_SPACED = re.compile(rf"[^\W_{_UNSPACED}]")


def words_of(sentence: Sentence) -> tuple[Token, ...]:
    """The words without marks: Chinese characters one by one, other scripts' words whole.

    Words keep their tokens' times and confidence; a token of several words is shared out evenly.
    Where the tokens are not those of the text, its words get times as a corrected text does.
    """
    tokens = sentence.tokens
    if _letters(token.text for token in tokens) != _letters([sentence.text]):
        tokens = realign(tokens, sentence.text, sentence)
    return tuple(word for token in _whole(tokens) for word in _shared_out(token))


def sentence_of_words(words: Sequence[Token], *, speaker: str | None) -> Sentence:
    """The sentence that some words make; it lasts as long as they do.

    Args:
        words: at least one, sorted by start.
        speaker: who says it.
    """
    end_ms = max(word.end_ms for word in words)
    text = joined(word.text for word in words)
    return Sentence(words[0].start_ms, end_ms, text, tokens_of(words), speaker)


def tokens_of(words: Iterable[Token]) -> tuple[Token, ...]:
    """Words as a recogniser gives them: with the blank before those that have one."""
    tokens: list[Token] = []
    for word in words:
        needs_blank = tokens and joined((tokens[-1].text, word.text)) != tokens[-1].text + word.text
        tokens.append(replace(word, text=f" {word.text}") if needs_blank else word)
    return tuple(tokens)


def spaced(words: Iterable[str]) -> str:
    """Words with blanks between them."""
    return " ".join(words)


def joined(words: Iterable[str]) -> str:
    """Words as they are written: blanks between spaced words alone."""
    parts: list[str] = []
    for word in words:
        if parts and _ENDS_SPACED.search(parts[-1]) and _STARTS_SPACED.match(word):
            parts.append(" ")
        parts.append(word)
    return "".join(parts)


def _letters(texts: Iterable[str]) -> str:
    return "".join(filter(is_letter_or_digit, "".join(texts)))


def _whole(tokens: Iterable[Token]) -> list[Token]:
    """Pieces of one word made one."""
    words: list[Token] = []
    for token in tokens:
        if words and _ENDS_SPACED.search(words[-1].text) and _STARTS_SPACED.match(token.text):
            last = words[-1]
            words[-1] = Token(
                last.start_ms,
                max(last.end_ms, token.end_ms),
                last.text + token.text,
                _lower(last.confidence, token.confidence),
            )
        else:
            words.append(token)
    return words


def _lower(first: float | None, second: float | None) -> float | None:
    return second if first is None else first if second is None else min(first, second)


def _shared_out(token: Token) -> Iterable[Token]:
    words = _WORD.findall(plain_line(token.text))
    # No part may be empty: where there are more words than milliseconds, the last share one.
    parts = max(1, min(len(words), token.duration_ms))
    borders = [token.start_ms + token.duration_ms * part // parts for part in range(parts + 1)]
    for number, word in enumerate(words):
        part = min(number, parts - 1)
        yield Token(borders[part], borders[part + 1], word, token.confidence)
