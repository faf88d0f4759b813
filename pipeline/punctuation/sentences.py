"""Segmentation of punctuated tokens into sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from pipeline.core.transcript import RecognizedSegment, Sentence, Token
from pipeline.text.scripts import is_of_spaced_word

_CLOSING = r"[”’」』）)》〉】\]}\"']*\s*$"
_FULL_STOP = re.compile(rf"[。！？!?…．.]{_CLOSING}")
_WESTERN_STOP = re.compile(rf"(?<!\.)\.{_CLOSING}")  # a single dot may belong to the word
_CLAUSE_END = re.compile(rf"[，,、；;：:]{_CLOSING}")
_ABBREVIATION = re.compile(  # "J.", "e.g.", "Dr."
    r"(?:^|\W)(?:[a-z]|(?:[a-z]\.)+[a-z]|mr|mrs|ms|dr|prof|st|jr|sr|vs|no|inc|ltd|co)\.$",
    re.IGNORECASE,
)
_CONTINUES = re.compile(r"[0-9]|\s*[a-z]")  # "3." + "5", "etc." + " and"


@dataclass(frozen=True, slots=True)
class SentenceLimits:
    """Limits of silence and length that end or divide a sentence without a full stop.

    Attributes:
        max_gap_ms: silence above which a sentence always ends (spec 12, 8).
        max_length_ms: a longer sentence is divided at a comma.
        hard_length_ms: a longer sentence without a comma is divided at its longest pause.
        min_piece_ms: minimum length of either side of a division.
    """

    max_gap_ms: int = 1_500
    max_length_ms: int = 12_000
    hard_length_ms: int = 20_000
    min_piece_ms: int = 2_000

    def __post_init__(self) -> None:
        if not 0 < 2 * self.min_piece_ms <= self.max_length_ms <= self.hard_length_ms:
            raise ValueError(f"SentenceLimits need 2 pieces <= max_length <= hard_length: {self}")


def sentences_from(
    segments: Sequence[RecognizedSegment], *, limits: SentenceLimits | None = None
) -> tuple[Sentence, ...]:
    """Divide a whole recording into sentences, without speakers.

    A sentence ends at a full stop, at a long silence, at a change of language, or at a comma if
    it is too long; it may span several segments. No token is lost: the sentences' tokens in order
    are the segments' tokens in order.
    """
    chosen = limits or SentenceLimits()
    return tuple(_sentences_of(_all_runs(segments, chosen), chosen))


def finalized_sentences(
    segments: Sequence[RecognizedSegment], *, limits: SentenceLimits | None = None
) -> tuple[Sentence, ...]:
    """Return the sentences of `sentences_from` except the last, which later segments may extend."""
    chosen = limits or SentenceLimits()
    return tuple(_sentences_of(list(_all_runs(segments, chosen))[:-1], chosen))


def sentence_of(tokens: Sequence[Token], *, speaker: str | None = None) -> Sentence:
    """Create a sentence from tokens, at least one."""
    return Sentence(
        start_ms=tokens[0].start_ms,
        end_ms=max(token.end_ms for token in tokens),
        text="".join(token.text for token in tokens).strip(),
        tokens=tuple(tokens),
        speaker=speaker,
    )


def is_word_border(left: Token, right: Token) -> bool:
    """Return whether text may be divided between two tokens, not inside a word or number."""
    before, after = left.text[-1:], right.text[:1]
    return not (is_of_spaced_word(before) and is_of_spaced_word(after))


def ends_clause(token: Token) -> bool:
    """Return whether a token ends with a comma or a sentence end."""
    return bool(_CLAUSE_END.search(token.text) or _FULL_STOP.search(token.text))


def _all_runs(
    segments: Sequence[RecognizedSegment], limits: SentenceLimits
) -> Iterator[list[Token]]:
    """Yield the tokens of each sentence, ended by a full stop, long silence or language change."""
    spoken = [segment for segment in segments if segment.tokens]
    for _, same_language in groupby(spoken, key=lambda segment: segment.language):
        yield from _runs([token for segment in same_language for token in segment.tokens], limits)


def _sentences_of(runs: Iterable[list[Token]], limits: SentenceLimits) -> Iterator[Sentence]:
    return (sentence_of(piece) for run in runs for piece in _divide_long(run, limits))


def _runs(tokens: Sequence[Token], limits: SentenceLimits) -> Iterator[list[Token]]:
    """Yield the tokens of each sentence, ended by a full stop or long silence."""
    run: list[Token] = []
    for token, following in zip(tokens, [*tokens, None][1:], strict=True):
        run.append(token)
        if following is None or _ends_sentence(token, following, limits):
            yield run
            run = []


def _ends_sentence(token: Token, following: Token, limits: SentenceLimits) -> bool:
    if following.start_ms - token.end_ms > limits.max_gap_ms:
        return True
    if not _FULL_STOP.search(token.text):
        return False
    if not _WESTERN_STOP.search(token.text):
        return True
    composed = unicodedata.normalize("NFC", token.text)  # "bán." is not the abbreviation "n."
    return not (_ABBREVIATION.search(composed) or _CONTINUES.match(following.text))


def _divide_long(run: list[Token], limits: SentenceLimits) -> Iterator[list[Token]]:
    """Divide a long sentence near its middle, repeatedly, until its parts are short enough."""
    to_do = [run]
    while to_do:
        piece = to_do.pop()
        border = _choose_border(piece, limits)
        if border is None:
            yield piece
        else:
            to_do += [piece[border:], piece[:border]]


def _choose_border(run: Sequence[Token], limits: SentenceLimits) -> int | None:
    """Return the index of the token at which to divide a sentence.

    The result is None if the sentence is short enough or has no suitable position.
    """
    start_ms, end_ms = run[0].start_ms, run[-1].end_ms
    if end_ms - start_ms <= limits.max_length_ms:
        return None
    borders = [
        position
        for position, (left, right) in enumerate(pairwise(run), start=1)
        if left.end_ms - start_ms >= limits.min_piece_ms
        and end_ms - right.start_ms >= limits.min_piece_ms
        and is_word_border(left, right)
    ]
    commas = [border for border in borders if _CLAUSE_END.search(run[border - 1].text)]
    middle_ms = (start_ms + end_ms) // 2
    if commas:
        return min(commas, key=lambda border: abs(run[border].start_ms - middle_ms))
    if not borders or end_ms - start_ms <= limits.hard_length_ms:
        return None
    return max(
        borders,
        key=lambda border: (_pause_ms(run, border), -abs(run[border].start_ms - middle_ms)),
    )


def _pause_ms(run: Sequence[Token], border: int) -> int:
    return run[border].start_ms - run[border - 1].end_ms
