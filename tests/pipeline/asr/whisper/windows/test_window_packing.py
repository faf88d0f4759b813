from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asr.whisper.windows.window_packing import (
    PackedWindow,
    Part,
    Placed,
    make_parts,
    pack_window,
)
from pipeline.core.intervals import Interval

LONGEST_MS = 3_000  # a tenth of the real one, so that every millisecond can be written out


@st.composite
def divided_speech(draw: st.DrawFn) -> tuple[tuple[tuple[int, Interval], ...], int]:
    """Sorted, disjoint pieces of numbered segments, and the length of their recording."""
    lengths = draw(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 800)), min_size=1))
    pieces: list[tuple[int, Interval]] = []
    end_ms = 0
    for number, (gap_ms, length_ms) in enumerate(lengths):
        start_ms = end_ms + gap_ms
        end_ms = start_ms + length_ms
        pieces.append((number, Interval(start_ms, end_ms)))
    return tuple(pieces), end_ms + draw(st.integers(0, 1_000))


def windows_of(parts: tuple[Part, ...]) -> list[PackedWindow]:
    windows: list[PackedWindow] = []
    first = 0
    while first < len(parts):
        windows.append(pack_window(parts, first=first, longest_ms=LONGEST_MS))
        first += len(windows[-1].parts)
    return windows


@given(divided_speech(), st.integers(0, 50))
def test_every_piece_is_in_exactly_one_window_in_order(
    speech: tuple[tuple[tuple[int, Interval], ...], int], pad_ms: int
) -> None:
    pieces, duration_ms = speech

    windows = windows_of(make_parts(pieces, pad_ms=pad_ms, duration_ms=duration_ms))

    packed = [part for window in windows for part in window.parts]
    assert [(part.segment, part.start_ms, part.end_ms) for part in packed] == [
        (number, piece.start_ms, piece.end_ms) for number, piece in pieces
    ]
    assert all(window.duration_ms <= LONGEST_MS for window in windows)


@given(divided_speech(), st.integers(0, 50))
def test_what_is_heard_never_overlaps_and_stays_in_the_recording(
    speech: tuple[tuple[tuple[int, Interval], ...], int], pad_ms: int
) -> None:
    pieces, duration_ms = speech

    parts = make_parts(pieces, pad_ms=pad_ms, duration_ms=duration_ms)

    borders = [0, *(time for part in parts for time in (part.padded.start_ms, part.padded.end_ms))]
    assert borders == sorted(borders)
    assert borders[-1] <= duration_ms
    assert all(
        part.start_ms - part.padded.start_ms <= pad_ms
        and part.padded.end_ms - part.end_ms <= pad_ms
        for part in parts
    )


@given(divided_speech(), st.integers(0, 50))
def test_every_millisecond_of_speech_comes_back_to_where_it_was_taken_from(
    speech: tuple[tuple[tuple[int, Interval], ...], int], pad_ms: int
) -> None:
    pieces, duration_ms = speech
    for window in windows_of(make_parts(pieces, pad_ms=pad_ms, duration_ms=duration_ms)):
        # The window written out, one entry per millisecond: which moment sounds there.
        moments = [
            t for part in window.parts for t in range(part.padded.start_ms, part.padded.end_ms)
        ]
        sounds_at = {time_ms: at_ms for at_ms, time_ms in enumerate(moments)}
        assert len(moments) == window.duration_ms
        for position, part in enumerate(window.parts):
            for time_ms in (part.start_ms, (part.start_ms + part.end_ms) // 2, part.end_ms - 1):
                at_ms = sounds_at[time_ms]

                placed = window.place(at_ms, at_ms + 1)

                assert placed == Placed(position, Interval(time_ms, time_ms + 1))


def test_a_word_that_reaches_into_the_next_part_is_clipped_to_its_own() -> None:
    parts = make_parts(
        [(0, Interval(1_000, 2_000)), (1, Interval(9_000, 10_000))], pad_ms=0, duration_ms=10_000
    )
    window = PackedWindow(parts)

    assert window.place(900, 1_050) == Placed(0, Interval(1_900, 2_000))
    assert window.place(950, 1_300) == Placed(1, Interval(9_000, 9_300))


def test_a_word_in_the_silence_around_a_part_becomes_its_nearest_millisecond() -> None:
    window = PackedWindow(make_parts([(0, Interval(500, 900))], pad_ms=200, duration_ms=2_000))

    assert window.place(0, 100) == Placed(0, Interval(500, 501))
    assert window.place(700, 800) == Placed(0, Interval(899, 900))


def test_a_word_never_lies_before_the_part_of_the_word_before_it() -> None:
    parts = make_parts(
        [(0, Interval(0, 1_000)), (1, Interval(5_000, 6_000))], pad_ms=0, duration_ms=6_000
    )

    placed = PackedWindow(parts).place(900, 950, earliest_part=1)

    assert placed == Placed(1, Interval(5_000, 5_001))


def test_close_pieces_share_the_silence_between_them() -> None:
    parts = make_parts(
        [(0, Interval(100, 200)), (1, Interval(301, 400))], pad_ms=200, duration_ms=450
    )

    assert [part.padded for part in parts] == [Interval(0, 250), Interval(251, 450)]


def test_a_piece_longer_than_a_window_gets_one_for_itself() -> None:
    parts = make_parts(
        [(0, Interval(0, 500)), (1, Interval(600, 1_000))], pad_ms=0, duration_ms=1_000
    )

    window = pack_window(parts, first=0, longest_ms=100)

    assert window.parts == parts[:1]


def test_a_part_that_is_not_heard_wholly_is_refused() -> None:
    with pytest.raises(ValueError, match="does not cover"):
        Part(0, 100, 0, Interval(0, 50))
