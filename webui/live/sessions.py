"""Live sessions: admission, end, and continuation after a restart."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.core.errors import OptionError
from pipeline.core.options import AsrOptions, PipelineOptions, SpeakerCount
from pipeline.models.recognizer_choice import PARAFORMER, WHISPER
from storage.db.errors import NotFoundError, StorageError
from storage.db.records import RunStatus
from storage.db.values import new_id
from storage.live.session_record import LiveSessionRecord, LiveState
from storage.live.session_store import LiveStore
from webui.live import messages
from webui.live.frames import Frame
from webui.live.library import LiveLibrary
from webui.live.messages import CloseCode, Hello, LiveChoices
from webui.live.recognition import StartRecognition, start_no_recognition
from webui.live.recording import LiveRecording, max_samples
from webui.services.access import Visitor
from webui.services.background import RepeatedWork
from webui.services.models import ModelsService
from webui.services.runs.limits import LimitReachedError
from webui.services.runs.run_progress import LiveRunState

_COST_PERCENT = {WHISPER: 33, PARAFORMER: 20}  # of one core, with speakers
_USED_PERCENT = 70  # of all cores; the rest is for the page and for peaks
MOST_BEHIND_MS = 1_500  # of a recording, beyond which no other one begins
TICK_S = 1.0  # between two acknowledgements
MINUTES_PER_HOUR = 60
_S_PER_MINUTE = 60
_VISITORS_TIME_FACTOR = 2  # a demo visitor's recording lasts so many times its minutes, with pauses
_TOKEN_BYTES = 32
_UNKNOWN = "This live recording is not known here, or it has ended. Begin a new one."

_log = logging.getLogger(__name__)


def num_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def num_sessions(recognizer: str, cores: int) -> int:
    """Return the number of recordings that can be recognised simultaneously, at least one.

    Args:
        recognizer: name of the recogniser; the most expensive one is assumed for others.
        cores: number of cores.
    """
    cost = _COST_PERCENT.get(recognizer, max(_COST_PERCENT.values()))
    return max(1, _USED_PERCENT * cores // cost)


class LiveRefusedError(Exception):
    """Error for a session that a visitor may not begin or continue.

    Attributes:
        close_code: code with which a WebSocket is closed.
        code: name of the error, for the page's own text.
    """

    def __init__(self, close_code: CloseCode, code: str, message: str) -> None:
        super().__init__(message)
        self.close_code = close_code
        self.code = code


@dataclass(frozen=True, slots=True)
class LiveLimits:
    """Limits of live sessions.

    Attributes:
        minutes: maximum length of one recording.
        sessions: maximum number of concurrent recordings; None to derive it from the cores.
        address_sessions: maximum number of recordings at a time of all visitors of a public demo
            with one network address.
        silent_s: seconds without samples after which a stopped recording ends with those it has.
        absent_s: seconds without a browser after which a recording is ended, and after which the
            session of a settled recording is removed.
        rest_s: seconds without a browser after which recognition is suspended.
        retry_s: seconds between attempts to store the end of a recording.
    """

    minutes: float = 720.0
    sessions: int | None = None
    address_sessions: int = 1_000
    silent_s: float = 30.0
    absent_s: float = 900.0
    rest_s: float = 60.0
    retry_s: float = 30.0


class LiveSessions:
    """All live sessions of a workspace. Thread-safe."""

    def __init__(
        self,
        library: LiveLibrary,
        store: LiveStore,
        models: ModelsService,
        *,
        limits: LiveLimits | None = None,
        start_recognition: StartRecognition = start_no_recognition,
        add_words: Callable[[PipelineOptions], PipelineOptions] = lambda options: options,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Reopen the sessions that were open when the program stopped.

        Args:
            library: stores recordings and their transcripts.
            store: stores the samples of recordings that have not ended.
            models: chooses the recogniser.
            limits: limits of sessions.
            start_recognition: starts the recognition of a recording.
            add_words: adds the hotwords of the workspace to options; separate visitors get none.
            clock: time in seconds.
        """
        self.limits = limits or LiveLimits()
        self._library = library
        self._store = store
        self._models = models
        self._start_recognition = start_recognition
        self._add_words = add_words
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, LiveRecording] = {}
        self._retry_s: dict[str, float] = {}
        self._settled_s: dict[str, float] = {}
        self._is_closing = False
        self._restore()
        self._ticks = RepeatedWork(self.tick, every_s=TICK_S, name="live-sessions")

    @property
    def engine(self) -> str:
        """Name of the recogniser that live recordings use; "" if there is none."""
        choice = self._models.choose_live(AsrOptions(self._models.recognizer))
        return "" if choice is None else choice.name

    @property
    def num_open(self) -> int:
        """Number of live recordings in progress."""
        return len(self._active())

    def begin(self, choices: LiveChoices, visitor: Visitor) -> tuple[LiveRecording, str]:
        """Begin a recording; return it with the secret token for its browser.

        Raises:
            LiveRefusedError: if the visitor may not begin one now.
        """
        options = self._options(choices)
        if visitor.owner is None:
            options = self._add_words(options)
        with self._lock:
            self._check_admission(visitor)
            token = secrets.token_urlsafe(_TOKEN_BYTES)
            recording = self._create(choices.title, options, visitor, token)
            self._sessions[recording.record.session_id] = recording
        recording.start(self._start_recognition, options)
        return recording, token

    def find(self, session_id: str, token: str, visitor: Visitor) -> LiveRecording:
        """Return a session after a check of its secret token.

        Raises:
            LiveRefusedError: if there is no such session, or the secret is another.
        """
        recording = self._sessions.get(session_id)
        if recording is None or not _is_holder(recording.record, token, visitor):
            raise LiveRefusedError(CloseCode.UNKNOWN_SESSION, "unknown_session", _UNKNOWN)
        return recording

    def resume(self, hello: Hello, visitor: Visitor) -> LiveRecording:
        """Return the session that a browser asks to continue.

        Raises:
            LiveRefusedError: if there is no such session, or the secret is another.
            NotFoundError: if the recording has just been deleted.
        """
        recording = self.find(hello.session or "", hello.token, visitor)
        run = self._library.run(recording.record.run_id)
        recording.start(self._start_recognition, PipelineOptions.from_text(run.options))
        return recording

    def write(self, recording: LiveRecording, frame: Frame) -> bool:
        """Append a frame to a recording, and end it once it is complete.

        Returns:
            Whether the frame was accepted; False if samples before it are missing.

        Raises:
            NoRoomError: if the disk is full.
        """
        is_accepted = recording.write(frame)
        self.end_if_due(recording)
        return is_accepted

    def stop(self, recording: LiveRecording, num_samples: int) -> None:
        """End a recording once it has this number of samples."""
        try:
            recording.stop_at(num_samples)
        except StorageError:  # known until the program stops
            _log.warning("the stop of a live recording cannot be stored", exc_info=True)
        self.end_if_due(recording)

    def end_if_due(self, recording: LiveRecording) -> None:
        """End a recording in the background if it is stopped, too long or disconnected."""
        record, limits = recording.record, self.limits
        if record.state is not LiveState.RECORDING:
            return
        is_due = recording.is_due(silent_s=limits.silent_s, absent_s=limits.absent_s)
        if not is_due and not self._is_too_old(recording):
            return
        if recording.begin_end():
            name = f"live-end-{record.session_id[:8]}"
            threading.Thread(target=self._end, args=(recording,), name=name, daemon=True).start()

    def _is_too_old(self, recording: LiveRecording) -> bool:
        """Return whether a demo visitor's recording has been open for too long."""
        longest_s = _VISITORS_TIME_FACTOR * _S_PER_MINUTE * self.limits.minutes
        return recording.record.owner is not None and recording.age_s > longest_s

    def tick(self) -> None:
        """Flush samples to disk, end recordings that are due, check the runs of ended ones."""
        with self._lock:
            sessions = tuple(self._sessions.values())
        for recording in sessions:
            try:
                self._look_at(recording)
            except NotFoundError:
                self._forget(recording)
            except StorageError:
                _log.warning("a live recording cannot be stored now", exc_info=True)
                recording.tell_no_room()
            except Exception:  # this thread looks at all sessions
                _log.exception("a fault in a live recording")

    def end_run(self, run_id: str) -> None:
        """End the recording of a run and hand its audio over; do nothing for other runs."""
        for recording in tuple(self._sessions.values()):
            if recording.record.run_id == run_id and recording.begin_end():
                self._end(recording)

    def state_of(self, run_id: str) -> LiveRunState:
        """Return the state of the recording of a run."""
        for recording in tuple(self._sessions.values()):
            if recording.record.run_id == run_id:
                return recording.run_state
        return LiveRunState.ENDING

    def drop_recording(self, recording_id: str) -> None:
        """Stop a recording that is being deleted, and remove its files; do nothing for others."""
        for recording in tuple(self._sessions.values()):
            if recording.record.recording_id == recording_id:
                recording.begin_end()
                self._library.note_length(recording.record.run_id, recording.duration_ms)
                self._forget(recording)
                message = "This recording has been deleted."
                recording.tell_end(messages.failure("deleted", message, is_fatal=True))

    def close(self) -> None:
        """Stop all recognition and close all files; the sessions continue after the next start."""
        self._is_closing = True
        self._ticks.close()
        for recording in self._sessions.values():
            try:
                recording.sync()
            except StorageError:
                _log.warning("the end of a live recording is not durable", exc_info=True)
            recording.close()

    def _options(self, choices: LiveChoices) -> PipelineOptions:
        try:
            asr = self._models.asr_options(
                _chosen(choices.language),
                choices.hotwords,
                recognizer=_chosen(choices.recognizer),
            )
            speakers = SpeakerCount.parse(choices.num_speakers or "auto")
        except OptionError as error:
            raise LiveRefusedError(CloseCode.BAD_MESSAGE, "bad_options", str(error)) from error
        return PipelineOptions(speakers=speakers, asr=asr)

    def _check_admission(self, visitor: Visitor) -> None:
        active, limits = self._active(), self.limits
        most = limits.sessions or num_sessions(self.engine, num_cores())
        if visitor.owner is not None:
            self._check_visitor(visitor, [each for each in active if not each.is_ending], most)
        busy = [each for each in active if each.is_followed or each.absent_s <= limits.rest_s]
        is_late = any(each.is_connected and each.behind_ms > MOST_BEHIND_MS for each in busy)
        if len(busy) >= most or is_late:
            raise LiveRefusedError(
                CloseCode.FULL,
                "full",
                "The machine is busy with other live recordings. Try again in a few minutes.",
            )

    def _check_visitor(self, visitor: Visitor, others: list[LiveRecording], most: int) -> None:
        """End a demo visitor's disconnected recordings; check the limit of the address.

        Raises:
            LiveRefusedError: if the visitor is recording already, or the limit is reached.
        """
        for each in others:
            if each.record.owner == visitor.owner:
                self._give_way(each)
        num_of_address = sum(
            not each.is_ending and each.address == visitor.address for each in others
        )
        most_of_address = min(self.limits.address_sessions, max(1, most - 1))
        if visitor.address is not None and num_of_address >= most_of_address:
            raise LiveRefusedError(
                CloseCode.FULL,
                "full",
                "Others in your network are recording. Try again in a few minutes.",
            )

    def _active(self) -> list[LiveRecording]:
        """Return the recordings whose samples are still accepted or recognised."""
        found = tuple(self._sessions.values())
        return [
            each for each in found if each.record.state is LiveState.RECORDING and each.is_active
        ]

    def _give_way(self, former: LiveRecording) -> None:
        """End a demo visitor's former recording.

        Raises:
            LiveRefusedError: if its browser is still connected.
        """
        if former.is_connected:
            raise LiveRefusedError(
                CloseCode.FULL,
                "one_session",
                "You are recording in another tab already. Stop that recording first.",
            )
        former.stop_at(former.next_sample)
        self.end_if_due(former)

    def _create(
        self, title: str, options: PipelineOptions, visitor: Visitor, token: str
    ) -> LiveRecording:
        try:
            run = self._library.add(title, options, visitor)
        except LimitReachedError as error:
            raise LiveRefusedError(CloseCode.FULL, "limit", str(error)) from error
        except StorageError as error:
            raise _no_room() from error
        record = LiveSessionRecord(
            session_id=new_id(),
            token_sha256=_hashed(token),
            recording_id=run.recording_id,
            run_id=run.run_id,
            max_samples=max_samples(self.limits.minutes),
            owner=visitor.owner,
        )
        try:
            files = self._store.create(record)
        except StorageError as error:
            self._library.delete(run.recording_id)
            raise _no_room() from error
        scribe = self._library.scribe(run)
        return LiveRecording(record, files, scribe, address=visitor.address, clock=self._clock)

    def _restore(self) -> None:
        for record in self._store.records():
            try:
                self._sessions[record.session_id] = self._restored(record)
            except NotFoundError:  # for example after an older backup was restored
                _log.warning("the live session %s has no recording", record.session_id)
            except StorageError:
                _log.exception("the live session %s cannot go on", record.session_id)

    def _restored(self, record: LiveSessionRecord) -> LiveRecording:
        if record.state is LiveState.RECORDING:
            run = self._library.go_on(record.run_id)
        else:
            run = self._library.run(record.run_id)
        files = self._store.open(record)
        return LiveRecording(record, files, self._library.scribe(run), clock=self._clock)

    def _look_at(self, recording: LiveRecording) -> None:
        session_id = recording.record.session_id
        if recording.record.state is LiveState.SETTLING:
            self._look_at_run(recording)
        elif not recording.is_ending:
            recording.sync()
            if recording.is_followed and recording.absent_s > self.limits.rest_s:
                recording.rest()
            self.end_if_due(recording)
        elif self._clock() >= self._retry_s.get(session_id, float("inf")):
            self._end(recording)

    def _end(self, recording: LiveRecording) -> None:
        """Hand a recording's audio over to its ordinary run; schedule a retry on an error."""
        self._retry_s.pop(recording.record.session_id, None)
        try:
            self._hand_over(recording)
        except NotFoundError:
            self._forget(recording)
        except Exception:  # of the disk or the database, or a fault: the samples are stored
            if self._is_closing:  # the files are closed; it ends after the next start
                return
            _log.exception("a live recording cannot be handed over yet")
            recording.tell_no_room()
            self._retry_s[recording.record.session_id] = self._clock() + self.limits.retry_s

    def _hand_over(self, recording: LiveRecording) -> None:
        recording.finish()
        record = recording.record
        if recording.next_sample == 0:
            self._library.delete(record.recording_id)
            self._forget(recording)
            message = "Nothing was recorded."
            recording.tell_end(messages.failure("nothing_recorded", message, is_fatal=True))
            return
        duration_ms = recording.duration_ms
        self._library.note_length(record.run_id, duration_ms)
        run = self._library.store_audio(record.run_id, recording.spool_path, duration_ms)
        recording.note_handed_over()
        self._library.settle(run, duration_ms)

    def _look_at_run(self, recording: LiveRecording) -> None:
        session_id, run_id = recording.record.session_id, recording.record.run_id
        settled_s = self._settled_s.get(session_id)
        if settled_s is not None:
            if self._clock() - settled_s > self.limits.absent_s:
                self._forget(recording)
            return
        status = self._library.progress(run_id).status
        if not status.is_final:
            return
        self._settled_s[session_id] = self._clock()
        if status is RunStatus.DONE:
            transcript_id = self._library.transcript_id(self._library.run(run_id))
            recording.tell_end(messages.settled(transcript_id))
        else:
            message = "The recording is stored, but its final transcription has not succeeded."
            recording.tell_end(messages.failure("not_settled", message, is_fatal=True))

    def _forget(self, recording: LiveRecording) -> None:
        session_id = recording.record.session_id
        with self._lock:
            self._sessions.pop(session_id, None)
        for times in (self._retry_s, self._settled_s):
            times.pop(session_id, None)
        recording.close()
        self._store.remove(session_id)


def unfinished_runs(store: LiveStore) -> frozenset[str]:
    """Return the ids of the runs whose recordings had not ended when the program stopped."""
    return frozenset(each.run_id for each in store.records() if each.state is LiveState.RECORDING)


def _is_holder(record: LiveSessionRecord, token: str, visitor: Visitor) -> bool:
    is_token = hmac.compare_digest(record.token_sha256, _hashed(token))
    return is_token and record.owner == visitor.owner


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _chosen(value: str) -> str | None:
    return None if value in ("", "auto") else value


def _no_room() -> LiveRefusedError:
    _log.warning("a live recording cannot begin", exc_info=True)
    message = "The recording cannot be stored; the disk may be full."
    return LiveRefusedError(CloseCode.FULL, "no_room", message)
