"""Conversion of Paraformer's tokens to words, both with times in the speech segment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline.asr.paraformer.vocabulary import CONTINUES, UNKNOWN
from pipeline.core.transcript import RecognizedSegment
from pipeline.text.scripts import is_chinese, is_of_spaced_word

SILENT_TOKENS = frozenset(("<blank>", "<s>", "</s>", UNKNOWN, "<OOV>"))
_TIGHT = frozenset(".@-_/'")  # characters without spaces around them: "www.a-b.cn"


@dataclass(frozen=True, slots=True)
class TimedText:
    """A token of the vocabulary, or a word joined from several.

    Attributes:
        text: displayed text, without surrounding spaces.
        start_ms: may be before the segment by the rules of the reference system.
        end_ms: end of the last token.
        confidence: probability in [0, 1], mean over the tokens.
        alternatives: other texts that the network considered in place of a single token.
        text_without_lm: text without the language model, "" for none; None if it is the same.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: float
    alternatives: tuple[str, ...] = ()
    text_without_lm: str | None = None

    @property
    def greedy_text(self) -> str:
        """The text without the language model."""
        return self.text if self.text_without_lm is None else self.text_without_lm

    def with_texts(self, change: Callable[[str], str]) -> TimedText:
        """Return the token with a change of its text, and of its text without the model."""
        alone = self.text_without_lm
        return replace(
            self, text=change(self.text), text_without_lm=None if alone is None else change(alone)
        )


def join(parts: Sequence[TimedText]) -> TimedText:
    """Join neighbouring parts, at least one, into one word."""
    text = "".join(part.text for part in parts)
    alone = "".join(part.greedy_text for part in parts)
    return TimedText(
        text,
        parts[0].start_ms,
        parts[-1].end_ms,
        confidence=sum(part.confidence for part in parts) / len(parts),
        alternatives=parts[0].alternatives if len(parts) == 1 else (),
        text_without_lm=None if alone == text else alone,
    )


def shown_text(token: str) -> str:
    """Return the displayed text of a token of the vocabulary, "" for a silent one."""
    return "" if token in SILENT_TOKENS else token


def words_from(tokens: Sequence[TimedText]) -> tuple[TimedText, ...]:
    """Join tokens into words: one per Chinese character, digit, sign, English word or abbreviation.

    Pieces that end in `@@` are joined with the following tokens of the same word; a piece without
    a continuation becomes a word. Silent tokens are dropped with their times. Letters that are
    spelled one by one become capitals: `a` `i` gives "AI".
    """
    return tuple(join_spelled(word for word in _join_pieces(tokens) if word.text))


def space_before(word: str, *, previous: str) -> str:
    """Return the separator before a word: a space between words of scripts with spaces, or ""."""
    left, right = previous[-1:], word[:1]
    if not left or is_chinese(left) or is_chinese(right) or left in _TIGHT or right in _TIGHT:
        return ""
    return "" if left.isdigit() and right.isdigit() else " "


def join_spelled(words: Iterator[TimedText]) -> Iterator[TimedText]:
    """Join two or more single letters in a row into one word in capitals."""
    for is_letter, run in groupby(words, key=lambda word: _is_letter(word.text)):
        letters = list(run)
        if is_letter and len(letters) > 1:
            yield join([letter.with_texts(str.upper) for letter in letters])
        else:
            yield from letters


def _join_pieces(tokens: Sequence[TimedText]) -> Iterator[TimedText]:
    pending: list[TimedText] = []
    for token in tokens:
        if token.text in SILENT_TOKENS:
            continue
        text = _without_continuation(token.text)
        is_piece = text != token.text
        if pending and not (text and all(is_of_spaced_word(each) or each in "'-" for each in text)):
            yield join(pending)
            pending = []
        pending.append(token.with_texts(_without_continuation))
        if not is_piece:
            yield join(pending)
            pending = []
    if pending:
        yield join(pending)


def _without_continuation(text: str) -> str:
    return text.removesuffix(CONTINUES)


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isascii() and text.isalpha()


def join_segments(recognized: Iterable[RecognizedSegment]) -> Iterator[RecognizedSegment]:
    """Yield the segments with a space before the first word where the preceding word requires one.

    Recognisers without punctuation handle segments separately, but a sentence may span two of
    them.

    Args:
        recognized: sorted by time, tokens without punctuation.
    """
    previous = ""
    for each in recognized:
        if not each.tokens:
            yield each
            continue
        first, *others = each.tokens
        word = first.text.lstrip()
        text = space_before(word, previous=previous) + word
        yield replace(each, tokens=(replace(first, text=text), *others))
        previous = each.tokens[-1].text
