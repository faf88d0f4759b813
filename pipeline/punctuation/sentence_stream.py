"""Sentences as soon as nothing that is still to be heard can change them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.marks import Mark
from pipeline.options import Profile
from pipeline.progress import Report, ignore_report
from pipeline.punctuation.marked_tokens import with_marks, with_western_marks, words_of
from pipeline.punctuation.punctuated import clauses, punctuated_sentences, unpunctuated_sentences
from pipeline.punctuation.sentences import sentences_from, settled_sentences
from pipeline.stages import PunctuationStream
from pipeline.transcript import RecognizedSegment, Sentence


class MarkedSentences:
    """Sentences of a recogniser whose words carry marks already."""

    def __init__(self) -> None:
        self._segments: list[RecognizedSegment] = []
        self._open: tuple[RecognizedSegment, ...] = ()

    def feed(self, segment: RecognizedSegment) -> tuple[Sentence, ...]:
        """The sentences that the next segment settles."""
        self._segments.append(segment)
        self._open = (*self._open, segment)
        found = settled_sentences(self._open)
        self._open = _without(self._open, _num_tokens_of(found))
        return found

    def finish(self) -> tuple[Sentence, ...]:
        """All sentences of the recording."""
        return sentences_from(self._segments)


class BareSentences:
    """Sentences of bare words without a punctuator: one for each segment or more."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._found: list[Sentence] = []

    def feed(self, segment: RecognizedSegment) -> tuple[Sentence, ...]:
        """The sentences of the next segment."""
        found = unpunctuated_sentences([segment], profile=self._profile)
        self._found += found
        return found

    def finish(self) -> tuple[Sentence, ...]:
        """All sentences of the recording."""
        return tuple(self._found)


# A punctuator that finds no full stop settles nothing for hundreds of words. A reader waits for the
# first words, and sees some without marks rather than none; the finished transcript has them.
FIRST_OPEN_WORDS = 40
MOST_OPEN_WORDS = 120


class PunctuatedSentences:
    """Sentences of bare words that a punctuator reads as they come."""

    def __init__(self, punctuation: PunctuationStream, profile: Profile) -> None:
        """Begin a recording.

        Args:
            punctuation: at the beginning, too.
            profile: whose rules.
        """
        self._punctuation = punctuation
        self._profile = profile
        self._segments: list[RecognizedSegment] = []
        self._open: tuple[RecognizedSegment, ...] = ()
        self._marks: tuple[Mark, ...] = ()  # of the first of the open tokens
        self._mark_before = Mark.FULL_STOP
        self._num_given_up = 0  # words that were given without waiting for their marks
        self._has_given = False

    def feed(self, segment: RecognizedSegment) -> tuple[Sentence, ...]:
        """The sentences that the next segment settles.

        They are those of the whole, but where no sentence ends for very many words.
        """
        self._segments.append(segment)
        self._open = (*self._open, segment)
        self._take_in(self._punctuation.feed(words_of([segment])))
        is_classic = self._profile is Profile.CLASSIC
        found = self._take_clauses() if is_classic else self._take_sentences()
        found = found or self._give_up()
        self._has_given = self._has_given or bool(found)
        return found

    def finish(self, *, report: Report = ignore_report) -> tuple[Sentence, ...]:
        """All sentences of the recording."""
        marks = self._punctuation.finish(report=report)
        return punctuated_sentences(self._segments, marks, profile=self._profile)

    def _take_sentences(self) -> tuple[Sentence, ...]:
        marked = with_marks(
            _first_tokens(self._open, len(self._marks)), self._marks, before=self._mark_before
        )
        found = settled_sentences(marked)
        self._drop(_num_tokens_of(found))
        return tuple(with_western_marks(each) for each in found)

    def _take_clauses(self) -> tuple[Sentence, ...]:
        places = [place for place, mark in enumerate(self._marks, start=1) if mark]
        num_settled = places[-1] if places else 0
        found = clauses(_first_tokens(self._open, num_settled), self._marks[:num_settled])
        self._drop(num_settled)
        return found

    def _take_in(self, marks: Sequence[Mark]) -> None:
        """Marks for the open words; those for words that were given up come late."""
        num_late = min(self._num_given_up, len(marks))
        self._num_given_up -= num_late
        self._marks += tuple(marks[num_late:])

    def _give_up(self) -> tuple[Sentence, ...]:
        """What was said before the last segment as it is, if too much waits for its marks."""
        before = self._open[:-1]
        num_tokens = sum(len(each.tokens) for each in before)
        most = MOST_OPEN_WORDS if self._has_given else FIRST_OPEN_WORDS
        if num_tokens < most:
            return ()
        self._num_given_up += num_tokens - min(num_tokens, len(self._marks))
        self._marks = self._marks[num_tokens:]
        self._open = self._open[-1:]
        self._mark_before = Mark.NONE
        return sentences_from(before)

    def _drop(self, num_tokens: int) -> None:
        if num_tokens:
            self._mark_before = self._marks[num_tokens - 1]
        self._marks = self._marks[num_tokens:]
        self._open = _without(self._open, num_tokens)


def _num_tokens_of(sentences: Sequence[Sentence]) -> int:
    return sum(len(each.tokens) for each in sentences)


def _first_tokens(
    segments: Sequence[RecognizedSegment], num_tokens: int
) -> tuple[RecognizedSegment, ...]:
    """As many segments as hold so many tokens, the last one cut."""
    kept: list[RecognizedSegment] = []
    for segment in segments:
        if num_tokens <= 0:
            break
        kept.append(replace(segment, tokens=segment.tokens[:num_tokens]))
        num_tokens -= len(segment.tokens)
    return tuple(kept)


def _without(
    segments: Sequence[RecognizedSegment], num_tokens: int
) -> tuple[RecognizedSegment, ...]:
    """What is left of segments without so many tokens at their beginning."""
    left: list[RecognizedSegment] = []
    for segment in segments:
        tokens = segment.tokens[num_tokens:]
        num_tokens = max(0, num_tokens - len(segment.tokens))
        if tokens:
            left.append(replace(segment, tokens=tokens))
    return tuple(left)
