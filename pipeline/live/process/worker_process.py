"""Main function of a live transcription process."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable
from multiprocessing.connection import Connection

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS
from pipeline.core.errors import PipelineError, WorkingFileError
from pipeline.live.audio.spool_file import SpoolReader
from pipeline.live.events import FinalText, LiveEvent
from pipeline.live.process.worker_messages import Ended, Failed, FollowSettings

_MOST_SAMPLES = SAMPLE_RATE_HZ  # in one step


def follow_spool(settings: FollowSettings, commands: Connection, events: Connection) -> None:
    """Transcribe a growing spool file until it is complete or the parent process ends.

    Args:
        settings: settings of the process.
        commands: receives `Announce`.
        events: sends the events of the session and at the end `Ended`, or `Failed`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl+C
    announced = _Announced()
    threading.Thread(target=announced.listen, args=(commands,), daemon=True).start()
    try:
        _follow(settings, announced, events)
        events.send(Ended())
    except PipelineError as error:
        events.send(Failed(str(error)))


def _follow(settings: FollowSettings, announced: _Announced, events: Connection) -> None:
    # Imported here alone: the process that starts this one runs no models.
    from pipeline.live.models import load_live_models  # noqa: PLC0415
    from pipeline.live.process.progress_log import ProgressLog, progress_path  # noqa: PLC0415
    from pipeline.live.session import LiveSession  # noqa: PLC0415

    reader = SpoolReader(settings.spool_path)
    log = ProgressLog(progress_path(settings.spool_path), num_samples=reader.num_samples())
    models = load_live_models(settings.locations, settings.options)
    session = LiveSession(models, settings.options, clock=announced.duration_ms)
    if log.progress is not None:
        _send(log.progress.finals, settings.last_segment, events)
        if log.progress.changes.changes:
            events.send(log.progress.changes)
        session.resume(log.progress.state, reader.read)
    if settings.skips_segment:
        session.skip_segment(settings.last_segment + 1)
    is_over = False
    while not is_over:
        stop = announced.wait_beyond(session.num_samples)
        if stop > session.num_samples:
            found = session.follow(_read(reader, session.num_samples, stop))
        else:
            found, is_over = iter(session.finish()), True
        sent = _send(found, settings.last_segment, events)
        if not is_over:
            log.append(sent, session.state)
    log.close()


def _read(reader: SpoolReader, first: int, stop: int) -> NDArray[np.int16]:
    pcm = reader.read(first, min(stop, first + _MOST_SAMPLES))
    if not len(pcm):
        raise WorkingFileError("The samples of the live recording are shorter than announced")
    return pcm


def _send(
    found: Iterable[LiveEvent], last_segment: int, events: Connection
) -> tuple[LiveEvent, ...]:
    """Send each event that the parent does not have, as soon as it arrives; return all events."""
    sent: list[LiveEvent] = []
    for event in found:
        if not isinstance(event, FinalText) or event.segment > last_segment:
            events.send(event)
        sent.append(event)
    return tuple(sent)


class _Announced:
    """The length of the spool file as announced by the parent."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._num_samples = 0
        self._is_whole = False

    def duration_ms(self) -> int:
        """Return the announced length in milliseconds."""
        return self._num_samples // SAMPLES_PER_MS

    def wait_beyond(self, num_samples: int) -> int:
        """Wait for more than `num_samples` samples or a complete file; return their number."""
        with self._news:
            self._news.wait_for(lambda: self._is_whole or self._num_samples > num_samples)
            return self._num_samples

    def listen(self, commands: Connection) -> None:
        """Receive announcements; terminate the process when the pipe from the parent closes."""
        while True:
            try:
                command = commands.recv()
            except (EOFError, OSError):
                # The main thread may be inside a model run, which only this ends at once.
                os._exit(0)
            with self._news:
                self._num_samples = max(self._num_samples, command.num_samples)
                self._is_whole = command.is_whole
                self._news.notify_all()
