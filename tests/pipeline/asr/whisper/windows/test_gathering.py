from __future__ import annotations

from pipeline.asr.whisper.windows.gathering import SegmentGathering
from pipeline.asr.whisper.windows.window_packing import Part
from pipeline.core.intervals import Interval
from pipeline.core.transcript import RecognizedSegment, SpeechSegment, Token

SEGMENTS = (SpeechSegment(0, 3_000), SpeechSegment(5_000, 6_000))


def part(start_ms: int, end_ms: int, segment: int) -> Part:
    return Part(start_ms, end_ms, segment, Interval(start_ms, end_ms))


FIRST, SECOND = part(0, 2_000, 0), part(2_000, 3_000, 0)
OTHER = part(5_000, 6_000, 1)


def test_a_segment_is_given_once_all_its_parts_are_done() -> None:
    gathering = SegmentGathering(SEGMENTS)
    hello, there = Token(0, 500, "你好"), Token(2_000, 2_500, "。")

    gathering.add(FIRST, [hello], "zh")
    assert list(gathering.take_complete([SECOND, OTHER])) == []

    gathering.add(SECOND, [there], "zh")
    assert list(gathering.take_complete([OTHER])) == [
        RecognizedSegment(SEGMENTS[0], (hello, there), "zh")
    ]
    assert list(gathering.take_complete([OTHER])) == []


def test_parts_done_out_of_order_are_given_in_order() -> None:
    gathering = SegmentGathering(SEGMENTS)
    early, late = Token(0, 500, "早"), Token(2_000, 2_500, "晚")

    gathering.add(OTHER, [], "en")
    gathering.add(SECOND, [late], "zh")
    assert list(gathering.take_complete([FIRST])) == []

    gathering.add(FIRST, [early], "zh")
    assert list(gathering.take_complete([])) == [
        RecognizedSegment(SEGMENTS[0], (early, late), "zh"),
        RecognizedSegment(SEGMENTS[1], (), "en"),
    ]


def test_a_segment_in_two_languages_is_said_to_be_in_the_longer_one() -> None:
    gathering = SegmentGathering(SEGMENTS[:1])

    gathering.add(FIRST, [], "en")
    gathering.add(SECOND, [], "zh")

    assert [each.language for each in gathering.take_complete([])] == ["en"]
