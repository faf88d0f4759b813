"""Live transcription in a separate process that is restarted after a crash."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.connection import wait
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

from pipeline.live.events import FinalText, LiveEvent
from pipeline.live.options import LiveOptions
from pipeline.live.process.worker_messages import Announce, Ended, Failed, FollowSettings
from pipeline.live.process.worker_process import follow_spool
from pipeline.models.locations import ModelLocations
from pipeline.runtime.spawned_process import SpawnedProcess

SKIPPED_AFTER = 3  # deaths at one place, after which its segment gets an empty final text
GIVEN_UP_AFTER = 6  # deaths at one place

_log = logging.getLogger(__name__)

OnEnd = Callable[[str | None], None]
"""A callback, called once with None after the last event, or with the reason for a failure."""


def ignore_end(message: str | None) -> None:
    """Ignore the end of the events; default for arguments of type OnEnd."""


class LiveWorker:
    """A live transcription of a spool file in a separate process.

    The process starts at once and loads its models. After a crash, another process continues
    from the last final text; the final texts are the same as without a crash. The finished part
    is also stored in a file beside the spool file, so that a new worker can resume after the
    program has stopped.
    """

    def __init__(
        self,
        spool_path: Path,
        options: LiveOptions,
        on_event: Callable[[LiveEvent], None],
        *,
        on_end: OnEnd = ignore_end,
        locations: ModelLocations | None = None,
        last_segment: int = -1,
    ) -> None:
        """Start the process in the background.

        Args:
            spool_path: an existing spool file, to which samples may be appended.
            options: the options.
            on_event: receives the events, in a thread of the worker.
            on_end: is called once at the end, in the same thread, unless `close` comes before.
            locations: locations of the models.
            last_segment: number of the last segment whose final text the caller has from an
                earlier worker on the same file, -1 for none; final texts up to it are not sent.
        """
        self._settings = FollowSettings(
            spool_path, options, locations or ModelLocations(), last_segment
        )
        self._on_event = on_event
        self._on_end = on_end
        self._announced = Announce(0, is_whole=False)
        self._is_closed = False
        self._lock = threading.Lock()  # of what the two lines above and the next one say
        self._is_woken = False
        self._wake_reader, self._wake_writer = Pipe(duplex=False)
        self._process: SpawnedProcess | None = None
        self._num_deaths = 0  # since the last final text
        self._thread = threading.Thread(target=self._run, name="live-worker", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """Id of the process; None before its start and after its end."""
        process = self._process
        return None if process is None else process.pid

    def announce(self, num_samples: int) -> None:
        """Announce the number of samples of the spool file, without waiting."""
        with self._lock:
            if num_samples > self._announced.num_samples:
                self._announced = replace(self._announced, num_samples=num_samples)
        self._wake()

    def finish(self) -> None:
        """Announce that the spool file is complete, without waiting.

        The remaining events follow, then `on_end` is called.
        """
        with self._lock:
            self._announced = replace(self._announced, is_whole=True)
        self._wake()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the worker has ended; return whether it has."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def close(self) -> None:
        """Stop the process without waiting for its events; no event is reported afterwards.

        Block until the thread of the worker has ended.
        """
        self._is_closed = True
        self._wake()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _wake(self) -> None:
        with self._lock:
            if not self._is_woken and self._thread.is_alive():
                self._is_woken = True
                self._wake_writer.send_bytes(b"changed")

    def _run(self) -> None:
        message: str | None = "The live transcription was stopped"
        try:
            while not self._is_closed:
                self._process = SpawnedProcess(follow_spool, self._settings, name="live-worker")
                try:
                    end = self._serve(self._process)
                finally:
                    process, self._process = self._process, None
                    process.stop()
                if end is not None or self._has_failed_for_good():
                    message = end.message if isinstance(end, Failed) else _end_message(end)
                    break
        finally:
            if not self._is_closed:
                self._call(lambda: self._on_end(message))

    def _serve(self, process: SpawnedProcess) -> Ended | Failed | None:
        """Forward announcements and events until the process ends; return None after a crash."""
        sent: Announce | None = None
        while not self._is_closed:
            try:
                if sent != (sent := self._announced):
                    process.send(sent)
                ready = wait([process.events, self._wake_reader])
                if self._wake_reader in ready:
                    self._take_wake()
                if process.events in ready:
                    event = ForkingPickler.loads(process.receive())
                    if isinstance(event, Ended | Failed):
                        return event
                    self._pass_on(event)
            except (EOFError, OSError):
                return None
        return None

    def _take_wake(self) -> None:
        with self._lock:
            self._is_woken = False
            self._wake_reader.recv_bytes()

    def _pass_on(self, event: LiveEvent) -> None:
        if isinstance(event, FinalText):
            if event.segment <= self._settings.last_segment:
                return
            self._num_deaths = 0
            self._settings = replace(
                self._settings, last_segment=event.segment, skips_segment=False
            )
        self._call(lambda: self._on_event(event))

    def _has_failed_for_good(self) -> bool:
        """Count a crash; return whether there were too many since the last final text."""
        if self._is_closed:
            return False
        self._num_deaths += 1
        _log.warning(
            "The process of a live transcription died after segment %d, for the %d. time",
            self._settings.last_segment,
            self._num_deaths,
        )
        self._settings = replace(self._settings, skips_segment=self._num_deaths >= SKIPPED_AFTER)
        return self._num_deaths >= GIVEN_UP_AFTER

    def _call(self, function: Callable[[], None]) -> None:
        try:
            function()
        except Exception:
            _log.exception("an event of a live transcription could not be processed")


def _end_message(end: Ended | None) -> str | None:
    if end is not None:
        return None
    return (
        "The live transcription failed several times at one place. The recording itself is "
        "complete; transcribe it after the end"
    )
