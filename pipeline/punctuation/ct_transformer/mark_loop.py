"""Punctuation of text of any length with a model of limited context."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.punctuation.ct_transformer.mark_list import MarkList

CHUNK_WORDS = 20  # spec 5.3, as the next two
FIRST_BORDER = 2  # no sentence ends within the first two words
COMMA_LIMIT = 200  # after so many words without a full stop a comma ends the sentence
# The reference system extends the window without limit if neither stop nor comma occurs
# ("嗯嗯嗯…"), at quadratic cost. At this limit the marks are released unchanged.
WINDOW_LIMIT = 500

Guess = Callable[[NDArray[np.int32]], Sequence[int]]
"""A function that predicts the class of the mark after each word of a window of word ids."""


def mark_blocks(
    word_ids: NDArray[np.int32], guess: Guess, marks: MarkList
) -> Iterator[tuple[int, ...]]:
    """Predict the classes of the marks after all words; yield them in blocks of any size.

    Args:
        word_ids: (num_words,) int32.
        guess: function that runs the model.
        marks: the marks of the model's classes.

    Yields:
        Classes, one per word over all blocks; a block may be empty.
    """
    loop = MarkLoop(guess, marks)
    yield from loop.feed(word_ids)
    yield from loop.finish()


class MarkLoop:
    """An incremental punctuator of a text, which yields marks in blocks once they are final.

    The model reads the next 20 words and those before them whose marks are not final. Marks become
    final as soon as following words have confirmed the end of their sentence (spec 5.3).
    """

    def __init__(self, guess: Guess, marks: MarkList) -> None:
        """Initialise the loop for a new text.

        Args:
            guess: the model.
            marks: the marks of the model's classes.
        """
        self._guess = guess
        self._marks = marks
        self._open: NDArray[np.int32] = np.zeros(0, np.int32)  # words whose marks are not final
        self._next_window = CHUNK_WORDS  # of them

    def feed(self, word_ids: NDArray[np.int32]) -> Iterator[tuple[int, ...]]:
        """Add the next word ids, (num_words,) int32, and yield the marks that become final."""
        self._open = np.concatenate([self._open, word_ids])
        while self._open.size > self._next_window:
            found = list(self._guess(self._open[: self._next_window]))
            del found[_num_final(found, self._marks) :]
            self._open = self._open[len(found) :]
            self._next_window += CHUNK_WORDS - len(found)
            yield tuple(found)

    def finish(self) -> Iterator[tuple[int, ...]]:
        """Yield the marks of the remaining words, if there are any."""
        if self._open.size:
            yield tuple(self._guess(self._open))


def finalize_end(mark_ids: Sequence[int], last_word: str, marks: MarkList) -> tuple[int, ...]:
    """Replace the last mark by a full stop unless it ends a sentence.

    Args:
        mark_ids: at least one.
        last_word: the word before the last mark.
        marks: the marks of the classes.
    """
    has_mark = marks.ends_sentence(mark_ids[-1])
    is_stopped = not marks.marks[mark_ids[-1]] and last_word.endswith(("。", "？", ".", "?"))
    if has_mark or is_stopped:
        return tuple(mark_ids)
    return (*mark_ids[:-1], marks.full_stop)


def _num_final(found: list[int], marks: MarkList) -> int:
    """Return the number of words with final marks; make a comma that must end them a full stop."""
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
