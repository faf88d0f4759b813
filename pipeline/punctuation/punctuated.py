"""Sentences of a recogniser that gives bare words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from pipeline.marks import Mark
from pipeline.options import Profile
from pipeline.punctuation.marked_tokens import with_marks, with_western_marks, words_of
from pipeline.punctuation.reference_records import reference_records
from pipeline.punctuation.sentences import sentence_of, sentences_from
from pipeline.transcript import RecognizedSegment, Sentence


def punctuated_sentences(
    segments: Sequence[RecognizedSegment],
    marks: Sequence[Mark],
    *,
    profile: Profile = Profile.DEFAULT,
) -> tuple[Sentence, ...]:
    """Sentences of a whole recording, without speakers; no word is lost.

    By default a sentence reaches to the next full stop, question mark or long silence (spec 12.8).
    In the classic profile every mark ends one, a comma too (spec 6.1).

    Args:
        segments: in order of time.
        marks: one per token.
        profile: whose rules.
    """
    if profile is Profile.CLASSIC:
        return clauses(segments, marks)
    return tuple(with_western_marks(each) for each in sentences_from(with_marks(segments, marks)))


def unpunctuated_sentences(
    segments: Sequence[RecognizedSegment], *, profile: Profile = Profile.DEFAULT
) -> tuple[Sentence, ...]:
    """Sentences where there is no punctuator: one per speech segment.

    By default a long silence or too great a length divides it. In the classic profile it has the
    times of the segment (spec 6.2).
    """
    heard = [segment for segment in segments if segment.tokens]
    if profile is Profile.CLASSIC:
        return tuple(_whole(segment) for segment in heard)
    return tuple(sentence for segment in heard for sentence in sentences_from([segment]))


def clauses(segments: Sequence[RecognizedSegment], marks: Sequence[Mark]) -> tuple[Sentence, ...]:
    """A sentence per record of the reference, stripped of the space before English.

    The reference loses words after the last mark; here a full stop ends them.
    """
    tokens = [token for segment in segments for token in segment.tokens]
    if not tokens:
        return ()
    settled = marks if marks[-1] else (*marks[:-1], Mark.FULL_STOP)
    times = [(token.start_ms, token.end_ms) for token in tokens]
    rest = iter(tokens)
    return tuple(
        sentence_of(
            [
                replace(token, text=piece)
                for token, piece in zip(
                    islice(rest, len(record.pieces)), record.pieces, strict=True
                )
            ]
        )
        for record in reference_records(settled, times, words_of(segments))
    )


def _whole(segment: RecognizedSegment) -> Sentence:
    spoken = sentence_of(segment.tokens)
    return replace(
        spoken,
        start_ms=min(spoken.start_ms, segment.segment.start_ms),
        end_ms=max(spoken.end_ms, segment.segment.end_ms),
    )
