"""The order of the stages: the only place that knows it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.asr.segment_joints import join_segments
from pipeline.audio import Audio
from pipeline.errors import OptionError
from pipeline.intervals import total_ms as total_ms_of
from pipeline.options import PipelineOptions
from pipeline.progress import OnProgress, Stage, StageProgress, ignore_progress, report_as
from pipeline.provenance import ModelUse, Provenance
from pipeline.punctuation.marked_tokens import words_of
from pipeline.punctuation.punctuated import punctuated_sentences, unpunctuated_sentences
from pipeline.punctuation.sentences import sentences_from
from pipeline.result import PipelineResult
from pipeline.speaker_sentences import give_speakers
from pipeline.speakers.diarizer import Diarization, Diarizer
from pipeline.stages import Punctuator, Recognizer, Vad
from pipeline.stretch_order import recognize_stretches
from pipeline.transcript import RecognizedSegment, Sentence, SpeechSegment, Transcript


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages of one profile, loaded and ready; stateless between recordings.

    Attributes:
        vad: finds speech.
        diarizer: finds who speaks when.
        recognizer: finds what is said; None gives turns without text.
        models: what is at work, for the provenance.
        punctuator: finds where sentences end, for recognisers that give bare words; None leaves
            such words one sentence per speech segment.
    """

    vad: Vad
    diarizer: Diarizer
    recognizer: Recognizer | None
    models: tuple[ModelUse, ...]
    punctuator: Punctuator | None = None

    def transcribe(
        self, audio: Audio, options: PipelineOptions, *, on_progress: OnProgress = ignore_progress
    ) -> PipelineResult:
        """Who said what, when.

        A recording without speech gives an empty transcript.

        Raises:
            OptionError: there are hotwords, and the recogniser cannot listen for them.
            TranscriptionCancelled: whatever `on_progress` raises goes through.
        """
        self._refuse_useless_hotwords(options)
        clock = _Stopwatch()
        with clock.measure(Stage.DETECT_SPEECH):
            segments = self.vad.detect(audio, report=report_as(Stage.DETECT_SPEECH, on_progress))
        diarization = self._diarize(audio, segments, options, on_progress, clock)
        with clock.measure(Stage.RECOGNIZE):
            recognized = tuple(self._recognize(audio, segments, options, on_progress))
        sentences = self._sentences(recognized, options, on_progress, clock)
        with clock.measure(Stage.FINISH):
            sentences = give_speakers(sentences, diarization.turns, profile=options.profile)
        transcript = Transcript(
            duration_ms=audio.duration_ms,
            language=_main_language(recognized),
            sentences=sentences,
            turns=diarization.turns,
        )
        provenance = Provenance(models=self.models, options=options.as_text())
        return PipelineResult(transcript, diarization.evidence, provenance, clock.seconds)

    def _refuse_useless_hotwords(self, options: PipelineOptions) -> None:
        """Say at once what the recogniser would say after the speakers have been found."""
        if self.recognizer is None or options.diarize_only or not options.asr.hotwords:
            return
        if not self.recognizer.accepts_hotwords:
            raise OptionError(
                "The recogniser at work cannot listen for hotwords: only a Paraformer with "
                "hotwords (SeACo) can. Leave the hotwords out, or choose that recogniser."
            )

    def _diarize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        options: PipelineOptions,
        on_progress: OnProgress,
        clock: _Stopwatch,
    ) -> Diarization:
        with clock.measure(Stage.EMBED_SPEAKERS):
            return self.diarizer.diarize(
                audio,
                segments,
                options.speakers,
                report_embedding=report_as(Stage.EMBED_SPEAKERS, on_progress),
                report_clustering=report_as(Stage.CLUSTER_SPEAKERS, on_progress),
            )

    def _recognize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        options: PipelineOptions,
        on_progress: OnProgress,
    ) -> Iterator[RecognizedSegment]:
        """The words of each segment; progress counts the speech that has been listened to."""
        if self.recognizer is None or options.diarize_only or not segments:
            return
        total_ms, done_ms = total_ms_of(segments), 0
        on_progress(StageProgress(Stage.RECOGNIZE, done_ms, total_ms))
        listened_to = recognize_stretches(self.recognizer, audio, segments, options.asr)
        if not self.recognizer.emits_punctuation:
            listened_to = join_segments(listened_to)
        for recognized in listened_to:
            yield recognized
            done_ms += recognized.segment.duration_ms
            on_progress(StageProgress(Stage.RECOGNIZE, done_ms, total_ms))

    def _sentences(
        self,
        recognized: Sequence[RecognizedSegment],
        options: PipelineOptions,
        on_progress: OnProgress,
        clock: _Stopwatch,
    ) -> tuple[Sentence, ...]:
        """Sentences without speakers; words that carry marks already are not punctuated again."""
        if self.recognizer is None or self.recognizer.emits_punctuation:
            return sentences_from(recognized)
        if self.punctuator is None:
            return unpunctuated_sentences(recognized, profile=options.profile)
        with clock.measure(Stage.PUNCTUATE):
            report = report_as(Stage.PUNCTUATE, on_progress)
            marks = self.punctuator.punctuate(words_of(recognized), report=report)
            return punctuated_sentences(recognized, marks, profile=options.profile)


class _Stopwatch:
    """Seconds per stage, in the order the stages ran."""

    def __init__(self) -> None:
        self._seconds: dict[Stage, float] = {}

    @contextmanager
    def measure(self, stage: Stage) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - began
            self._seconds[stage] = self._seconds.get(stage, 0.0) + spent

    @property
    def seconds(self) -> tuple[tuple[str, float], ...]:
        return tuple((stage.value, spent) for stage, spent in self._seconds.items())


def _main_language(recognized: Sequence[RecognizedSegment]) -> str:
    """The language of most of the recognised speech, "" where there is none."""
    spoken_ms: dict[str, int] = {}
    for each in recognized:
        if each.tokens:
            spoken_ms[each.language] = spoken_ms.get(each.language, 0) + each.segment.duration_ms
    return max(spoken_ms, key=lambda language: spoken_ms[language], default="")
