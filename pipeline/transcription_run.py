"""The stages that work side by side on a recording while it arrives."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from pipeline.asr.segment_joints import join_segments
from pipeline.audio import Audio
from pipeline.checkpoint import Checkpoint
from pipeline.findings import OnFinding
from pipeline.options import AsrOptions
from pipeline.progress import OnProgress, Stage, StageProgress
from pipeline.provisional_sentences import ProvisionalSentences
from pipeline.punctuation.sentence_stream import (
    BareSentences,
    MarkedSentences,
    PunctuatedSentences,
)
from pipeline.segment_feed import SegmentFeed
from pipeline.side_by_side import SideBySide
from pipeline.speakers.voice_following import VoiceFollower
from pipeline.stages import Recognizer, Vad
from pipeline.stopwatch import Stopwatch
from pipeline.stretch_order import recognize_stretches
from pipeline.transcript import RecognizedSegment, Sentence, SpeechSegment

LOOK_EVERY_S = 0.1  # between two looks at whether somebody has stopped the work

# Shares of their common time, measured on an hour of speech: they weigh how far each has come.
_WITH_WORDS = {Stage.DETECT_SPEECH: 0.05, Stage.EMBED_SPEAKERS: 0.2, Stage.RECOGNIZE: 0.75}
_WITHOUT_WORDS = {Stage.DETECT_SPEECH: 0.2, Stage.EMBED_SPEAKERS: 0.8}
_THOUSANDTHS = 1000

SentenceStream = MarkedSentences | BareSentences | PunctuatedSentences


@dataclass(frozen=True, slots=True)
class StreamWork:
    """What is to be done with one recording.

    Attributes:
        audio: the recording; it may still be growing.
        asr: language and hotwords.
        vad: finds speech.
        voices: follows who speaks, from the beginning of the recording.
        recognizer: finds what is said; None where that is not wanted.
        sentences: makes sentences of it, from the beginning too.
        checkpoint: what was finished before an interruption.
    """

    audio: Audio
    asr: AsrOptions
    vad: Vad
    voices: VoiceFollower
    recognizer: Recognizer | None
    sentences: SentenceStream
    checkpoint: Checkpoint = field(default_factory=Checkpoint)


class TranscriptionRun:
    """Finds speech, words and voices of one recording, each in a thread of its own.

    Words come first: voices are listened to from the first word on, and speech is sought no
    further ahead than the voices need.
    """

    def __init__(
        self,
        work: StreamWork,
        *,
        on_progress: OnProgress,
        on_finding: OnFinding,
        clock: Stopwatch,
    ) -> None:
        """Begin nothing yet.

        Args:
            work: what is to be done.
            on_progress: called in the thread that calls `stream`, at least ten times a second.
            on_finding: called in the same thread.
            clock: counts the time of the stages.
        """
        self._work = work
        self._on_progress = on_progress
        self._clock = clock
        self._told = ProvisionalSentences(work.voices, on_finding)
        self._feed = SegmentFeed()
        self._side: SideBySide[RecognizedSegment] = SideBySide()
        self._has_words = threading.Event()
        self._recognized: list[RecognizedSegment] = []
        self._num_settled = 0
        self._reached_ms = dict.fromkeys(_WITH_WORDS, 0)
        self._share = 0.0

    @property
    def segments(self) -> tuple[SpeechSegment, ...]:
        """The speech that has been found."""
        return self._feed.segments

    @property
    def recognized(self) -> tuple[RecognizedSegment, ...]:
        """The words of each segment."""
        return tuple(self._recognized)

    def stream(self) -> None:
        """Work until all is found; sentences are told on the way.

        Raises:
            BaseException: whatever a stage fails with, or `on_progress` or `on_finding` raises.
        """
        self._side.start(self._find_speech, name="find-speech")
        self._side.start(self._follow_voices, name="follow-voices")
        if self._work.recognizer is None:
            self._has_words.set()
        else:
            self._side.start(self._recognize, name="recognise")
        try:
            self._report()
            for found in self._side.events(every_s=LOOK_EVERY_S):
                if found is not None:
                    self._take(found)
                self._told.tell()
                self._report()
        finally:
            self._feed.stop()
            self._has_words.set()
            self._side.join()

    def finish_sentences(self) -> tuple[Sentence, ...]:
        """All sentences, without speakers; those that have not been told are told."""
        stream = self._work.sentences
        if isinstance(stream, PunctuatedSentences):
            with self._clock.measure(Stage.PUNCTUATE):
                sentences = stream.finish(report=self._report_punctuation)
        else:
            sentences = stream.finish()
        self._told.add(sentences[self._num_settled :])
        self._told.tell(is_over=True)
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
        assert recognizer is not None  # else this is not started
        with self._clock.measure(Stage.RECOGNIZE):
            found = recognize_stretches(
                recognizer, self._work.audio, self._feed.each(), self._work.asr
            )
            if not recognizer.emits_punctuation:
                found = join_segments(found)
            for each in found:
                self._side.put(each)
                if self._feed.is_stopped:
                    return
        self._has_words.set()

    def _follow_voices(self) -> None:
        self._has_words.wait()
        for segment in self._feed.behind():
            with self._clock.measure(Stage.EMBED_SPEAKERS):
                self._work.voices.add(segment)
            self._reached_ms[Stage.EMBED_SPEAKERS] = segment.end_ms

    def _take(self, found: RecognizedSegment) -> None:
        self._recognized.append(found)
        with self._punctuating():
            settled = self._work.sentences.feed(found)
        self._num_settled += len(settled)
        self._told.add(settled)
        self._reached_ms[Stage.RECOGNIZE] = found.segment.end_ms
        if self._num_settled:
            self._has_words.set()

    def _punctuating(self) -> AbstractContextManager[None]:
        is_punctuated = isinstance(self._work.sentences, PunctuatedSentences)
        return self._clock.measure(Stage.PUNCTUATE) if is_punctuated else nullcontext()

    def _note_detected(self, done_ms: int, _total_ms: int) -> None:
        self._reached_ms[Stage.DETECT_SPEECH] = done_ms

    def _report(self) -> None:
        """How far the work has come, by how far each stage has come in the recording."""
        with_words = self._work.recognizer is not None
        shares = _WITH_WORDS if with_words else _WITHOUT_WORDS
        expected_ms = max(1, self._work.audio.expected_ms)
        share = sum(
            weight * min(1.0, self._reached_ms[stage] / expected_ms)
            for stage, weight in shares.items()
        )
        self._share = max(self._share, share)  # what is expected may grow
        stage = Stage.RECOGNIZE if with_words else Stage.EMBED_SPEAKERS
        self._on_progress(StageProgress(stage, round(_THOUSANDTHS * self._share), _THOUSANDTHS))

    def _report_punctuation(self, done: int, total: int) -> None:
        self._on_progress(StageProgress(Stage.PUNCTUATE, done, total))
