"""State of a live recording: samples, current text and connection of the browser."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.errors import PipelineError, WorkingFileError
from pipeline.core.options import PipelineOptions
from pipeline.live.audio.spool_file import SpoolGapError
from pipeline.live.events import FinalText, Lag, LiveEvent, PassingText, SpeakerChanges
from storage.db.errors import NotFoundError
from storage.live.session_record import LiveSessionRecord, LiveState
from storage.live.session_store import SessionFiles
from webui.live import messages
from webui.live.bulletin import Bulletin
from webui.live.frames import BYTES_PER_SAMPLE, Frame
from webui.live.messages import Message
from webui.live.recognition import NoRecognition, Recognition, StartRecognition
from webui.live.scribe import Scribe
from webui.services.runs.run_progress import LiveRunState

SHORTEST_NOTED_GAP = SAMPLE_RATE_HZ // 5  # shorter silences are not noted as gaps
PAUSED_S = 3.0  # without samples of a browser that is there
POST_PAUSE_S = 15.0  # between two posts of a browser that is there
_GAP = "gap"
_NO_ROOM = "no_room"
_CHANGE_TYPES = ("final", "speakers")

_log = logging.getLogger(__name__)


class NoRoomError(Exception):
    """Error for samples that do not fit on the disk and stay in the browser."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Callbacks of the connection over which a browser receives messages.

    Attributes:
        wake: called in any thread when there are new messages.
        replace: called in any thread when another connection has replaced this one.
    """

    wake: Callable[[], None]
    replace: Callable[[], None]


class LiveRecording:
    """Live recording up to the transfer of its audio to an ordinary run. Thread-safe."""

    def __init__(
        self,
        record: LiveSessionRecord,
        files: SessionFiles,
        scribe: Scribe,
        *,
        address: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open a recording with the text in its files."""
        changes = [each for each in files.changes() if each.get("type") in _CHANGE_TYPES]
        self.record = record
        self.bulletin = Bulletin(changes)
        self._last_segment = max((each.get("segment", -1) for each in changes), default=-1)
        self._files = files
        self._scribe = scribe
        self._clock = clock
        self._lock = threading.Lock()  # of the samples and the state
        self._text_lock = threading.Lock()
        self._recognition_lock = threading.Lock()  # of its start and its end
        self._recognition: Recognition | None = None
        self._listener: Listener | None = None
        self._is_ending = False
        self.behind_ms = 0  # of the recognition
        self._last_post_s = -math.inf
        self._opened_s = clock()
        self.address = address
        self._num_durable = files.spool.durable_sample
        self.last_contact_s = self.last_samples_s = clock()

    @property
    def next_sample(self) -> int:
        """Number of the next expected sample."""
        return self._files.spool.next_sample

    @property
    def num_durable(self) -> int:
        """Number of samples that were flushed to disk."""
        return self._num_durable

    @property
    def duration_ms(self) -> int:
        """Length of the samples received so far."""
        return self.next_sample * 1_000 // SAMPLE_RATE_HZ

    @property
    def spool_path(self) -> Path:
        """Path of the file with the samples."""
        return self._files.spool_path

    @property
    def is_connected(self) -> bool:
        """Whether the browser has an open connection or posted in the last POST_PAUSE_S."""
        return self._listener is not None or self._clock() - self._last_post_s < POST_PAUSE_S

    @property
    def is_followed(self) -> bool:
        """Whether recognition is running."""
        return self._recognition is not None

    @property
    def absent_s(self) -> float:
        """Seconds since the browser disconnected; 0 while it is connected."""
        return 0.0 if self.is_connected else self._clock() - self.last_contact_s

    @property
    def is_ending(self) -> bool:
        """Whether no more samples are accepted."""
        return self._is_ending

    @property
    def is_active(self) -> bool:
        """Whether samples are accepted or still being recognised."""
        return not self._is_ending or self._recognition is not None

    @property
    def run_state(self) -> LiveRunState:
        """State of the recording's run, as shown to visitors."""
        if self._is_ending or self.record.stop_sample is not None:
            return LiveRunState.ENDING
        is_silent = self._clock() - self.last_samples_s > PAUSED_S
        return LiveRunState.PAUSED if self.is_connected and is_silent else LiveRunState.RECORDING

    @property
    def age_s(self) -> float:
        """Seconds since the start of the recording, or since it was reopened after a restart."""
        return self._clock() - self._opened_s

    def start(self, start_recognition: StartRecognition, options: PipelineOptions) -> None:
        """Start the recognition after the text recognised before; do nothing if it is running."""
        with self._recognition_lock:
            if self._recognition is not None or self._is_ending:
                return
            try:
                recognition = start_recognition(
                    self.spool_path,
                    options,
                    self._last_segment,
                    self.apply,
                    self._note_recognition_end,
                )
            except PipelineError as error:
                self._note_recognition_end(str(error))
                recognition = NoRecognition()
            self._recognition = recognition
        recognition.announce(self.next_sample)

    def rest(self) -> None:
        """Stop the recognition and free its models; `start` continues it."""
        self._close_recognition()

    def attach(self, listener: Listener | None) -> None:
        """Register a connection of the browser, and close its former connection.

        Args:
            listener: the new connection; None for a browser that polls for messages.
        """
        with self._lock:
            former, self._listener = self._listener, listener
            self.last_contact_s = self._clock()
        if former is not None:
            former.replace()

    def detach(self, listener: Listener) -> None:
        """Remove a closed connection; do nothing if another one has replaced it."""
        with self._lock:
            if self._listener is listener:
                self._listener = None
                self.last_contact_s = self._clock()

    def note_post(self) -> None:
        """Record the time of a request for messages by the browser."""
        self.last_contact_s = self._last_post_s = self._clock()

    def write(self, frame: Frame) -> bool:
        """Append the samples of a frame that are not stored yet.

        Returns:
            Whether no sample before them is missing; they are stored then, unless the recording
            is ending.

        Raises:
            NoRoomError: if the disk is full.
        """
        with self._lock:
            self.last_contact_s = self.last_samples_s = self._clock()
            if self._is_ending:
                return True
            try:
                self._append(frame)
            except SpoolGapError:
                return False
            except WorkingFileError as error:
                raise NoRoomError(str(error)) from error
            next_sample = self.next_sample
        recognition = self._recognition
        if recognition is not None:
            recognition.announce(next_sample)
        return True

    def sync(self) -> None:
        """Flush the received samples to disk and acknowledge them.

        Raises:
            StorageError: if the disk cannot store them.
        """
        if self.next_sample > self._num_durable or not self.bulletin.has("ack"):
            self._num_durable = self._files.sync()
            self.bulletin.show(_NO_ROOM, None)
            self.tell("ack", messages.ack(self.next_sample, self._num_durable))

    def stop_at(self, num_samples: int) -> None:
        """Record that the recording ends with this number of samples, unless that is recorded.

        Raises:
            StorageError: if that cannot be stored.
        """
        with self._lock:
            if self._is_ending or self.record.stop_sample is not None:
                return
            self.record = replace(self.record, stop_sample=num_samples)
            self.last_samples_s = self._clock()
            self._files.write_record(self.record)

    def is_due(self, *, silent_s: float, absent_s: float) -> bool:
        """Return whether the recording must end: at its last sample, or after a time-out.

        Args:
            silent_s: seconds after the last samples at which a stopped recording ends.
            absent_s: seconds after a disconnection at which it ends.
        """
        stop = self.record.stop_sample
        limit = self.record.max_samples if stop is None else min(stop, self.record.max_samples)
        if self.next_sample >= limit:
            return True
        now_s = self._clock()
        if stop is not None and self.is_connected and now_s - self.last_samples_s > silent_s:
            return True
        return not self.is_connected and self.absent_s > absent_s

    def begin_end(self) -> bool:
        """Stop accepting samples; return whether this is the first call."""
        with self._lock:
            was_ending, self._is_ending = self._is_ending, True
            return not was_ending

    def finish(self) -> None:
        """Wait until all samples, if any, are recognised; flush them to disk.

        Raises:
            StorageError: if the disk cannot store it.
        """
        recognition = self._recognition
        try:
            if recognition is not None and self.next_sample > 0:
                recognition.finish()
        except PipelineError:  # the ordinary run recognises everything once more
            _log.warning("the recognition of a live recording has not finished", exc_info=True)
        self._close_recognition()
        self.sync()

    def note_handed_over(self) -> None:
        """Record that an ordinary run has taken over the audio.

        Raises:
            StorageError: if that cannot be stored.
        """
        self.record = replace(self.record, state=LiveState.SETTLING)
        self._files.write_record(self.record)

    def close(self) -> None:
        """Stop the recognition and close the files without deleting them."""
        self.begin_end()
        self._close_recognition()
        with self._lock:
            self._files.close()

    def apply(self, event: LiveEvent) -> None:
        """Store an event of the recognition and send it to the browser."""
        with self._text_lock:
            try:
                self._apply(event)
            except NotFoundError:
                _log.info("the live recording %s was deleted", self.record.recording_id)

    def tell(self, kind: str, message: Message) -> None:
        """Send a state to the browser; it replaces the former state of its kind."""
        self.bulletin.show(kind, message)
        self._wake()

    def tell_end(self, message: Message) -> None:
        """Send the last message of the session to the browser."""
        self.bulletin.end(message)
        self._wake()

    def tell_no_room(self) -> None:
        """Send the browser the state "disk full", valid until samples can be stored again."""
        sentence = "The recording cannot be stored now; the disk may be full. Free some space."
        self.tell(_NO_ROOM, messages.failure(_NO_ROOM, sentence, is_fatal=False))

    def _note_recognition_end(self, reason: str | None) -> None:
        """Send the browser the reason why recognition has ended."""
        if reason is not None:
            _log.warning("a live recording has no recognition: %s", reason)
            self.tell("error", messages.failure("no_recognition", reason, is_fatal=False))

    def _close_recognition(self) -> None:
        with self._recognition_lock:
            if self._recognition is not None:
                self._recognition.close()
            self._recognition = None

    def _apply(self, event: LiveEvent) -> None:
        match event:
            case PassingText():
                self.tell("partial", messages.partial(self.bulletin.rev, event))
            case FinalText():
                self._scribe.add(event.sentences, self.duration_ms)
                self.bulletin.show("partial", None)
                self._add_change(messages.final(self.bulletin.rev + 1, event))
                self._last_segment = event.segment
            case SpeakerChanges():
                self._scribe.change(event)
                self._add_change(messages.speakers(self.bulletin.rev + 1, event))
            case Lag():
                self.behind_ms = event.behind_ms
                self.tell("lag", messages.lag(event))

    def _add_change(self, message: Message) -> None:
        try:
            self._files.note_change(message)
        except WorkingFileError:  # found again after a restart
            _log.warning("a change of live text is not stored", exc_info=True)
        self.bulletin.add_change(message)
        self._wake()

    def _wake(self) -> None:
        listener = self._listener
        if listener is not None:
            listener.wake()

    def _append(self, frame: Frame) -> None:
        spool, next_sample = self._files.spool, self.next_sample
        end = min(frame.first_sample + frame.count, self.record.max_samples)
        if frame.first_sample > next_sample:
            raise SpoolGapError(next_sample)
        if end <= next_sample:
            return
        if frame.samples is not None:
            count = end - frame.first_sample
            spool.write(frame.first_sample, frame.samples[: count * BYTES_PER_SAMPLE])
            return
        spool.write_silence(end - next_sample)
        if end - next_sample >= SHORTEST_NOTED_GAP:
            self._files.note_change(
                {"type": _GAP, "first_sample": next_sample, "count": end - next_sample}
            )


def max_samples(minutes: float) -> int:
    """Return the number of samples of a recording of this length."""
    return round(minutes * 60 * SAMPLE_RATE_HZ)
