"""Punctuation streams for words that arrive incrementally."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Protocol

from pipeline.core.progress import Report, ignore_report
from pipeline.core.transcript import Mark
from pipeline.punctuation.ct_transformer.mark_list import MarkList
from pipeline.punctuation.ct_transformer.mark_loop import WINDOW_LIMIT, MarkLoop, finalize_end
from pipeline.punctuation.ct_transformer.vocabulary import Vocabulary
from pipeline.punctuation.ct_transformer.word_pieces import WordCutter


class WholePunctuator(Protocol):
    """The protocol of a punctuator of complete texts, such as `CtTransformerPunctuator`."""

    def punctuate(
        self, words: Sequence[str], *, report: Report = ignore_report
    ) -> tuple[Mark, ...]:
        """Predict the mark after each word of a complete text."""
        ...


class SingleWordStream:
    """A stream for a model whose pieces are within words, so that each word is processed once."""

    def __init__(
        self, loop: MarkLoop, cutter: WordCutter, vocabulary: Vocabulary, marks: MarkList
    ) -> None:
        """Initialise the stream for a new text.

        Args:
            loop: a new loop.
            cutter: cutter that processes each word separately.
            vocabulary: the model's vocabulary.
            marks: the marks of the model's classes.
        """
        self._loop = loop
        self._cutter = cutter
        self._vocabulary = vocabulary
        self._marks = marks
        self._num_pieces: deque[int] = deque()  # per word without a mark
        self._classes: list[int] = []  # of the pieces of these words
        self._last_piece = ""
        self._finalized: list[Mark] = []

    def feed(self, words: Sequence[str]) -> tuple[Mark, ...]:
        """Add the next words and return the marks now final; see `PunctuationStream.feed`."""
        pieces = self._cutter.cut(words)
        counts = [0] * len(words)
        for owner in pieces.owners:
            counts[owner] += 1
        self._num_pieces += counts
        self._last_piece = pieces.texts[-1] if pieces.texts else self._last_piece
        for block in self._loop.feed(self._vocabulary.ids_of(pieces.texts)):
            self._classes += block
        return self._take()

    def finish(self, *, report: Report = ignore_report) -> tuple[Mark, ...]:
        """Return the marks of all words; `report` counts words."""
        for block in self._loop.finish():
            self._classes += finalize_end(block, self._last_piece, self._marks)
        self._take()
        self._finalized += [Mark.NONE] * len(self._num_pieces)  # words without pieces
        report(len(self._finalized), len(self._finalized))
        return tuple(self._finalized)

    def _take(self) -> tuple[Mark, ...]:
        """Return the marks of words whose pieces are all final, each the mark of its last piece."""
        found: list[Mark] = []
        while self._num_pieces and self._classes and self._num_pieces[0] <= len(self._classes):
            count = self._num_pieces.popleft()
            found.append(self._marks.marks[self._classes[count - 1]] if count else Mark.NONE)
            del self._classes[:count]
        self._finalized += found
        return tuple(found)


class JoinedWordStream:
    """A stream for a model whose pieces span words, so that only the final result is exact.

    The marks during the stream come from the new words alone, with few differences; `finish`
    processes all words again.
    """

    def __init__(self, punctuator: WholePunctuator) -> None:
        """Initialise the stream for a new text."""
        self._punctuator = punctuator
        self._words: list[str] = []
        self._num_marked = 0

    def feed(self, words: Sequence[str]) -> tuple[Mark, ...]:
        """Add words; return the marks up to the last sentence end, as `PunctuationStream.feed`."""
        self._words += words
        found = self._punctuator.punctuate(self._words[self._num_marked :])[:-1]
        ends = [place for place, mark in enumerate(found, start=1) if mark.ends_sentence]
        is_endless = not ends and len(found) > WINDOW_LIMIT  # else each feed would read all again
        finalized = found if is_endless else found[: ends[-1] if ends else 0]
        self._num_marked += len(finalized)
        return finalized

    def finish(self, *, report: Report = ignore_report) -> tuple[Mark, ...]:
        """Return the marks of all words, predicted again from the complete text."""
        return self._punctuator.punctuate(self._words, report=report)
