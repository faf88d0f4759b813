"""Conversion of recognised segments without punctuation to sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from pipeline.core.options import Profile
from pipeline.core.transcript import Mark, RecognizedSegment, Sentence
from pipeline.punctuation.marked_tokens import with_marks, with_western_marks, words_of
from pipeline.punctuation.reference_records import reference_records
from pipeline.punctuation.sentences import sentence_of, sentences_from


def punctuated_sentences(
    segments: Sequence[RecognizedSegment],
    marks: Sequence[Mark],
    *,
    profile: Profile = Profile.DEFAULT,
) -> tuple[Sentence, ...]:
    """Divide a recording into sentences by the predicted marks.

    By default a sentence ends at a full stop, a question mark or a long silence (spec 12.8). In
    the classic profile every mark ends one, including a comma (spec 6.1).

    Args:
        segments: sorted by time.
        marks: one per token.
        profile: whose rules apply.
    """
    if profile is Profile.CLASSIC:
        return clauses(segments, marks)
    return tuple(with_western_marks(each) for each in sentences_from(with_marks(segments, marks)))


def unpunctuated_sentences(
    segments: Sequence[RecognizedSegment], *, profile: Profile = Profile.DEFAULT
) -> tuple[Sentence, ...]:
    """Divide a recording without punctuation into sentences, at least one per speech segment.

    By default a long silence or excessive length divides a segment. In the classic profile a
    sentence has the times of its segment (spec 6.2).
    """
    spoken = [segment for segment in segments if segment.tokens]
    if profile is Profile.CLASSIC:
        return tuple(_whole(segment) for segment in spoken)
    return tuple(sentence for segment in spoken for sentence in sentences_from([segment]))


def clauses(segments: Sequence[RecognizedSegment], marks: Sequence[Mark]) -> tuple[Sentence, ...]:
    """Divide segments into the reference system's sentences, which end at any mark.

    Words after the last mark, which the reference system loses, form a sentence with a full stop.
    The space before an English sentence is omitted.
    """
    tokens = [token for segment in segments for token in segment.tokens]
    if not tokens:
        return ()
    complete = marks if marks[-1] else (*marks[:-1], Mark.FULL_STOP)
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
        for record in reference_records(complete, times, words_of(segments))
    )


def _whole(segment: RecognizedSegment) -> Sentence:
    sentence = sentence_of(segment.tokens)
    return replace(
        sentence,
        start_ms=min(sentence.start_ms, segment.segment.start_ms),
        end_ms=max(sentence.end_ms, segment.segment.end_ms),
    )
