"""Marks for words that come little by little, by a model that reads pieces of words."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Protocol

from pipeline.marks import Mark
from pipeline.progress import Report, ignore_report
from pipeline.punctuation.mark_list import MarkList
from pipeline.punctuation.mark_loop import WINDOW_LIMIT, MarkLoop, settle_end
from pipeline.punctuation.vocabulary import Vocabulary
from pipeline.punctuation.word_pieces import WordCutter


class WholePunctuator(Protocol):
    """Punctuates words of which there are no more to come; `CtTransformerPunctuator` does."""

    def punctuate(
        self, words: Sequence[str], *, report: Report = ignore_report
    ) -> tuple[Mark, ...]:
        """The mark after each word."""
        ...


class SingleWordStream:
    """For a model whose pieces never reach over words: no word is read twice."""

    def __init__(
        self, loop: MarkLoop, cutter: WordCutter, vocabulary: Vocabulary, marks: MarkList
    ) -> None:
        """Begin a text.

        Args:
            loop: at the beginning, too.
            cutter: cuts each word by itself.
            vocabulary: of the model.
            marks: what the model's classes mean.
        """
        self._loop = loop
        self._cutter = cutter
        self._vocabulary = vocabulary
        self._marks = marks
        self._num_pieces: deque[int] = deque()  # of the words that have no mark yet
        self._classes: list[int] = []  # of pieces of these words
        self._last_piece = ""
        self._settled: list[Mark] = []

    def feed(self, words: Sequence[str]) -> tuple[Mark, ...]:
        """The marks that are settled by the next words; see `PunctuationStream.feed`."""
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
        """The marks of all words; `report` counts words."""
        for block in self._loop.finish():
            self._classes += settle_end(block, self._last_piece, self._marks)
        self._take()
        self._settled += [Mark.NONE] * len(self._num_pieces)  # words of nothing
        report(len(self._settled), len(self._settled))
        return tuple(self._settled)

    def _take(self) -> tuple[Mark, ...]:
        """The marks of the words all of whose pieces are settled, the last piece's counting."""
        found: list[Mark] = []
        while self._num_pieces and self._classes and self._num_pieces[0] <= len(self._classes):
            count = self._num_pieces.popleft()
            found.append(self._marks.marks[self._classes[count - 1]] if count else Mark.NONE)
            del self._classes[:count]
        self._settled += found
        return tuple(found)


class JoinedWordStream:
    """For a model whose pieces may hold several words: only all words together are exact.

    On the way the words that come together are read by themselves, which a listener hardly sees;
    in the end all of them are read again.
    """

    def __init__(self, punctuator: WholePunctuator) -> None:
        """Begin a text."""
        self._punctuator = punctuator
        self._words: list[str] = []
        self._num_marked = 0

    def feed(self, words: Sequence[str]) -> tuple[Mark, ...]:
        """Marks up to the last sentence's end so far; see `PunctuationStream.feed`."""
        self._words += words
        found = self._punctuator.punctuate(self._words[self._num_marked :])[:-1]
        ends = [place for place, mark in enumerate(found, start=1) if mark.ends_sentence]
        is_endless = not ends and len(found) > WINDOW_LIMIT  # else each feed would read all anew
        settled = found if is_endless else found[: ends[-1] if ends else 0]
        self._num_marked += len(settled)
        return settled

    def finish(self, *, report: Report = ignore_report) -> tuple[Mark, ...]:
        """The marks of all words."""
        return self._punctuator.punctuate(self._words, report=report)
