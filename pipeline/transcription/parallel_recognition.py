"""Parallel recognition of the chunks of a recording, with results in order."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

from pipeline.asr.protocol import Recognizer
from pipeline.audio.samples import Audio
from pipeline.core.errors import InferenceError
from pipeline.core.intervals import total_ms
from pipeline.core.options import AsrOptions
from pipeline.core.transcript import RecognizedSegment, SpeechSegment

SHORT_QUEUE_MS = 120_000  # speech that may wait, in any number of chunks

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """A chunk that is queued or being recognised, with its results so far."""

    chunk: tuple[SpeechSegment, ...]
    results: SimpleQueue[RecognizedSegment | None]
    end: Future[None]


def recognize_chunks(
    recognizer: Recognizer, audio: Audio, segments: Iterable[SpeechSegment], asr: AsrOptions
) -> Iterator[RecognizedSegment]:
    """Recognise chunks in parallel; yield one result per segment, in order.

    A result is yielded as soon as all earlier ones are available. If a chunk fails, its segments
    get no tokens and a warning in the log.

    Args:
        recognizer: the recogniser.
        audio: the whole recording.
        segments: sorted, disjoint; may arrive incrementally.
        asr: language and hotwords.

    Raises:
        InferenceError: every chunk failed.
        OptionError: raised by the recogniser.
    """
    failures = _Failures()
    queue = _ChunkQueue(recognizer, audio, asr)
    try:
        queue.start(segments)
        while (work := queue.next_work()) is not None:
            yield from _results(work, failures)
            queue.remove(work)
    finally:
        queue.stop()
    failures.raise_if_all_failed()


class _ChunkQueue:
    """A bounded queue of chunks that wait for a worker or are being recognised."""

    def __init__(self, recognizer: Recognizer, audio: Audio, asr: AsrOptions) -> None:
        self._recognizer = recognizer
        self._audio = audio
        self._asr = asr
        self._works: SimpleQueue[_Work | BaseException | None] = SimpleQueue()
        self._executor = ThreadPoolExecutor(recognizer.num_parallel, thread_name_prefix="recognise")
        self._changed = threading.Condition()
        self._num_open = 0
        self._open_ms = 0
        self._is_stopped = False

    def start(self, segments: Iterable[SpeechSegment]) -> None:
        """Start a thread that divides segments into chunks and queues them."""
        threading.Thread(
            target=self._queue_chunks, args=(segments,), name="chunks", daemon=True
        ).start()

    def next_work(self) -> _Work | None:
        """Return the next chunk in order of time, or None after the last.

        Raises:
            BaseException: the error that ended the division into chunks.
        """
        work = self._works.get()
        if isinstance(work, BaseException):
            raise work
        return work

    def remove(self, work: _Work) -> None:
        """Remove a finished chunk from the queue, so that another one may be added."""
        with self._changed:
            self._num_open -= 1
            self._open_ms -= total_ms(work.chunk)
            self._changed.notify_all()

    def stop(self) -> None:
        """Start no further chunks; stop each running one after its current segment."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _queue_chunks(self, segments: Iterable[SpeechSegment]) -> None:
        try:
            for chunk in self._recognizer.chunks(segments):
                results: SimpleQueue[RecognizedSegment | None] = SimpleQueue()
                with self._changed:
                    self._changed.wait_for(lambda: self._is_stopped or self._has_room())
                    if self._is_stopped:
                        return
                    self._num_open += 1
                    self._open_ms += total_ms(chunk)
                    end = self._executor.submit(self._recognize, chunk, results)
                self._works.put(_Work(chunk, results, end))
            self._works.put(None)
        except BaseException as error:  # raised again in `next_work`
            self._works.put(error)

    def _has_room(self) -> bool:
        """Return whether another chunk may be queued, by the number and duration of queued chunks.

        Many short finished chunks may accumulate behind a longer one, since results are yielded in
        order.
        """
        is_short = self._open_ms < SHORT_QUEUE_MS
        return self._num_open <= self._recognizer.num_parallel or is_short

    def _recognize(
        self, chunk: tuple[SpeechSegment, ...], results: SimpleQueue[RecognizedSegment | None]
    ) -> None:
        try:
            for each in self._recognizer.recognize(
                self._audio, chunk, language=self._asr.language, hotwords=self._asr.hotwords
            ):
                if self._is_stopped:
                    return
                results.put(each)
        finally:
            results.put(None)


class _Failures:
    """A record of whether any chunk succeeded, with the last failure."""

    def __init__(self) -> None:
        self._has_worked = False
        self._failure: InferenceError | None = None

    def note(self, failure: InferenceError | None) -> None:
        self._has_worked = self._has_worked or failure is None
        self._failure = failure or self._failure

    def raise_if_all_failed(self) -> None:
        if self._failure is not None and not self._has_worked:
            raise self._failure


def _results(work: _Work, failures: _Failures) -> Iterator[RecognizedSegment]:
    num_yielded = 0
    while (recognized := work.results.get()) is not None:
        yield recognized
        num_yielded += 1
    try:
        work.end.result()
        failures.note(None)
    except InferenceError as error:
        failures.note(error)
        yield from _empty(work.chunk[num_yielded:], error)


def _empty(segments: Sequence[SpeechSegment], error: InferenceError) -> Iterator[RecognizedSegment]:
    start_ms, end_ms = segments[0].start_ms, segments[-1].end_ms
    _log.warning("No text from %d ms to %d ms: %s", start_ms, end_ms, error)
    for segment in segments:
        yield RecognizedSegment(segment, (), "")
