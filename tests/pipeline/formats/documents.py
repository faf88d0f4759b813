"""Transcript documents for the tests of the formats."""

from __future__ import annotations

import itertools

from hypothesis import strategies as st

from pipeline.core.provenance import ModelUse, Provenance
from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from pipeline.formats.document import TranscriptDocument
from pipeline.text.lines import plain_line

LAST_MS = 400_000_000  # beyond 99 hours: three-digit hours must survive too

CONVERSATION = TranscriptDocument(
    title="周会 1",
    transcript=Transcript(
        duration_ms=3_725_500,
        language="zh",
        sentences=(
            Sentence(
                1_200,
                3_400,
                text="大家好。",
                tokens=(Token(1_200, 1_500, "大", 0.91), Token(1_500, 3_000, "家好")),
                speaker="S1",
            ),
            Sentence(3_000, 4_000, text="你好，Tom & Ann!", speaker="S2"),
            Sentence(3_723_004, 3_725_100, text="再见。"),
        ),
        turns=(SpeakerTurn(1_100, 3_500, "S1"), SpeakerTurn(3_000, 4_200, "S2")),
    ),
    provenance=Provenance(
        models=(ModelUse("vad", "fsmn-vad", "ab" * 32),),
        options=(("profile", "default"), ("speakers", "auto")),
        software_version="9.9.9",
    ),
)
TURNS_ONLY = TranscriptDocument(
    title="call",
    transcript=Transcript(
        9_000, "", turns=(SpeakerTurn(0, 5_000, "S1"), SpeakerTurn(4_000, 9_000, "S2"))
    ),
)
NO_SPEECH = TranscriptDocument(title="silence", transcript=Transcript(20_000, ""))

HOSTILE_TEXTS = (
    "a --> b",
    "00:00:01,000 --> 00:00:02,000",
    "\n\n7\n00:00:03.000 --> 00:00:09.000\ninjected",
    "<b>bold</b> & <script>alert(1)</script>",
    "</v><v Mallory>not me",
    "&lt;already&amp;escaped&copy;",
    "{\\an8}at the top",
    "[S9] somebody else",
    "\u200b[S9] somebody else",
    "NOTE this is no comment",
    "WEBVTT",
    "\u202eright to left\u2066",
    "bell\x07 null\x00 escape\x1b[31m next\x85line\u2028and\u2029paragraph",
    "lone \ud800 surrogate",
    "${code} {{code}} `tick`",
    "12",
    " ",
    "",
)


def spans(max_ms: int = LAST_MS) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, max_ms), st.integers(1, 60_000)).map(
        lambda pair: (pair[0], pair[0] + pair[1])
    )


anything = st.text(max_size=40) | st.sampled_from(HOSTILE_TEXTS)
one_line = anything.map(plain_line)
names = one_line.filter(bool)


@st.composite
def sentences(draw: st.DrawFn, texts: st.SearchStrategy[str] = anything) -> Sentence:
    start_ms, end_ms = draw(spans())
    borders = sorted(draw(st.lists(st.integers(start_ms, end_ms), max_size=6, unique=True)))
    confidence = st.none() | st.floats(0.0, 1.0)
    tokens = tuple(
        Token(first, last, draw(texts), draw(confidence))
        for first, last in itertools.pairwise(borders)
    )
    return Sentence(start_ms, end_ms, draw(texts), tokens, draw(st.none() | texts))


def in_order(items: list) -> tuple:
    return tuple(sorted(items, key=lambda each: each.start_ms))


@st.composite
def documents(draw: st.DrawFn) -> TranscriptDocument:
    """Anything a document can hold."""
    turns = draw(
        st.lists(
            st.builds(lambda span, name: SpeakerTurn(*span, name), spans(), anything), max_size=5
        )
    )
    pairs = st.dictionaries(anything, anything, max_size=4).map(lambda d: tuple(d.items()))
    return TranscriptDocument(
        title=draw(anything),
        transcript=Transcript(
            duration_ms=draw(st.integers(0, LAST_MS)),
            language=draw(anything),
            sentences=in_order(draw(st.lists(sentences(), max_size=5))),
            turns=in_order(turns),
        ),
        provenance=Provenance(
            models=tuple(
                draw(st.lists(st.builds(ModelUse, anything, anything, anything), max_size=3))
            ),
            options=draw(pairs),
            software_version=draw(anything),
        ),
        given_names=draw(pairs),
    )
