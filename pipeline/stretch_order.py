"""Recognises the stretches of a recording side by side and hands their words back in order."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

from pipeline.audio import Audio
from pipeline.errors import InferenceError
from pipeline.options import AsrOptions
from pipeline.stages import Recognizer
from pipeline.transcript import RecognizedSegment, SpeechSegment

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """A stretch at work: its results as they come, None after the last."""

    stretch: tuple[SpeechSegment, ...]
    results: SimpleQueue[RecognizedSegment | None]
    end: Future[None]


def recognize_stretches(
    recognizer: Recognizer, audio: Audio, segments: Iterable[SpeechSegment], asr: AsrOptions
) -> Iterator[RecognizedSegment]:
    """The words of each segment, in order, `recognizer.num_parallel` stretches at a time.

    The words of a segment come as soon as those before it are there. A stretch that cannot be
    worked on leaves its segments empty, with a warning in the log.

    Args:
        recognizer: what listens.
        audio: the whole recording.
        segments: sorted, disjoint; they may still be on their way.
        asr: language and hotwords.

    Raises:
        InferenceError: not one stretch could be worked on.
        OptionError: as the recogniser's own.
    """
    waiting: deque[_Work] = deque()
    stopped = threading.Event()
    tally = _Tally()

    def listen(
        stretch: tuple[SpeechSegment, ...], results: SimpleQueue[RecognizedSegment | None]
    ) -> None:
        try:
            for each in recognizer.recognize(
                audio, stretch, language=asr.language, hotwords=asr.hotwords
            ):
                if stopped.is_set():
                    return
                results.put(each)
        finally:
            results.put(None)

    executor = ThreadPoolExecutor(recognizer.num_parallel, thread_name_prefix="recognise")
    try:
        for stretch in recognizer.stretches(segments):
            results: SimpleQueue[RecognizedSegment | None] = SimpleQueue()
            waiting.append(_Work(stretch, results, executor.submit(listen, stretch, results)))
            if len(waiting) > recognizer.num_parallel:  # one waits, so that nobody is idle
                yield from _results(waiting.popleft(), tally)
        while waiting:
            yield from _results(waiting.popleft(), tally)
    finally:
        stopped.set()
        executor.shutdown(wait=True, cancel_futures=True)
    tally.raise_if_all_failed()


class _Tally:
    """How many stretches were worked on, and why the last failed."""

    def __init__(self) -> None:
        self._has_worked = False
        self._failure: InferenceError | None = None

    def note(self, failure: InferenceError | None) -> None:
        self._has_worked = self._has_worked or failure is None
        self._failure = failure or self._failure

    def raise_if_all_failed(self) -> None:
        if self._failure is not None and not self._has_worked:
            raise self._failure


def _results(work: _Work, tally: _Tally) -> Iterator[RecognizedSegment]:
    num_given = 0
    while (recognized := work.results.get()) is not None:
        yield recognized
        num_given += 1
    try:
        work.end.result()
        tally.note(None)
    except InferenceError as error:
        tally.note(error)
        yield from _empty(work.stretch[num_given:], error)


def _empty(segments: Sequence[SpeechSegment], error: InferenceError) -> Iterator[RecognizedSegment]:
    start_ms, end_ms = segments[0].start_ms, segments[-1].end_ms
    _log.warning("No text from %d ms to %d ms: %s", start_ms, end_ms, error)
    for segment in segments:
        yield RecognizedSegment(segment, (), "")
