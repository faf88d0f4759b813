from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from pipeline.audio.samples import Audio
from pipeline.core.errors import InferenceError, OptionError, WorkingFileError
from pipeline.core.options import AsrOptions
from pipeline.core.transcript import RecognizedSegment, SpeechSegment, Token
from pipeline.transcription.parallel_recognition import recognize_chunks

AUDIO = Audio(np.zeros(16_000, np.int16))
SEGMENTS = tuple(SpeechSegment(100 * number, 100 * number + 80) for number in range(6))


@dataclass
class PairRecognizer:
    """Hears two segments together; `before` is called with each segment's number first."""

    before: Callable[[int], None] = lambda number: None
    heard: list[int] = field(default_factory=list)
    emits_punctuation = True
    accepts_hotwords = False
    languages = ("zh",)
    num_parallel: int = 2

    def chunks(self, segments: Iterable[SpeechSegment]) -> Iterator[tuple[SpeechSegment, ...]]:
        arriving = iter(segments)
        for first in arriving:
            yield (first, next(arriving))

    def recognize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
    ) -> Iterator[RecognizedSegment]:
        for segment in segments:
            number = SEGMENTS.index(segment)
            self.before(number)
            self.heard.append(number)
            yield said(number, language or "zh")


def said(number: int, language: str = "zh") -> RecognizedSegment:
    segment = SEGMENTS[number]
    return RecognizedSegment(
        segment, (Token(segment.start_ms, segment.end_ms, f"字{number}"),), language
    )


def recognize(recognizer: PairRecognizer) -> Iterator[RecognizedSegment]:
    return recognize_chunks(recognizer, AUDIO, SEGMENTS, AsrOptions(language="zh"))


def test_words_come_in_order_whichever_chunk_is_done_first() -> None:
    second_is_done = threading.Event()

    def before(number: int) -> None:
        if number == 0:
            assert second_is_done.wait(timeout=10)
        if number == 4:  # one of two threads has heard segments 2 and 3 by then
            second_is_done.set()

    assert list(recognize(PairRecognizer(before))) == [said(number) for number in range(6)]


def test_short_chunks_are_heard_while_a_longer_one_before_them_is_at_work() -> None:
    last_is_done = threading.Event()

    def before(number: int) -> None:
        if number == 0:
            assert last_is_done.wait(timeout=10)
        if number == 5:
            last_is_done.set()

    assert list(recognize(PairRecognizer(before))) == [said(number) for number in range(6)]


def test_the_first_words_come_while_speech_is_still_being_found() -> None:
    first_is_given = threading.Event()

    def arriving() -> Iterator[SpeechSegment]:
        yield from SEGMENTS[:2]
        assert first_is_given.wait(timeout=10)
        yield from SEGMENTS[2:]

    found = recognize_chunks(PairRecognizer(), AUDIO, arriving(), AsrOptions(language="zh"))
    first = next(found)
    first_is_given.set()

    assert [first, *found] == [said(number) for number in range(6)]


def test_what_finding_speech_fails_with_comes_out_with_the_words() -> None:
    def failing() -> Iterator[SpeechSegment]:
        yield from SEGMENTS[:2]
        raise WorkingFileError("the disk is gone")

    found = recognize_chunks(PairRecognizer(), AUDIO, failing(), AsrOptions(language="zh"))

    with pytest.raises(WorkingFileError, match="disk is gone"):
        list(found)


def test_the_first_words_come_before_their_chunk_is_done() -> None:
    first_is_given = threading.Event()

    def before(number: int) -> None:
        if number == 1:
            assert first_is_given.wait(timeout=10)

    results = recognize(PairRecognizer(before))

    assert next(results) == said(0)
    first_is_given.set()
    assert len(list(results)) == 5


def test_a_chunk_that_fails_leaves_its_segments_empty_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def before(number: int) -> None:
        if number == 3:
            raise InferenceError("the graph failed")

    with caplog.at_level(logging.WARNING):
        results = list(recognize(PairRecognizer(before)))

    assert results == [
        RecognizedSegment(SEGMENTS[3], (), "") if number == 3 else said(number)
        for number in range(6)
    ]
    assert "No text from 300 ms to 380 ms: the graph failed" in caplog.text


def test_where_every_chunk_fails_the_recording_does() -> None:
    def before(number: int) -> None:
        raise InferenceError(f"no {number}")

    with pytest.raises(InferenceError, match="no 4"):
        list(recognize(PairRecognizer(before)))


def test_what_else_goes_wrong_reaches_the_caller() -> None:
    def before(number: int) -> None:
        raise OptionError("not that language")

    with pytest.raises(OptionError, match="not that language"):
        list(recognize(PairRecognizer(before)))


def test_who_stops_early_leaves_no_thread_and_no_chunk_at_work() -> None:
    recognizer = PairRecognizer(num_parallel=1)

    results = recognize(recognizer)
    next(results)
    results.close()

    assert not any(thread.name.startswith("recognise") for thread in threading.enumerate())
