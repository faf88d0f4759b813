"""Conversion of timed pieces of text to one unit per Chinese character or word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.text.scripts import (
    JOINTS,
    OPENING_MARKS,
    continues_word,
    count_syllables,
    extends_character,
    is_mark,
    is_of_spaced_word,
    last_base,
)

LONGEST_SYLLABLE_MS = (
    400  # the 95th percentile of Chinese characters in the development conversations
)


@dataclass(frozen=True, slots=True)
class TimedPiece:
    """A piece of recognised text with its time in milliseconds from the start of the window.

    Attributes:
        text: includes the leading space if words are spaced.
        start_ms: start, inclusive.
        end_ms: end, exclusive; may equal the start.
        probability: in [0, 1].
        alternatives: other characters that the decoder considered in place of this one.
    """

    text: str
    start_ms: int
    end_ms: int
    probability: float
    alternatives: tuple[str, ...] = ()


def spoken_units(pieces: Iterable[TimedPiece]) -> tuple[TimedPiece, ...]:
    """Convert pieces to one unit per Chinese character or word, with punctuation attached.

    The times are those of the spoken text: punctuation adds no time, and a unit that is too long
    starts later. The joined text equals that of the pieces except for punctuation without a word.
    """
    single = [unit for piece in pieces for unit in _separate(piece)]
    return tuple(_trim(unit) for unit in _attach_marks(_join_words(single)))


def _separate(piece: TimedPiece) -> Iterator[TimedPiece]:
    """Split a piece into characters or words and divide its time evenly among the spoken ones."""
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
    """Split text into characters, words and punctuation, each with the space before it."""
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
    """Join the pieces of one word or number, such as `LO` `GO` or `3` `.` `5`."""
    joined: list[TimedPiece] = []
    for piece in pieces:
        if joined and _is_one_word(joined[-1].text, piece.text):
            joined[-1] = _merged(joined[-1], piece)
        elif len(joined) > 1 and _is_joint(joined[-2].text, joined[-1].text, piece.text):
            joint = joined.pop()
            joined[-1] = _merged(_merged(joined[-1], joint), piece)
        else:
            joined.append(piece)
    return joined


def _is_one_word(before: str, after: str) -> bool:
    """Return whether a piece continues the word or character before it."""
    if extends_character(after[0]):
        return True
    return is_of_spaced_word(last_base(before)) and is_of_spaced_word(after[0])


def _is_joint(before: str, joint: str, after: str) -> bool:
    """Return whether a mark joins the letters or digits on both sides into one word."""
    return joint in JOINTS and is_of_spaced_word(last_base(before)) and is_of_spaced_word(after[0])


def _merged(first: TimedPiece, second: TimedPiece) -> TimedPiece:
    lengths = (len(first.text), len(second.text))
    mean = (first.probability * lengths[0] + second.probability * lengths[1]) / sum(lengths)
    return TimedPiece(first.text + second.text, first.start_ms, second.end_ms, mean)


def _trim(unit: TimedPiece) -> TimedPiece:
    """Move the start of a unit that is longer than speech can be, to skip the silence before it."""
    longest_ms = LONGEST_SYLLABLE_MS * max(1, count_syllables(unit.text))
    return replace(unit, start_ms=max(unit.start_ms, unit.end_ms - longest_ms))


def _attach_marks(pieces: Sequence[TimedPiece]) -> Iterator[TimedPiece]:
    """Attach punctuation to the preceding word, but opening marks to the following word."""
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
