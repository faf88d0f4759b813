from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.live.audio.spool_file import SpoolFile
from pipeline.live.events import FinalText, LiveEvent, PassingText
from pipeline.live.models import LiveModels, load_live_models
from pipeline.live.options import LiveOptions
from pipeline.live.process.progress_log import progress_path
from pipeline.live.process.worker import LiveWorker
from pipeline.live.session import LiveSession
from pipeline.models.locations import ModelLocations
from pipeline.models.model_folders import ModelFolders
from tests.conditions import eventually

SECOND = 16_000
OPTIONS = LiveOptions(recognizer="paraformer")
WHISPER = LiveOptions(language="zh", recognizer="whisper")
TIMEOUT_S = 240


class Listener:
    """Collects the events of a worker."""

    def __init__(self) -> None:
        self.events: list[LiveEvent] = []
        self.ends: list[str | None] = []
        self._news = threading.Condition()

    def on_event(self, event: LiveEvent) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def on_end(self, message: str | None) -> None:
        with self._news:
            self.ends.append(message)
            self._news.notify_all()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(condition, TIMEOUT_S)

    def wait_until_heard(self, place_ms: int) -> None:
        """Wait for an event about the audio after this place."""
        self.wait_for(lambda: any(_end_ms(each) > place_ms for each in self.events))

    @property
    def finals(self) -> list[FinalText]:
        return [each for each in self.events if isinstance(each, FinalText)]


def _end_ms(event: LiveEvent) -> int:
    if isinstance(event, PassingText):
        return event.heard_ms
    if isinstance(event, FinalText) and event.sentences:
        return event.sentences[-1].end_ms
    return 0


@pytest.fixture(scope="module")
def talk(conversation: NDArray[np.int16]) -> NDArray[np.int16]:
    return conversation[: 11 * SECOND]


@pytest.fixture(scope="module")
def quick_locations(locations: ModelLocations, folders: ModelFolders) -> ModelLocations:
    """Where the small Paraformer is."""
    return replace(locations, folders=folders)


@pytest.fixture(scope="module")
def undisturbed(quick_locations: ModelLocations, talk: NDArray[np.int16]) -> list[FinalText]:
    return finals_of(LiveSession(load_live_models(quick_locations, OPTIONS), OPTIONS), talk)


def finals_of(session: LiveSession, talk: NDArray[np.int16]) -> list[FinalText]:
    events = session.feed(talk) + session.finish()
    found = [each for each in events if isinstance(each, FinalText)]
    assert len(found) >= 3
    return found


@pytest.fixture
def spool(tmp_path: Path) -> SpoolFile:
    return SpoolFile.create(tmp_path / "audio.s16")


def start(
    tmp_path: Path,
    locations: ModelLocations,
    listener: Listener,
    *,
    options: LiveOptions = OPTIONS,
    last_segment: int = -1,
) -> LiveWorker:
    return LiveWorker(
        tmp_path / "audio.s16",
        options,
        listener.on_event,
        on_end=listener.on_end,
        locations=locations,
        last_segment=last_segment,
    )


