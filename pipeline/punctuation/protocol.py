"""Protocols of punctuation predictors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pipeline.core.progress import Report, ignore_report
from pipeline.core.transcript import Mark


class PunctuationStream(Protocol):
    """A predictor of punctuation for words that arrive incrementally."""

    def feed(self, words: Sequence[str]) -> tuple[Mark, ...]:
        """Add the next words; return the punctuation marks that become final.

        They belong to the words after those with final marks; the last word never gets a mark here.
        """
        ...

    def finish(self, *, report: Report = ignore_report) -> tuple[Mark, ...]:
        """Return the marks after all words, equal to the result of `Punctuator.punctuate`."""
        ...


class Punctuator(Protocol):
    """A predictor of punctuation for a sequence of words."""

    def follow(self) -> PunctuationStream:
        """Create a punctuation stream for a recording whose words arrive incrementally."""
        ...

    def punctuate(
        self, words: Sequence[str], *, report: Report = ignore_report
    ) -> tuple[Mark, ...]:
        """Predict the punctuation mark after each word; return an empty tuple for no words.

        `words` are all words of a recording in order of time, without punctuation; `report`
        counts words, or pieces of words.
        """
        ...
