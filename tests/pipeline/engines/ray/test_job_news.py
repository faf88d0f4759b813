from __future__ import annotations

import threading

import pytest

from pipeline.core.events import AudioReady
from pipeline.core.progress import Stage, StageProgress
from pipeline.engines.ray import job_news
from pipeline.engines.ray.carried_files import FilePiece, FileRange, JobFolder
from pipeline.engines.ray.job_news import JobNews, Probe

NO_WAIT_S = 0.0
EVENTS = (AudioReady(1), AudioReady(2))


@pytest.fixture
def news():
    made = JobNews()
    made.begin("job", None)
    return made


def test_the_latest_progress_and_all_events_are_taken_once(news):
    for done in (1, 2):
        news.report(StageProgress(Stage.RECOGNIZE, done, 2))
    news.add(*EVENTS)

    assert news.take("job", NO_WAIT_S) == [StageProgress(Stage.RECOGNIZE, 2, 2), *EVENTS]
    assert news.take("job", NO_WAIT_S) == []


def test_a_job_gets_no_news_of_the_one_before(news):
    news.add(*EVENTS)
    news.end()

    assert news.take("next", NO_WAIT_S) == []
    news.begin("next", None)
    assert news.take("next", NO_WAIT_S) == []


def test_the_end_of_the_job_ends_the_wait(news):
    taken: list[object] = []
    waiter = threading.Thread(target=lambda: taken.extend(news.take("job", 60.0)))
    waiter.start()
    news.add(*EVENTS)

    news.end()
    waiter.join()

    assert taken == [*EVENTS]


def test_large_files_are_sent_in_parts_before_the_event_that_follows_them(
    news, tmp_path, monkeypatch
):
    monkeypatch.setattr(job_news, "MAX_PIECE_BYTES", 4)
    path = tmp_path / "audio.flac"
    path.write_bytes(b"01234567")
    parts = [FileRange(JobFolder.SCRATCH, path, start, 4) for start in (0, 4)]
    news.add(*parts, EVENTS[0])

    taken = [news.take("job", NO_WAIT_S) for _ in range(3)]

    first, second = (FilePiece(JobFolder.SCRATCH, "audio.flac", at, path.read_bytes()[at : at + 4])
                     for at in (0, 4))  # fmt: skip
    assert taken == [[first], [second], [EVENTS[0]]]


def test_a_worker_with_files_to_send_waits_until_they_are_taken(news, tmp_path):
    (tmp_path / "audio.flac").write_bytes(b"0")
    news.add(FileRange(JobFolder.SCRATCH, tmp_path / "audio.flac", 0, 1))
    news.end()
    waiter = threading.Thread(target=news.wait_until_taken)
    waiter.start()
    waiter.join(0.05)
    assert waiter.is_alive()

    news.take("job", NO_WAIT_S)

    waiter.join()


def test_a_probe_is_seen_only_where_the_same_file_is(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF")
    probe = Probe.of(path)
    with Probe.written_to(tmp_path) as written:
        assert probe.is_seen()
        assert written.is_seen()
        written.path.write_bytes(b"of another machine")
        assert not written.is_seen()

    path.write_bytes(b"another recording")
    assert not probe.is_seen()
    assert list(tmp_path.iterdir()) == [path]
