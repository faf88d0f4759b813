"""Hypothesis strategy for transcripts."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from tests.storage.samples import HOSTILE_TEXTS

LABELS = st.sampled_from(["S1", "S2", "S10", "王老师", "'quoted'"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    HOSTILE_TEXTS
)
CONFIDENCES = st.none() | st.floats(0, 1)


@st.composite
def spans(draw: st.DrawFn, start_ms: int = 0) -> tuple[int, int]:
    first = draw(st.integers(start_ms, start_ms + 50))
    return first, draw(st.integers(first + 1, first + 50))


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    start_ms, end_ms = draw(spans())
    cuts = sorted(draw(st.sets(st.integers(start_ms, end_ms), max_size=5)))
    tokens = tuple(
        Token(first, last, draw(TEXTS), draw(CONFIDENCES)) for first, last in pairwise(cuts)
    )
    return Sentence(start_ms, end_ms, draw(TEXTS), tokens, draw(st.none() | LABELS))


@st.composite
def turns(draw: st.DrawFn) -> SpeakerTurn:
    start_ms, end_ms = draw(spans())
    return SpeakerTurn(start_ms, end_ms, draw(LABELS))


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    by_start = lambda item: item.start_ms  # noqa: E731 - named for the two lines below
    return Transcript(
        duration_ms=draw(st.integers(0, 200)),
        language=draw(st.sampled_from(["zh", "en", ""])),
        sentences=tuple(sorted(draw(st.lists(sentences(), max_size=6)), key=by_start)),
        turns=tuple(sorted(draw(st.lists(turns(), max_size=6)), key=by_start)),
    )
