from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.syllable_times import Span, Spoken, share_by_syllables


def test_an_empty_stretch_is_shared_evenly_by_syllables() -> None:
    shared = share_by_syllables([Spoken(Span(100, 700), 1)], [1, 2, 3])

    assert shared == (Span(100, 200), Span(200, 400), Span(400, 700))


def test_as_many_syllables_get_the_times_of_those_that_were_spoken() -> None:
    sources = [Spoken(Span(0, 90), 1), Spoken(Span(90, 400), 1), Spoken(Span(900, 950), 1)]

    assert share_by_syllables(sources, [1, 1, 1]) == (Span(0, 90), Span(90, 400), Span(900, 950))
    assert share_by_syllables(sources, [2, 1]) == (Span(0, 400), Span(900, 950))


def test_a_pause_stays_a_pause_where_no_word_spans_it() -> None:
    sources = [Spoken(Span(0, 200), 1), Spoken(Span(500, 700), 1)]

    assert share_by_syllables(sources, [1, 1, 1, 1]) == (
        Span(0, 100),
        Span(100, 200),
        Span(500, 600),
        Span(600, 700),
    )


def test_more_words_than_milliseconds_share_them() -> None:
    shared = share_by_syllables([Spoken(Span(10, 12), 1)], [1, 1, 1, 1])

    assert shared == (Span(10, 11), Span(10, 11), Span(11, 12), Span(11, 12))


@st.composite
def spoken(draw: st.DrawFn) -> list[Spoken]:
    sources: list[Spoken] = []
    now_ms = 0
    for _ in range(draw(st.integers(1, 6))):
        start_ms = now_ms + draw(st.integers(0, 50))
        now_ms = start_ms + draw(st.integers(1, 50))
        sources.append(Spoken(Span(start_ms, now_ms), draw(st.integers(1, 4))))
    return sources


@given(spoken(), st.lists(st.integers(1, 5), min_size=1, max_size=20))
def test_spans_are_in_order_disjoint_and_inside(sources: list[Spoken], wanted: list[int]) -> None:
    reach = Span(sources[0].span.start_ms, sources[-1].span.end_ms)

    shared = share_by_syllables(sources, wanted)

    assert len(shared) == len(wanted)
    assert all(span.length_ms >= 1 for span in shared)
    assert reach.start_ms <= shared[0].start_ms
    assert shared[-1].end_ms <= reach.end_ms
    if reach.length_ms >= len(wanted):
        assert all(left.end_ms <= right.start_ms for left, right in pairwise(shared))


@given(st.tuples(st.integers(0, 99), st.integers(0, 99)), st.integers(0, 300))
def test_a_span_grows_no_further_than_wanted_or_allowed(
    edges: tuple[int, int], wanted_ms: int
) -> None:
    inner, outer = Span(min(edges), max(edges)), Span(-20, 120)

    grown = inner.extended_to(wanted_ms, outer)

    assert grown.length_ms == min(max(wanted_ms, inner.length_ms), outer.length_ms)
    assert grown.start_ms <= inner.start_ms <= inner.end_ms <= grown.end_ms
    assert grown == grown.inside(outer)
