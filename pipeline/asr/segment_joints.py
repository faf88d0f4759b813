"""The space between the last word of a segment and the first of the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.asr.detokenize import space_before
from pipeline.transcript import RecognizedSegment


def join_segments(recognized: Iterable[RecognizedSegment]) -> Iterator[RecognizedSegment]:
    """The segments, each first word with the space that the word before it asks for.

    A recogniser of bare words hears stretches by themselves, and a sentence may go through the
    joint of two.

    Args:
        recognized: in order of time, tokens without marks.
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
