"""Marks for a text of any length from a model that reads a piece of it at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.punctuation.mark_list import MarkList

CHUNK_WORDS = 20  # spec 5.3, as the next two
FIRST_BORDER = 2  # no sentence ends at the first two words
COMMA_LIMIT = 200  # past so many words without a full stop a comma ends the sentence
# The reference reads on without end where neither stop nor comma comes ("嗯嗯嗯…"), and the cost
# grows with the square. Past this the words are given out as they are.
WINDOW_LIMIT = 500

Guess = Callable[[NDArray[np.int32]], Sequence[int]]
"""The class of the mark after each word of a stretch of text, given the words' ids."""


def mark_blocks(
    word_ids: NDArray[np.int32], guess: Guess, marks: MarkList
) -> Iterator[tuple[int, ...]]:
    """The classes of the marks after all words of a text; see `MarkLoop`.

    Args:
        word_ids: (num_words,) int32.
        guess: the model.
        marks: what its classes mean.

    Yields:
        Classes, all blocks together one per word; a block may be empty.
    """
    loop = MarkLoop(guess, marks)
    yield from loop.feed(word_ids)
    yield from loop.finish()


class MarkLoop:
    """The marks of a text that comes word by word, in blocks that are settled together.

    Each window holds the next 20 words and what the sentence before them has left open; a block
    is given out as soon as words after it have confirmed its end (spec 5.3).
    """

    def __init__(self, guess: Guess, marks: MarkList) -> None:
        """Begin a text.

        Args:
            guess: the model.
            marks: what its classes mean.
        """
        self._guess = guess
        self._marks = marks
        self._open: NDArray[np.int32] = np.zeros(0, np.int32)  # words whose marks are not settled
        self._next_window = CHUNK_WORDS  # of them

    def feed(self, word_ids: NDArray[np.int32]) -> Iterator[tuple[int, ...]]:
        """The blocks that are settled by the next (num_words,) int32."""
        self._open = np.concatenate([self._open, word_ids])
        while self._open.size > self._next_window:
            found = list(self._guess(self._open[: self._next_window]))
            del found[_settle(found, self._marks) :]
            self._open = self._open[len(found) :]
            self._next_window += CHUNK_WORDS - len(found)
            yield tuple(found)

    def finish(self) -> Iterator[tuple[int, ...]]:
        """The last block, if there were words."""
        if self._open.size:
            yield tuple(self._guess(self._open))


def settle_end(mark_ids: Sequence[int], last_word: str, marks: MarkList) -> tuple[int, ...]:
    """The classes with a full stop at the end of the text where it has no stop of its own.

    Args:
        mark_ids: at least one.
        last_word: the word before the last mark.
        marks: what the classes mean.
    """
    has_mark = marks.ends_sentence(mark_ids[-1])
    is_stopped = not marks.marks[mark_ids[-1]] and last_word.endswith(("。", "？", ".", "?"))
    if has_mark or is_stopped:
        return tuple(mark_ids)
    return (*mark_ids[:-1], marks.full_stop)


def _settle(found: list[int], marks: MarkList) -> int:
    """How many words of a window may be given out; a comma that must end them becomes a stop."""
    borders = range(len(found) - 2, FIRST_BORDER - 1, -1)
    stop = next((i for i in borders if marks.ends_sentence(found[i])), None)
    if stop is not None:
        return stop + 1
    if len(found) > COMMA_LIMIT:
        comma = next((i for i in borders if marks.is_comma(found[i])), None)
        if comma is not None:
            found[comma] = marks.full_stop
            return comma + 1
    return len(found) - CHUNK_WORDS if len(found) > WINDOW_LIMIT else 0
