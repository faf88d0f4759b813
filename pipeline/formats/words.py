"""Timed words of a sentence, for scoring and annotation programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Sentence, Token
from pipeline.text.lines import plain_line
from pipeline.text.realignment import realign
from pipeline.text.scripts import has_blank_between, is_letter_or_digit
from pipeline.text.text_units import text_units

# Words without sentences are divided at pauses and at a length that is readable as a subtitle.
MAX_PAUSE_MS = 700
MAX_SENTENCE_MS = 20_000


def words_of(sentence: Sentence) -> tuple[Token, ...]:
    """Divide a sentence into timed words without punctuation; each Chinese character is a word.

    The text determines the words, the tokens their times: a token of several words is divided
    evenly. If the tokens are not those of the text, its words are timed as in a corrected text.
    """
    text, tokens = plain_line(sentence.text), sentence.tokens
    if _letters(token.text for token in tokens) != _letters([text]):
        tokens = realign(tokens, text, sentence)
    spoken_by = [number for number, each in enumerate(tokens) for _ in _letters([each.text])]
    words = tuple(_words(text, spoken_by))
    num_words = Counter(number for _, numbers in words for number in numbers)
    shares = [iter(_shared_out(each, num_words[number])) for number, each in enumerate(tokens)]
    return tuple(
        _word(text, [tokens[number] for number in numbers], [next(shares[n]) for n in numbers])
        for text, numbers in words
    )


def sentence_of_words(words: Sequence[Token], *, speaker: str | None) -> Sentence:
    """Create a sentence from words; it lasts from the first to the last.

    Args:
        words: at least one, sorted by start.
        speaker: their speaker.
    """
    end_ms = max(word.end_ms for word in words)
    text = joined(word.text for word in words)
    return Sentence(words[0].start_ms, end_ms, text, tokens_of(words), speaker)


def between_pauses(words: Iterable[Token]) -> Iterator[Sequence[Token]]:
    """Divide words into sentences at long pauses and at a maximum length."""
    run: list[Token] = []
    for word in sorted(words, key=lambda each: each.start_ms):
        if run and (
            word.start_ms - run[-1].end_ms > MAX_PAUSE_MS
            or word.end_ms - run[0].start_ms > MAX_SENTENCE_MS
        ):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def tokens_of(words: Iterable[Token]) -> tuple[Token, ...]:
    """Convert words to tokens, with leading spaces where needed."""
    tokens: list[Token] = []
    for word in words:
        needs_blank = tokens and has_blank_between(tokens[-1].text, word.text)
        text = f" {word.text}" if needs_blank else word.text
        tokens.append(Token(word.start_ms, word.end_ms, text, word.confidence))
    return tuple(tokens)


def spaced(words: Iterable[str]) -> str:
    """Join words with spaces."""
    return " ".join(words)


def joined(words: Iterable[str]) -> str:
    """Join words with spaces, except beside Chinese characters and wide punctuation."""
    parts: list[str] = []
    for word in filter(None, words):
        if parts and has_blank_between(parts[-1], word):
            parts.append(" ")
        parts.append(word)
    return "".join(parts)


def _letters(texts: Iterable[str]) -> str:
    return "".join(filter(is_letter_or_digit, "".join(texts)))


def _words(text: str, spoken_by: Sequence[int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield each word of a text with the indexes of the tokens that contain its letters."""
    letters = iter(spoken_by)
    done = 0
    for unit in text_units(text):
        for _ in islice(letters, len(_letters([text[done : unit.first]]))):
            pass  # signs on marks
        word = text[unit.first : unit.stop]
        done = unit.stop
        numbers = tuple(dict.fromkeys(islice(letters, len(_letters([word])))))
        if numbers:
            yield word, numbers


def _shared_out(token: Token, num_words: int) -> Iterator[Interval]:
    """Divide the time of a token evenly among its words; yield their intervals.

    No interval is empty: if there are more words than milliseconds, the last words share one.
    """
    parts = max(1, min(num_words, token.duration_ms))
    borders = [token.start_ms + token.duration_ms * part // parts for part in range(parts + 1)]
    times = [Interval(*each) for each in pairwise(borders)]
    yield from times
    yield from (times[-1] for _ in range(num_words - parts))


def _word(text: str, tokens: Sequence[Token], times: Sequence[Interval]) -> Token:
    known = [each.confidence for each in tokens if each.confidence is not None]
    end_ms = max(each.end_ms for each in times)
    return Token(times[0].start_ms, end_ms, text, min(known, default=None))
