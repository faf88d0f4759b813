"""Replacement of misrecognised words by hotwords from a second decoding with a hotword prompt.

A prompt with hotwords makes the decoder write them, but also repeat them and lose other words. So
its text is used only where a hotword replaces a few characters between unchanged neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

MIN_SIMILARITY = 0.5  # of the two texts; below it the decoder has left the track
MAX_EXTRA = 2  # characters beside a hotword that may differ as well

_Block = tuple[str, int, int, int, int]  # of SequenceMatcher: kind, and spans in both texts
_Change = tuple[int, int, str]  # span in the plain text, and what takes its place


def adopt_hotwords(plain: str, favoured: str, hotwords: Sequence[str]) -> str:
    """Return the plain text with similar spans replaced by hotwords of the favoured text.

    The plain text is unchanged if the two texts differ too much.

    Args:
        plain: text decoded without hotwords.
        favoured: text decoded with them.
        hotwords: the words, in their correct spelling.
    """
    matcher = SequenceMatcher(None, plain.lower(), favoured.lower(), autojunk=False)
    if matcher.ratio() < MIN_SIMILARITY:
        return plain
    blocks: list[_Block] = list(matcher.get_opcodes())
    text = plain
    free_until = len(plain)
    for start, end, word in sorted(_changes(favoured, hotwords, blocks), reverse=True):
        if end <= free_until:  # hotwords may overlap; the later one in the text wins
            text = text[:start] + word + text[end:]
            free_until = start
    return text


def _changes(favoured: str, hotwords: Sequence[str], blocks: Sequence[_Block]) -> Iterator[_Change]:
    lowered = favoured.lower()
    for word in hotwords:
        at = lowered.find(word.lower())
        while at >= 0:
            span = _replaced_span(at, at + len(word), blocks)
            if span is not None:
                yield (*span, word)
            at = lowered.find(word.lower(), at + len(word))


def _replaced_span(start: int, end: int, blocks: Sequence[_Block]) -> tuple[int, int] | None:
    """Return the span of the plain text to replace; None if equal or of another length."""
    touched = [each for each in blocks if each[3] < end and start < each[4]]
    changed = [each for each in touched if each[0] != "equal"]
    if not changed or any(_is_too_large(each, end - start) for each in changed):
        return None
    first, last = touched[0], touched[-1]
    plain_start = first[1] + (start - first[3] if first[0] == "equal" else 0)
    plain_end = last[2] - (last[4] - end if last[0] == "equal" else 0)
    is_similar = abs((plain_end - plain_start) - (end - start)) <= MAX_EXTRA
    return (plain_start, plain_end) if plain_start < plain_end and is_similar else None


def _is_too_large(block: _Block, word_length: int) -> bool:
    _, plain_start, plain_end, start, end = block
    plain_length, length = plain_end - plain_start, end - start
    return length > word_length + MAX_EXTRA or abs(plain_length - length) > MAX_EXTRA
