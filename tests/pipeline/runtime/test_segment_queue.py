from __future__ import annotations

import threading

import pytest

from pipeline.core.transcript import SpeechSegment
from pipeline.runtime.segment_queue import SegmentQueue
from pipeline.runtime.worker_threads import WorkerThreads, WorkStoppedError

SEGMENTS = tuple(SpeechSegment(1_000 * n, 1_000 * n + 900) for n in range(20))


def fill(feed: SegmentQueue) -> None:
    for segment in SEGMENTS:
        feed.put(segment)
    feed.close()


def test_every_reader_gets_all_segments_in_order() -> None:
    feed = SegmentQueue(most_ahead_ms=3_000)
    writer = threading.Thread(target=fill, args=(feed,))
    read: list[tuple[SpeechSegment, ...]] = []
    follower = threading.Thread(target=lambda: read.append(tuple(feed.behind())))
    writer.start()
    follower.start()

    assert tuple(feed.each()) == SEGMENTS
    follower.join()
    writer.join()

    assert read == [SEGMENTS]
    assert feed.segments == SEGMENTS


def test_speech_is_not_sought_far_ahead_of_who_sets_the_pace() -> None:
    feed = SegmentQueue(most_ahead_ms=3_000)
    reading = feed.each()
    feed.put(SEGMENTS[0])
    assert next(reading) == SEGMENTS[0]

    def fill_rest() -> None:
        for segment in SEGMENTS[1:]:
            feed.put(segment)
        feed.close()

    writer = threading.Thread(target=fill_rest)
    writer.start()
    for segment in SEGMENTS[1:5]:
        assert next(reading) == segment
    ahead_ms = feed.segments[-1].end_ms - SEGMENTS[4].end_ms

    assert ahead_ms <= 4_000  # one is put in before its writer has to wait
    assert tuple(reading) == SEGMENTS[5:]
    writer.join()


def test_whoever_waits_is_sent_home_when_the_work_is_stopped() -> None:
    feed = SegmentQueue()
    feed.put(SEGMENTS[0])
    reading = feed.each()
    next(reading)
    threading.Timer(0.05, feed.stop).start()

    with pytest.raises(WorkStoppedError):
        next(reading)
    with pytest.raises(WorkStoppedError):
        feed.put(SEGMENTS[1])


def test_what_threads_find_comes_out_in_one_place_until_all_have_ended() -> None:
    side: WorkerThreads[int] = WorkerThreads()

    side.start(lambda: [side.put(n) for n in range(5)] and None, name="first")
    side.start(lambda: [side.put(n) for n in range(5, 9)] and None, name="second")
    found = [each for each in side.events(every_s=0.1) if each is not None]
    side.join()

    assert sorted(found) == list(range(9))


def test_what_a_thread_fails_with_comes_out_too() -> None:
    def fail() -> None:
        raise ValueError("no luck")

    side: WorkerThreads[int] = WorkerThreads()
    side.start(fail, name="failing")

    with pytest.raises(ValueError, match="no luck"):
        list(side.events(every_s=0.1))
    side.join()


def test_while_nothing_comes_the_reader_is_not_left_waiting() -> None:
    may_end = threading.Event()
    side: WorkerThreads[int] = WorkerThreads()
    side.start(lambda: may_end.wait() and None, name="slow")

    events = side.events(every_s=0.01)
    assert next(events) is None
    may_end.set()

    assert set(events) <= {None}
    side.join()
