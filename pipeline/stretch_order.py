"""Recognises the stretches of a recording side by side and hands their words back in order."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

from pipeline.audio import Audio
from pipeline.errors import InferenceError
from pipeline.intervals import total_ms
from pipeline.options import AsrOptions
from pipeline.stages import Recognizer
from pipeline.transcript import RecognizedSegment, SpeechSegment

SHORT_LINE_MS = 120_000  # speech that may wait, in stretches however many

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
    tally = _Tally()
    line = _Line(recognizer, audio, asr)
    try:
        line.start(segments)
        while (work := line.next_work()) is not None:
            yield from _results(work, tally)
            line.is_done(work)
    finally:
        line.stop()
    tally.raise_if_all_failed()


class _Line:
    """The stretches that are at work or wait for it, few enough to be bounded."""

    def __init__(self, recognizer: Recognizer, audio: Audio, asr: AsrOptions) -> None:
        self._recognizer = recognizer
        self._audio = audio
        self._asr = asr
        self._works: SimpleQueue[_Work | BaseException | None] = SimpleQueue()
        self._executor = ThreadPoolExecutor(recognizer.num_parallel, thread_name_prefix="hear")
        self._news = threading.Condition()
        self._num_open = 0
        self._open_ms = 0
        self._is_stopped = False

    def start(self, segments: Iterable[SpeechSegment]) -> None:
        """Take in stretches in a thread of its own: segments may be long in coming."""
        threading.Thread(
            target=self._take_in, args=(segments,), name="stretches", daemon=True
        ).start()

    def next_work(self) -> _Work | None:
        """The next stretch in order of time; None after the last."""
        work = self._works.get()
        if isinstance(work, BaseException):
            raise work
        return work

    def is_done(self, work: _Work) -> None:
        """Make room for another stretch."""
        with self._news:
            self._num_open -= 1
            self._open_ms -= total_ms(work.stretch)
            self._news.notify_all()

    def stop(self) -> None:
        """End what is at work after its next segment, and begin nothing more."""
        with self._news:
            self._is_stopped = True
            self._news.notify_all()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _take_in(self, segments: Iterable[SpeechSegment]) -> None:
        try:
            for stretch in self._recognizer.stretches(segments):
                results: SimpleQueue[RecognizedSegment | None] = SimpleQueue()
                with self._news:
                    self._news.wait_for(lambda: self._is_stopped or self._has_room())
                    if self._is_stopped:
                        return
                    self._num_open += 1
                    self._open_ms += total_ms(stretch)
                    end = self._executor.submit(self._listen, stretch, results)
                self._works.put(_Work(stretch, results, end))
            self._works.put(None)
        except BaseException as error:  # raised again for whoever waits for the words
            self._works.put(error)

    def _has_room(self) -> bool:
        """One stretch waits for each at work, or more of them where they are short.

        Of those that wait for a longer one before them, to be handed on in order, there may be
        many by then.
        """
        is_short = self._open_ms < SHORT_LINE_MS
        return self._num_open <= self._recognizer.num_parallel or is_short

    def _listen(
        self, stretch: tuple[SpeechSegment, ...], results: SimpleQueue[RecognizedSegment | None]
    ) -> None:
        try:
            for each in self._recognizer.recognize(
                self._audio, stretch, language=self._asr.language, hotwords=self._asr.hotwords
            ):
                if self._is_stopped:
                    return
                results.put(each)
        finally:
            results.put(None)


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
