from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from pipeline.asr.chunk_plan import ChunkLengths, plan_chunks
from pipeline.core.intervals import total_ms
from pipeline.core.transcript import SpeechSegment

LENGTHS = ChunkLengths(first_ms=5_000, later_ms=10_000, pause_ms=1_500, overshoot=1.5)


def speech(*lengths_and_pauses: tuple[int, int]) -> tuple[SpeechSegment, ...]:
    """Segments of so many milliseconds, each followed by so long a pause."""
    segments: list[SpeechSegment] = []
    at_ms = 0
    for length_ms, pause_ms in lengths_and_pauses:
        segments.append(SpeechSegment(at_ms, at_ms + length_ms))
        at_ms += length_ms + pause_ms
    return tuple(segments)


def numbers(segments: tuple[SpeechSegment, ...]) -> list[list[int]]:
    chunks = plan_chunks(segments, LENGTHS)
    return [[segments.index(each) for each in chunk] for chunk in chunks]


def test_a_chunk_ends_at_the_first_long_pause_after_enough_speech() -> None:
    segments = speech(
        (3_000, 2_000), (2_000, 500), (1_000, 1_500), (6_000, 3_000), (4_000, 2_000), (1_000, 0)
    )

    assert numbers(segments) == [[0, 1, 2], [3, 4], [5]]


def test_where_no_long_pause_comes_the_longest_one_ends_it() -> None:
    segments = speech((5_000, 300), (1_000, 700), (1_000, 400), (1_000, 200), (1_000, 300))

    assert numbers(segments) == [[0, 1], [2, 3, 4]]


def test_a_segment_that_is_too_long_by_itself_is_a_chunk_of_its_own() -> None:
    assert numbers(speech((20_000, 200), (30_000, 200), (1_000, 0))) == [[0], [1], [2]]


def test_a_chunk_is_given_before_the_rest_of_the_recording_arrives() -> None:
    arrived: list[SpeechSegment] = []

    def arriving() -> Iterator[SpeechSegment]:
        for segment in speech(*[(2_500, 2_000)] * 8):
            arrived.append(segment)
            yield segment

    first = next(plan_chunks(arriving(), LENGTHS))

    assert (len(first), len(arrived)) == (2, 3)


@given(st.lists(st.tuples(st.integers(1, 12_000), st.integers(0, 4_000)), max_size=30))
def test_every_segment_is_in_one_chunk_in_order_and_chunks_hold_enough(
    lengths_and_pauses: list[tuple[int, int]],
) -> None:
    segments = speech(*lengths_and_pauses)

    chunks = list(plan_chunks(segments, LENGTHS))

    assert [each for chunk in chunks for each in chunk] == list(segments)
    assert all(chunks)
    spoken_ms = [total_ms(chunk) for chunk in chunks[:-1]]
    assert spoken_ms[:1] >= [LENGTHS.first_ms][: len(spoken_ms)]
    assert all(each >= LENGTHS.later_ms for each in spoken_ms[1:])
