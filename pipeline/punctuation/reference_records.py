"""Sentence segmentation of the reference system, in which every mark ends a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from pipeline.core.transcript import Mark

TimeSpan = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ReferenceRecord:
    """A sentence of the reference system, which ends at any mark including commas (spec 6.1).

    Attributes:
        pieces: words with the preceding space and the following mark; a record that begins
            in English begins with a space. Without any marks: the unchanged words.
        timestamps: in milliseconds, None for a word without one.
        start_ms: start of the first word with a time; None if there is none.
        end_ms: end of the last word with a time, from an earlier record if necessary.
    """

    pieces: tuple[str, ...]
    timestamps: tuple[TimeSpan | None, ...]
    start_ms: int | None
    end_ms: int

    @property
    def text(self) -> str:
        """The text of the sentence."""
        return "".join(self.pieces)


def reference_records(
    marks: Sequence[Mark] | None, timestamps: Sequence[TimeSpan], words: Sequence[str]
) -> tuple[ReferenceRecord, ...]:
    """Divide a text into sentences by the rule of the reference system (spec 6.1, A.6).

    Lists of different lengths are accepted: a word without a mark has none, and words after the
    last mark are lost. Without marks there is one record.
    """
    if not timestamps or not words:
        return ()
    if not marks:
        start_ms, end_ms = timestamps[0][0], timestamps[-1][1]
        return (ReferenceRecord(tuple(words), tuple(timestamps), start_ms, end_ms),)
    return tuple(_records(zip_longest(words, timestamps, marks), end_ms=timestamps[0][1]))


def _records(
    items: Iterator[tuple[str | None, TimeSpan | None, Mark | None]], *, end_ms: int
) -> Iterator[ReferenceRecord]:
    pieces: list[str] = []
    times: list[TimeSpan | None] = []
    for word, time, mark in items:
        pieces.append("" if word is None else _space(pieces, word) + word)
        times.append(time)
        end_ms = end_ms if time is None else time[1]
        if mark:
            pieces[-1] += mark.value
            start_ms = next((each[0] for each in times if each is not None), None)
            yield ReferenceRecord(tuple(pieces), tuple(times), start_ms, end_ms)
            pieces, times = [], []


def _space(pieces: Sequence[str], word: str) -> str:
    before = next((piece for piece in reversed(pieces) if piece), "")
    return " " if _is_letter(word[:1]) or _is_letter(before[-1:]) else ""


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()
