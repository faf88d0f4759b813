"""The transcription pipeline, which runs its stages on a recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.asr.cached_recognizer import CachedRecognizer
from pipeline.asr.protocol import Recognizer
from pipeline.audio.samples import Audio
from pipeline.core.errors import OptionError
from pipeline.core.events import OnEvent, ignore_event
from pipeline.core.options import PipelineOptions, Profile
from pipeline.core.progress import OnProgress, Stage, StageProgress, ignore_progress, report_as
from pipeline.core.provenance import ModelUse, Provenance
from pipeline.core.result import PipelineResult
from pipeline.core.transcript import RecognizedSegment, SpeechSegment, Transcript
from pipeline.punctuation.protocol import Punctuator
from pipeline.punctuation.sentence_stream import (
    BareSentences,
    MarkedSentences,
    PunctuatedSentences,
)
from pipeline.runtime.checkpoint import Checkpoint
from pipeline.runtime.stopwatch import Stopwatch
from pipeline.speakers.diarizer import Diarizer
from pipeline.speakers.streaming_diarizer import Diarization, StreamingDiarizer
from pipeline.text.candidates.neighbours import NeighbourModel
from pipeline.transcription.doubtful_words import find_candidates
from pipeline.transcription.speaker_assignment import give_speakers
from pipeline.transcription.streaming_run import SentenceStream, StreamWork, TranscriptionRun
from pipeline.vad.protocol import Vad


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The loaded stages of transcription for one profile, without state between recordings.

    Attributes:
        vad: voice activity detector.
        diarizer: speaker diarization.
        recognizer: speech recogniser; None for turns without text.
        models: the models used, for the provenance.
        punctuator: punctuation model for recognisers without punctuation; None for sentences
            that follow the speech segments.
        neighbours: the n-gram model that the recogniser uses; None without one.
    """

    vad: Vad
    diarizer: Diarizer
    recognizer: Recognizer | None
    models: tuple[ModelUse, ...]
    punctuator: Punctuator | None = None
    neighbours: NeighbourModel | None = None

    def transcribe(
        self,
        audio: Audio,
        options: PipelineOptions,
        *,
        on_progress: OnProgress = ignore_progress,
        on_event: OnEvent = ignore_event,
        checkpoint: Checkpoint | None = None,
    ) -> PipelineResult:
        """Transcribe a recording with speakers.

        A recording without speech results in an empty transcript.

        Args:
            audio: the recording; it may still be growing.
            options: the options.
            on_progress: called repeatedly; may stop the work by raising.
            on_event: receives sentences as soon as their words are final.
            checkpoint: storage of finished work. Stored work is reused; it must belong to this
                recording, these options and models.

        Raises:
            OptionError: there are hotwords, and the recogniser does not accept them.
            Exception: raised by `on_progress`, such as TranscriptionCancelled.
        """
        self._check_hotwords(options)
        clock = Stopwatch()
        kept = checkpoint or Checkpoint()
        voices = self.diarizer.follow(audio, options.speakers, checkpoint=kept)
        work = StreamWork(
            audio,
            options.asr,
            vad=self.vad,
            voices=voices,
            recognizer=None if options.diarize_only else self._cached_recognizer(kept),
            sentences=self._sentence_stream(options.profile),
            checkpoint=kept,
        )
        run = TranscriptionRun(work, on_progress=on_progress, on_event=on_event, clock=clock)
        run.stream()
        sentences = run.finish_sentences()
        diarization = _diarize(voices, run.segments, options, on_progress, clock)
        with clock.measure(Stage.FINISH):
            sentences = give_speakers(sentences, diarization.turns, profile=options.profile)
            candidates = find_candidates(
                sentences, own_words=options.asr.hotwords, neighbours=self.neighbours
            )
        transcript = Transcript(
            duration_ms=audio.duration_ms,
            language=_main_language(run.recognized),
            sentences=sentences,
            turns=diarization.turns,
        )
        tracks = audio.tracks
        made_from = tuple(sorted((*options.as_text(), *tracks.entry)))
        provenance = Provenance(models=self.models, options=made_from)
        return PipelineResult(
            transcript, diarization.evidence, provenance, clock.seconds, tracks, candidates
        )

    def _cached_recognizer(self, kept: Checkpoint) -> Recognizer | None:
        return self.recognizer and CachedRecognizer(self.recognizer, kept.words)

    def _sentence_stream(self, profile: Profile) -> SentenceStream:
        """Create the sentence stream for the recogniser and punctuator."""
        if self.recognizer is None or self.recognizer.emits_punctuation:
            return MarkedSentences()
        if self.punctuator is None:
            return BareSentences(profile)
        return PunctuatedSentences(self.punctuator.follow(), profile)

    def _check_hotwords(self, options: PipelineOptions) -> None:
        """Raise OptionError if there are hotwords and the recogniser does not accept any."""
        if self.recognizer is None or options.diarize_only or not options.asr.hotwords:
            return
        if not self.recognizer.accepts_hotwords:
            raise OptionError(
                "This Paraformer does not accept hotwords: only Whisper and a Paraformer with "
                "hotwords (SeACo) do. Leave the hotwords out, or choose one of these."
            )


def _diarize(
    voices: StreamingDiarizer,
    segments: Sequence[SpeechSegment],
    options: PipelineOptions,
    on_progress: OnProgress,
    clock: Stopwatch,
) -> Diarization:
    """Diarize the whole recording after all speech has been detected."""

    def report_rest(*_progress: int) -> None:
        # little is left to embed, but reports are needed so that the work can be stopped
        on_progress(StageProgress(Stage.CLUSTER_SPEAKERS, 0, 1))

    with clock.measure(Stage.CLUSTER_SPEAKERS):
        return voices.diarize(
            segments,
            options.speakers,
            report_embedding=report_rest,
            report_clustering=report_as(Stage.CLUSTER_SPEAKERS, on_progress),
        )


def _main_language(recognized: Sequence[RecognizedSegment]) -> str:
    """Return the language of most of the recognised speech, or "" without any."""
    spoken_ms: dict[str, int] = {}
    for each in recognized:
        if each.tokens:
            spoken_ms[each.language] = spoken_ms.get(each.language, 0) + each.segment.duration_ms
    return max(spoken_ms, key=lambda language: spoken_ms[language], default="")
