"""Parallel execution of all stages on one recording while its audio arrives."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from pipeline.asr.paraformer.detokenize import join_segments
from pipeline.asr.protocol import Recognizer
from pipeline.audio.samples import Audio
from pipeline.core.events import OnEvent
from pipeline.core.options import AsrOptions
from pipeline.core.progress import OnProgress, Stage, StageProgress
from pipeline.core.transcript import RecognizedSegment, Sentence, SpeechSegment
from pipeline.punctuation.sentence_stream import (
    BareSentences,
    MarkedSentences,
    PunctuatedSentences,
)
from pipeline.runtime.checkpoint import Checkpoint
from pipeline.runtime.segment_queue import SegmentQueue
from pipeline.runtime.stopwatch import Stopwatch
from pipeline.runtime.worker_threads import WorkerThreads
from pipeline.speakers.streaming_diarizer import StreamingDiarizer
from pipeline.transcription.parallel_recognition import recognize_chunks
from pipeline.transcription.provisional_sentences import ProvisionalSentences
from pipeline.vad.protocol import Vad

LOOK_EVERY_S = 0.1  # interval of checks whether the work was stopped

# Measured shares of the combined time on an hour of speech; weights of the stages' progress.
_WITH_WORDS = {Stage.DETECT_SPEECH: 0.05, Stage.EMBED_SPEAKERS: 0.2, Stage.RECOGNIZE: 0.75}
_WITHOUT_WORDS = {Stage.DETECT_SPEECH: 0.2, Stage.EMBED_SPEAKERS: 0.8}
_THOUSANDTHS = 1000

SentenceStream = MarkedSentences | BareSentences | PunctuatedSentences


@dataclass(frozen=True, slots=True)
class StreamWork:
    """The inputs and stages of one transcription.

    Attributes:
        audio: the recording; it may still be growing.
        asr: language and hotwords.
        vad: voice activity detector.
        voices: speaker diarizer; new for this recording.
        recognizer: speech recogniser; None for turns without text.
        sentences: sentence stream; new for this recording.
        checkpoint: storage of finished work.
    """

    audio: Audio
    asr: AsrOptions
    vad: Vad
    voices: StreamingDiarizer
    recognizer: Recognizer | None
    sentences: SentenceStream
    checkpoint: Checkpoint = field(default_factory=Checkpoint)


class TranscriptionRun:
    """A run of detection, recognition and diarization of one recording in separate threads.

    Recognition has priority: speaker embedding starts after the first words, and speech detection
    runs only as far ahead as the speaker stage needs.
    """

    def __init__(
        self,
        work: StreamWork,
        *,
        on_progress: OnProgress,
        on_event: OnEvent,
        clock: Stopwatch,
    ) -> None:
        """Store the stages and callbacks; `stream` starts the run.

        Args:
            work: inputs and stages.
            on_progress: called in the thread of `stream`, at least ten times a second.
            on_event: called in the same thread.
            clock: measures the time of the stages.
        """
        self._work = work
        self._on_progress = on_progress
        self._clock = clock
        self._provisional = ProvisionalSentences(work.voices, on_event)
        self._feed = SegmentQueue()
        self._threads: WorkerThreads[RecognizedSegment] = WorkerThreads()
        self._has_words = threading.Event()
        self._recognized: list[RecognizedSegment] = []
        self._num_final = 0
        self._position_ms = dict.fromkeys(_WITH_WORDS, 0)
        self._share = 0.0

    @property
    def segments(self) -> tuple[SpeechSegment, ...]:
        """The speech segments detected so far."""
        return self._feed.segments

    @property
    def recognized(self) -> tuple[RecognizedSegment, ...]:
        """The recognised words of the segments so far."""
        return tuple(self._recognized)

    def stream(self) -> None:
        """Run all stages to their end; report sentences as they become available.

        Raises:
            BaseException: raised by a stage, `on_progress` or `on_event`.
        """
        self._threads.start(self._find_speech, name="find-speech")
        self._threads.start(self._follow_voices, name="follow-voices")
        if self._work.recognizer is None:
            self._has_words.set()
        else:
            self._threads.start(self._recognize, name="recognise")
        try:
            self._report()
            for found in self._threads.events(every_s=LOOK_EVERY_S):
                if found is not None:
                    self._add_recognized(found)
                self._provisional.report_ready()
                self._report()
        finally:
            self._feed.stop()
            self._has_words.set()
            self._threads.join()

    def finish_sentences(self) -> tuple[Sentence, ...]:
        """Return all sentences without speakers, and report those not reported yet."""
        stream = self._work.sentences
        if isinstance(stream, PunctuatedSentences):
            with self._clock.measure(Stage.PUNCTUATE):
                sentences = stream.finish(report=self._report_punctuation)
        else:
            sentences = stream.finish()
        self._provisional.add(sentences[self._num_final :])
        self._provisional.report_ready(is_over=True)
        return sentences

    def _find_speech(self) -> None:
        found = self._work.vad.follow(
            self._work.audio, report=self._note_detected, kept=self._work.checkpoint.speech
        )
        for segment in self._clock.measure_each(Stage.DETECT_SPEECH, found):
            self._feed.put(segment)
        self._feed.close()

    def _recognize(self) -> None:
        recognizer = self._work.recognizer
        assert recognizer is not None  # otherwise this is not started
        with self._clock.measure(Stage.RECOGNIZE):
            found = recognize_chunks(
                recognizer, self._work.audio, self._feed.each(), self._work.asr
            )
            if not recognizer.emits_punctuation:
                found = join_segments(found)
            for each in found:
                self._threads.put(each)
                if self._feed.is_stopped:
                    return
        self._has_words.set()

    def _follow_voices(self) -> None:
        self._has_words.wait()
        for segment in self._feed.behind():
            with self._clock.measure(Stage.EMBED_SPEAKERS):
                self._work.voices.add(segment)
            self._position_ms[Stage.EMBED_SPEAKERS] = segment.end_ms

    def _add_recognized(self, found: RecognizedSegment) -> None:
        self._recognized.append(found)
        with self._punctuating():
            finalized = self._work.sentences.feed(found)
        self._num_final += len(finalized)
        self._provisional.add(finalized)
        self._position_ms[Stage.RECOGNIZE] = found.segment.end_ms
        if self._num_final:
            self._has_words.set()

    def _punctuating(self) -> AbstractContextManager[None]:
        is_punctuated = isinstance(self._work.sentences, PunctuatedSentences)
        return self._clock.measure(Stage.PUNCTUATE) if is_punctuated else nullcontext()

    def _note_detected(self, done_ms: int, _total_ms: int) -> None:
        self._position_ms[Stage.DETECT_SPEECH] = done_ms

    def _report(self) -> None:
        """Report the overall progress, from the position of each stage in the recording."""
        with_words = self._work.recognizer is not None
        shares = _WITH_WORDS if with_words else _WITHOUT_WORDS
        expected_ms = max(1, self._work.audio.expected_ms)
        share = sum(
            weight * min(1.0, self._position_ms[stage] / expected_ms)
            for stage, weight in shares.items()
        )
        self._share = max(self._share, share)  # the expected length may grow
        stage = Stage.RECOGNIZE if with_words else Stage.EMBED_SPEAKERS
        self._on_progress(StageProgress(stage, round(_THOUSANDTHS * self._share), _THOUSANDTHS))

    def _report_punctuation(self, done: int, total: int) -> None:
        self._on_progress(StageProgress(Stage.PUNCTUATE, done, total))
