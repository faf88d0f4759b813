"""The words of a sentence with their times, as scorers and annotation programs count them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.formats.plain_line import plain_line
from pipeline.transcript import Sentence, Token

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
# A word: one character of an unspaced script, or letters and digits with what may stand within.
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+(?:['’.,:@&_-][^\W_{_UNSPACED}]+)*")
_ENDS_SPACED = re.compile(rf"[^\W_{_UNSPACED}]\Z")
_STARTS_SPACED = re.compile(rf"[^\W_{_UNSPACED}]")


def words_of(sentence: Sentence) -> tuple[Token, ...]:
    """The words without marks: Chinese characters one by one, other scripts' words whole.

    Words keep their tokens' times and confidence; a token of several words is shared out evenly,
    and so is the sentence where it has no tokens.
    """
    tokens = sentence.tokens or (Token(sentence.start_ms, sentence.end_ms, sentence.text),)
    return tuple(word for token in _whole(tokens) for word in _shared_out(token))


def spaced(words: Iterable[str]) -> str:
    """Words with blanks between them."""
    return " ".join(words)


def joined(words: Iterable[str]) -> str:
    """Words as they are written: blanks between spaced words alone."""
    text = ""
    for word in words:
        needs_blank = _ENDS_SPACED.search(text) and _STARTS_SPACED.match(word)
        text += f" {word}" if needs_blank else word
    return text


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
