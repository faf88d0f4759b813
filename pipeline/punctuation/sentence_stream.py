"""Incremental sentence segmentation; a sentence is returned once later speech cannot change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.core.options import Profile
from pipeline.core.progress import Report, ignore_report
from pipeline.core.transcript import Mark, RecognizedSegment, Sentence
from pipeline.punctuation.marked_tokens import with_marks, with_western_marks, words_of
from pipeline.punctuation.protocol import PunctuationStream
from pipeline.punctuation.punctuated import clauses, punctuated_sentences, unpunctuated_sentences
from pipeline.punctuation.sentences import finalized_sentences, sentences_from


class MarkedSentences:
    """A sentence stream for a recogniser whose tokens include punctuation."""

    def __init__(self) -> None:
        self._segments: list[RecognizedSegment] = []
        self._open: tuple[RecognizedSegment, ...] = ()

    def feed(self, segment: RecognizedSegment) -> tuple[Sentence, ...]:
        """Add the next segment; return the sentences that become final."""
        self._segments.append(segment)
        self._open = (*self._open, segment)
        found = finalized_sentences(self._open)
        self._open = _drop_tokens(self._open, _num_tokens_of(found))
        return found

    def finish(self) -> tuple[Sentence, ...]:
        """Return all sentences of the recording."""
        return sentences_from(self._segments)


class BareSentences:
    """A sentence stream for tokens without punctuation, with at least one sentence per segment."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._found: list[Sentence] = []

    def feed(self, segment: RecognizedSegment) -> tuple[Sentence, ...]:
        """Add the next segment; return its sentences."""
        found = unpunctuated_sentences([segment], profile=self._profile)
        self._found += found
        return found

    def finish(self) -> tuple[Sentence, ...]:
        """Return all sentences of the recording."""
        return tuple(self._found)


# Without a full stop no sentence becomes final for hundreds of words. The live transcript then
# shows words without punctuation rather than nothing; the finished transcript has punctuation.
FIRST_OPEN_WORDS = 40
MAX_OPEN_WORDS = 120


class PunctuatedSentences:
    """A sentence stream for tokens whose punctuation a model predicts as they arrive."""

    def __init__(self, punctuation: PunctuationStream, profile: Profile) -> None:
        """Initialise the stream for a new recording.

        Args:
            punctuation: a new punctuation stream.
            profile: profile whose rules apply.
        """
        self._punctuation = punctuation
        self._profile = profile
        self._segments: list[RecognizedSegment] = []
        self._open: tuple[RecognizedSegment, ...] = ()
        self._marks: tuple[Mark, ...] = ()  # of the first open tokens
        self._mark_before = Mark.FULL_STOP
        self._num_released = 0  # words released before their marks were predicted
        self._has_released = False

    def feed(self, segment: RecognizedSegment) -> tuple[Sentence, ...]:
        """Add the next segment; return the sentences that become final.

        They equal those of the whole recording, except in very long text without a sentence end.
        """
        self._segments.append(segment)
        self._open = (*self._open, segment)
        self._add_marks(self._punctuation.feed(words_of([segment])))
        is_classic = self._profile is Profile.CLASSIC
        found = self._take_clauses() if is_classic else self._take_sentences()
        found = found or self._release_unmarked()
        self._has_released = self._has_released or bool(found)
        return found

    def finish(self, *, report: Report = ignore_report) -> tuple[Sentence, ...]:
        """Return all sentences of the recording."""
        marks = self._punctuation.finish(report=report)
        return punctuated_sentences(self._segments, marks, profile=self._profile)

    def _take_sentences(self) -> tuple[Sentence, ...]:
        marked = with_marks(
            _first_tokens(self._open, len(self._marks)), self._marks, before=self._mark_before
        )
        found = finalized_sentences(marked)
        self._drop(_num_tokens_of(found))
        return tuple(with_western_marks(each) for each in found)

    def _take_clauses(self) -> tuple[Sentence, ...]:
        places = [place for place, mark in enumerate(self._marks, start=1) if mark]
        num_final = places[-1] if places else 0
        found = clauses(_first_tokens(self._open, num_final), self._marks[:num_final])
        self._drop(num_final)
        return found

    def _add_marks(self, marks: Sequence[Mark]) -> None:
        """Append final marks, except for words already returned without marks."""
        num_late = min(self._num_released, len(marks))
        self._num_released -= num_late
        self._marks += tuple(marks[num_late:])

    def _release_unmarked(self) -> tuple[Sentence, ...]:
        """Return the pending segments except the last, unpunctuated, if they have many words."""
        before = self._open[:-1]
        num_tokens = sum(len(each.tokens) for each in before)
        max_open = MAX_OPEN_WORDS if self._has_released else FIRST_OPEN_WORDS
        if num_tokens < max_open:
            return ()
        self._num_released += num_tokens - min(num_tokens, len(self._marks))
        self._marks = self._marks[num_tokens:]
        self._open = self._open[-1:]
        self._mark_before = Mark.NONE
        return sentences_from(before)

    def _drop(self, num_tokens: int) -> None:
        if num_tokens:
            self._mark_before = self._marks[num_tokens - 1]
        self._marks = self._marks[num_tokens:]
        self._open = _drop_tokens(self._open, num_tokens)


def _num_tokens_of(sentences: Sequence[Sentence]) -> int:
    return sum(len(each.tokens) for each in sentences)


def _first_tokens(
    segments: Sequence[RecognizedSegment], num_tokens: int
) -> tuple[RecognizedSegment, ...]:
    """Return the first `num_tokens` tokens in their segments."""
    kept: list[RecognizedSegment] = []
    for segment in segments:
        if num_tokens <= 0:
            break
        kept.append(replace(segment, tokens=segment.tokens[:num_tokens]))
        num_tokens -= len(segment.tokens)
    return tuple(kept)


def _drop_tokens(
    segments: Sequence[RecognizedSegment], num_tokens: int
) -> tuple[RecognizedSegment, ...]:
    """Return the segments without their first `num_tokens` tokens, omitting empty segments."""
    rest: list[RecognizedSegment] = []
    for segment in segments:
        tokens = segment.tokens[num_tokens:]
        num_tokens = max(0, num_tokens - len(segment.tokens))
        if tokens:
            rest.append(replace(segment, tokens=tokens))
    return tuple(rest)