def test_a_worker_follows_the_file_and_ends_with_it(
    tmp_path: Path,
    locations: ModelLocations,
    models: LiveModels,
    spool: SpoolFile,
    talk: NDArray[np.int16],
) -> None:
    listener = Listener()
    worker = start(tmp_path, locations, listener, options=WHISPER)
    half = len(talk) // 2
    worker.announce(spool.write(0, talk[:half]))
    listener.wait_for(lambda: bool(listener.finals))
    worker.announce(spool.write(half, talk[half:]))
    worker.finish()

    assert worker.wait(TIMEOUT_S)

    whole = LiveSession(models, WHISPER, clock=lambda: 60_000)  # too late for passing text
    assert listener.finals == finals_of(whole, talk)
    assert listener.ends == [None]
    assert worker.pid is None
    worker.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_worker_killed_at_random_places_gives_the_same_final_texts(
    tmp_path: Path,
    quick_locations: ModelLocations,
    spool: SpoolFile,
    talk: NDArray[np.int16],
    undisturbed: list[FinalText],
) -> None:
    chance = random.Random(3)
    listener = Listener()
    worker = start(tmp_path, quick_locations, listener)
    killed: set[int | None] = set()
    for first_ms in (0, 3_000, 6_000):
        place_ms = first_ms + chance.randint(1_000, 2_000)
        available = talk[: place_ms * 16 + SECOND]
        worker.announce(spool.write(spool.next_sample, available[spool.next_sample :]))
        listener.wait_until_heard(place_ms)
        pid = worker.pid
        assert pid is not None
        killed.add(pid)
        os.kill(pid, signal.SIGKILL)
    worker.announce(spool.write(spool.next_sample, talk[spool.next_sample :]))
    worker.finish()

    assert worker.wait(TIMEOUT_S)

    assert len(killed) == 3
    assert listener.finals == undisturbed
    assert listener.ends == [None]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_three_deaths_in_one_segment_leave_it_without_text_and_the_rest_goes_on(
    tmp_path: Path,
    quick_locations: ModelLocations,
    spool: SpoolFile,
    talk: NDArray[np.int16],
    undisturbed: list[FinalText],
) -> None:
    listener = Listener()
    worker = start(tmp_path, quick_locations, listener)
    killed: set[int] = set()
    for _ in range(3):
        eventually(lambda: worker.pid is not None and worker.pid not in killed, timeout_s=TIMEOUT_S)
        assert worker.pid is not None
        killed.add(worker.pid)
        os.kill(worker.pid, signal.SIGKILL)
    worker.announce(spool.write(0, talk))
    worker.finish()

    assert worker.wait(TIMEOUT_S)

    assert listener.finals[0] == FinalText(0, ())
    assert [each.segment for each in listener.finals] == [each.segment for each in undisturbed]
    assert listener.finals[1].sentences
    assert not any(isinstance(each, PassingText) and each.segment == 0 for each in listener.events)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_process_that_always_dies_is_given_up_with_a_reason(
    tmp_path: Path, quick_locations: ModelLocations, spool: SpoolFile
) -> None:
    listener = Listener()
    worker = start(tmp_path, quick_locations, listener)
    killed: set[int] = set()
    while not listener.ends:
        pid = worker.pid
        if pid is not None and pid not in killed:
            killed.add(pid)
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)

    assert len(killed) == 6
    assert "several times" in (listener.ends[0] or "")
    assert worker.wait(TIMEOUT_S)


def test_another_worker_continues_after_the_program_was_stopped(
    tmp_path: Path,
    quick_locations: ModelLocations,
    spool: SpoolFile,
    talk: NDArray[np.int16],
    undisturbed: list[FinalText],
) -> None:
    before = Listener()
    worker = start(tmp_path, quick_locations, before)
    worker.announce(spool.write(0, talk[: 9 * SECOND]))
    before.wait_for(lambda: bool(before.finals))
    worker.close()
    assert before.ends == []

    after = Listener()
    worker = start(tmp_path, quick_locations, after, last_segment=before.finals[-1].segment)
    worker.announce(spool.write(spool.next_sample, talk[spool.next_sample :]))
    worker.finish()
    assert worker.wait(TIMEOUT_S)

    assert before.finals + after.finals == undisturbed


def test_final_texts_that_the_caller_has_lost_are_sent_again(
    tmp_path: Path,
    quick_locations: ModelLocations,
    spool: SpoolFile,
    talk: NDArray[np.int16],
    undisturbed: list[FinalText],
) -> None:
    spool.write(0, talk)
    for _ in range(2):
        listener = Listener()
        worker = start(tmp_path, quick_locations, listener)
        worker.announce(len(talk))
        worker.finish()
        assert worker.wait(TIMEOUT_S)

        assert listener.finals == undisturbed


def test_finished_text_beyond_a_file_that_was_cut_is_made_again(
    tmp_path: Path,
    quick_locations: ModelLocations,
    spool: SpoolFile,
    talk: NDArray[np.int16],
    undisturbed: list[FinalText],
) -> None:
    spool.write(0, talk)
    listener = Listener()
    worker = start(tmp_path, quick_locations, listener)
    worker.announce(len(talk))
    worker.finish()
    assert worker.wait(TIMEOUT_S)
    spool.close()
    cut = SpoolFile.open(tmp_path / "audio.s16", num_samples=2 * SECOND)
    assert progress_path(tmp_path / "audio.s16").stat().st_size

    listener = Listener()
    worker = start(tmp_path, quick_locations, listener)
    worker.announce(cut.write(2 * SECOND, talk[2 * SECOND :]))
    worker.finish()
    assert worker.wait(TIMEOUT_S)

    assert listener.finals == undisturbed


def test_a_missing_model_ends_the_worker_with_the_reason(tmp_path: Path, spool: SpoolFile) -> None:
    listener = Listener()
    nowhere = ModelLocations(tmp_path / "none", offline=True)
    worker = start(tmp_path, nowhere, listener, options=WHISPER)

    assert worker.wait(TIMEOUT_S)

    assert "whisper-base" in (listener.ends[0] or "")
    assert listener.events == []
