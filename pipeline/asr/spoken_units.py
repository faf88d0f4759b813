"""Timed pieces of a recogniser's text, made into one unit per Chinese character or word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.writing import (
    JOINTS,
    OPENING_MARKS,
    continues_word,
    count_syllables,
    extends_character,
    is_mark,
    is_of_spaced_word,
    last_base,
)

LONGEST_SYLLABLE_MS = 400  # 19 of 20 Chinese characters in the development conversations


@dataclass(frozen=True, slots=True)
class TimedPiece:
    """A piece of text and when it is spoken, in milliseconds of the recogniser's window.

    Attributes:
        text: leading space included where words are spaced.
        start_ms: first moment.
        end_ms: moment after the last; may equal the first.
        probability: in [0, 1].
    """

    text: str
    start_ms: int
    end_ms: int
    probability: float


def spoken_units(pieces: Iterable[TimedPiece]) -> tuple[TimedPiece, ...]:
    """One unit per Chinese character or word, marks with the unit they belong to.

    The times of a unit are those of what is spoken: a mark adds its text alone, and a unit that
    seems to last too long begins later. The units'
    texts in a row are the pieces' texts in a row, less marks that have no word to stand by.
    """
    single = [unit for piece in pieces for unit in _separate(piece)]
    return tuple(_trim(unit) for unit in _attach_marks(_join_words(single)))


def _separate(piece: TimedPiece) -> Iterator[TimedPiece]:
    """Divide a piece of several characters; its time is spread evenly over what is spoken."""
    texts = _divide(piece.text)
    num_spoken = max(1, sum(not is_mark(text) for text in texts))
    position = 0
    for text in texts:
        start_ms = _between(piece, position, num_spoken)
        position += not is_mark(text)
        yield replace(
            piece, text=text, start_ms=start_ms, end_ms=_between(piece, position, num_spoken)
        )


def _divide(text: str) -> list[str]:
    """Single characters, words and marks, each with the space before it."""
    units: list[str] = []
    for character in text:
        if units and (units[-1].isspace() or continues_word(units[-1], character)):
            units[-1] += character
        else:
            units.append(character)
    return units


def _between(piece: TimedPiece, position: int, count: int) -> int:
    return piece.start_ms + (piece.end_ms - piece.start_ms) * position // count


def _join_words(pieces: Sequence[TimedPiece]) -> list[TimedPiece]:
    """Unite the pieces of one word or number: LO GO, 3 . 5."""
    joined: list[TimedPiece] = []
    for piece in pieces:
        if joined and _is_one_word(joined[-1].text, piece.text):
            joined[-1] = _united(joined[-1], piece)
        elif len(joined) > 1 and _is_joint(joined[-2].text, joined[-1].text, piece.text):
            joint = joined.pop()
            joined[-1] = _united(_united(joined[-1], joint), piece)
        else:
            joined.append(piece)
    return joined


def _is_one_word(before: str, after: str) -> bool:
    """Return whether a piece goes on with the word or the character before it."""
    if extends_character(after[0]):
        return True
    return is_of_spaced_word(last_base(before)) and is_of_spaced_word(after[0])


def _is_joint(before: str, joint: str, after: str) -> bool:
    """Whether a mark stands inside a word: no space around it, letters or digits on both sides."""
    return joint in JOINTS and is_of_spaced_word(last_base(before)) and is_of_spaced_word(after[0])


def _united(first: TimedPiece, second: TimedPiece) -> TimedPiece:
    lengths = (len(first.text), len(second.text))
    mean = (first.probability * lengths[0] + second.probability * lengths[1]) / sum(lengths)
    return TimedPiece(first.text + second.text, first.start_ms, second.end_ms, mean)


def _trim(unit: TimedPiece) -> TimedPiece:
    """Take off the silence before a unit, which the aligner counts to it."""
    longest_ms = LONGEST_SYLLABLE_MS * max(1, count_syllables(unit.text))
    return replace(unit, start_ms=max(unit.start_ms, unit.end_ms - longest_ms))


def _attach_marks(pieces: Sequence[TimedPiece]) -> Iterator[TimedPiece]:
    """Give marks to the word before, opening ones to the word after."""
    waiting = ""
    current: TimedPiece | None = None
    for piece in pieces:
        if not is_mark(piece.text):
            if current is not None:
                yield current
            current = replace(piece, text=waiting + piece.text)
            waiting = ""
        elif piece.text.strip()[:1] in OPENING_MARKS:
            waiting += piece.text
        elif current is not None and not waiting:
            current = replace(current, text=current.text + piece.text)
    if current is not None:
        yield current
