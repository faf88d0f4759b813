"""Synchronous core of a live transcription, from samples to events."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import PCM_16_SCALE, SAMPLES_PER_MS, Audio
from pipeline.core.errors import InferenceError
from pipeline.core.intervals import Interval
from pipeline.core.transcript import Sentence
from pipeline.live.audio.recent_audio import RecentSamples
from pipeline.live.events import (
    FinalText,
    Lag,
    LiveEvent,
    LiveSentence,
    PassingText,
    SpeakerChanges,
)
from pipeline.live.models import LiveModels
from pipeline.live.options import LiveOptions
from pipeline.live.recognition.recognizer import LiveRecognizer
from pipeline.live.segmenter import (
    BLOCK_SAMPLES,
    PAD_MS,
    RESUME_SAMPLES,
    ClosedSegment,
    LiveSegmenter,
    unsure_ms,
)
from pipeline.live.session_state import SessionState
from pipeline.live.speakers.live_speakers import speaker_number

_KEPT_MS = 4_000  # audio before the present that a new segment or window may need
_LAG_STEP_MS = 1_000  # smallest change of the lag that is worth an event

_log = logging.getLogger(__name__)


class LiveSession:
    """One live transcription session.

    The final texts depend on the samples alone: not on how they are divided among calls, on the
    clock or on the speed of the machine. The rate of interim texts depends on the machine.
    """

    def __init__(
        self, models: LiveModels, options: LiveOptions, *, clock: Callable[[], int] | None = None
    ) -> None:
        """Create a session for a new recording.

        Args:
            models: the loaded models; sessions may share them, one call at a time.
            options: options of the transcription.
            clock: returns the current length of the recording in milliseconds, including samples
                not fed yet; a large backlog reduces the rate of interim text. None for no backlog.

        Raises:
            OptionError: the recogniser does not support the language or hotwords.
        """
        self._clock = clock
        self._samples = RecentSamples()
        self._audio = Audio(self._samples)
        self._segmenter = LiveSegmenter(models.open_vad(options))
        self._recognizer: LiveRecognizer = models.open_recognizer(options)
        self._speakers = models.open_speakers(options)
        self._unsure_ms = unsure_ms(options.profile)
        self._waiting = np.zeros(0, dtype=np.int16)  # less than a block
        self._next_sentence = 0
        self._skipped: int | None = None  # number of a segment
        self._lag = Lag(0, "on")

    @property
    def state(self) -> SessionState:
        """The state from which `resume` continues; it covers whole blocks only."""
        return SessionState(
            self._samples.num_samples(),
            self._next_sentence,
            self._segmenter.state,
            self._recognizer.state,
            self._speakers.state,
        )

    def resume(self, state: SessionState, read: Callable[[int, int], NDArray[np.int16]]) -> None:
        """Continue from the state of another session, before any sample is fed.

        Args:
            state: state of the other session; `feed` takes the samples after it.
            read: returns the samples of the recording between two sample numbers.
        """
        first = max(0, state.num_samples - RESUME_SAMPLES)
        pcm = read(first, state.num_samples)
        self._samples = RecentSamples(first)
        self._samples.append(pcm)
        self._audio = Audio(self._samples)
        self._segmenter.resume(_floats(pcm), state.segmenter, end_ms=self._samples.end_ms)
        self._recognizer.restore(state.recognizer)
        self._speakers.restore(state.speakers)
        self._next_sentence = state.next_sentence

    def skip_segment(self, number: int) -> None:
        """Mark a segment to be finished with an empty final text, without recognition."""
        self._skipped = number

    @property
    def num_samples(self) -> int:
        """Number of samples fed so far."""
        return self._samples.num_samples() + len(self._waiting)

    def feed(self, samples: NDArray[np.int16]) -> list[LiveEvent]:
        """Add samples and return the resulting events in order.

        Args:
            samples: (num_samples,) int16 at 16 kHz, any number; small blocks reduce latency.
        """
        return list(self.follow(samples))

    def follow(self, samples: NDArray[np.int16]) -> Iterator[LiveEvent]:
        """Add samples and yield the events of `feed`, each as soon as it is available.

        The samples count as fed once the last event has been taken.
        """
        self._waiting = np.concatenate([self._waiting, samples])
        while len(self._waiting) >= BLOCK_SAMPLES:
            block, self._waiting = np.split(self._waiting, [BLOCK_SAMPLES])
            yield from self._hear(block)
        yield from self._passing()
        yield from self._lag_changes()

    def finish(self) -> list[LiveEvent]:
        """End the recording; return the last events."""
        block, self._waiting = self._waiting, self._waiting[:0]
        self._samples.append(block)
        closed = self._segmenter.feed(_floats(block), end_ms=self._samples.end_ms, is_last=True)
        events = [event for segment in closed for event in self._follow_end(segment)]
        # Before the last texts, so that they get the speakers of the last clustering.
        events += _changes(self._speakers.finish())
        return events + [self._final(segment) for segment in closed]

    def _hear(self, block: NDArray[np.int16]) -> Iterator[LiveEvent]:
        self._samples.append(block)
        closed = self._segmenter.feed(_floats(block), end_ms=self._samples.end_ms)
        for segment in closed:
            yield from self._follow_end(segment)
            yield self._final(segment)
        yield from self._follow_open()
        self._forget()

    def _follow_end(self, segment: ClosedSegment) -> list[LiveEvent]:
        """Label the last windows of a run that ends with the segment; return the changes."""
        if not segment.ends_run:
            return []
        return self._follow(segment.number, segment.run, is_over=True)

    def _follow_open(self) -> list[LiveEvent]:
        """Label the windows of the open segment; return the changes."""
        segment = self._segmenter.open_segment
        sure_ms = self._samples.end_ms - self._unsure_ms
        if segment is None or sure_ms <= segment.run_start_ms:
            return []
        return self._follow(segment.number, Interval(segment.run_start_ms, sure_ms), is_over=False)

    def _follow(self, number: int, run: Interval, *, is_over: bool) -> list[LiveEvent]:
        if number == self._skipped:
            return []
        try:
            return _changes(self._speakers.follow(self._audio, run, is_over=is_over))
        except InferenceError as error:
            _log.warning("No speakers from %d ms to %d ms: %s", run.start_ms, run.end_ms, error)
            return []

    def _final(self, segment: ClosedSegment) -> FinalText:
        if segment.number == self._skipped:
            return FinalText(segment.number, ())
        try:
            sentences = self._recognizer.final(self._audio, segment)
        except InferenceError as error:
            _log.warning("No text from %d ms to %d ms: %s", segment.start_ms, segment.end_ms, error)
            sentences = ()
        spoken = self._speakers.assign(sentences, segment)
        return FinalText(segment.number, tuple(self._numbered(each) for each in spoken))

    def _numbered(self, sentence: Sentence) -> LiveSentence:
        number = self._next_sentence
        self._next_sentence += 1
        speaker = speaker_number(sentence.speaker)
        interval = Interval(sentence.start_ms, sentence.end_ms)
        return LiveSentence(
            number,
            sentence.start_ms,
            sentence.end_ms,
            sentence.text,
            speaker,
            sentence.tokens,
            None if speaker is None else self._speakers.likeness(interval, speaker),
        )

    def _passing(self) -> list[LiveEvent]:
        segment = self._segmenter.open_segment
        if segment is None or segment.number == self._skipped:
            return []
        try:
            found = self._recognizer.passing(self._audio, segment, lag_ms=self._behind_ms())
        except InferenceError as error:
            _log.warning("No passing text at %d ms: %s", self._audio.duration_ms, error)
            return []
        if found is None:
            return []
        return [
            PassingText(
                segment.number,
                segment.start_ms,
                found.text,
                found.num_firm,
                self._speakers.recent_speaker(found.heard_ms, since_ms=segment.start_ms),
                found.heard_ms,
            )
        ]

    def _behind_ms(self) -> int:
        heard_ms = self.num_samples // SAMPLES_PER_MS
        return 0 if self._clock is None else max(0, self._clock() - heard_ms)

    def _lag_changes(self) -> list[LiveEvent]:
        lag = Lag(self._behind_ms(), self._recognizer.passing_state)
        is_changed = (
            lag.passing != self._lag.passing
            or abs(lag.behind_ms - self._lag.behind_ms) >= _LAG_STEP_MS
        )
        if not is_changed:
            return []
        self._lag = lag
        return [lag]

    def _forget(self) -> None:
        """Drop the samples that no later step needs."""
        segment = self._segmenter.open_segment
        needed_ms = self._samples.end_ms - _KEPT_MS
        if segment is not None:
            needed_ms = min(needed_ms, segment.audio_start_ms - PAD_MS)
        self._samples.drop_before(needed_ms)


def _changes(changes: list[tuple[int, int]]) -> list[LiveEvent]:
    return [SpeakerChanges(tuple(changes))] if changes else []


def _floats(pcm: NDArray[np.int16]) -> NDArray[np.float32]:
    samples: NDArray[np.float32] = pcm.astype(np.float32) / np.float32(PCM_16_SCALE)
    return samples
