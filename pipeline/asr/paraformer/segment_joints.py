"""The space between the last word of a segment and the first word of the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.asr.paraformer.detokenize import space_before
from pipeline.core.transcript import RecognizedSegment


def join_segments(recognized: Iterable[RecognizedSegment]) -> Iterator[RecognizedSegment]:
    """Yield the segments with the space that each first word needs after the previous word.

    Recognisers without punctuation handle segments separately, but a sentence may span two of
    them.

    Args:
        recognized: sorted by time, tokens without punctuation.
    """
    previous = ""
    for each in recognized:
        if not each.tokens:
            yield each
            continue
        first, *others = each.tokens
        word = first.text.lstrip()
        text = space_before(word, previous=previous) + word
        yield replace(each, tokens=(replace(first, text=text), *others))
        previous = each.tokens[-1].text
