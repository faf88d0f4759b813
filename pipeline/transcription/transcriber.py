"""Python interface for transcription."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.errors import OptionError, PipelineError, TranscriptionCancelled
from pipeline.core.options import PipelineOptions, RuntimeOptions
from pipeline.core.progress import OnProgress, Stage, ignore_progress, report_as
from pipeline.core.result import PipelineResult
from pipeline.core.transcript import Token, Transcript
from pipeline.inputs.download import Downloader
from pipeline.inputs.gathering import (
    InputRules,
    Recordings,
    SingleRecording,
    gather_inputs,
    with_unique_keys,
)
from pipeline.inputs.named_input import NamedInput
from pipeline.models.locations import ModelLocations, open_model_store
from pipeline.text.forced_alignment import align_text
from pipeline.transcription.loader import PipelineLoader


@dataclass(frozen=True, slots=True, eq=False)
class RecordingResult:
    """The result of transcribing one recording, or the error that prevented it.

    Attributes:
        key: key of the recording, unique within one call.
        outcome: the result, or the error.
    """

    key: str
    outcome: PipelineResult | PipelineError

    @property
    def error(self) -> PipelineError | None:
        """The error, None if the recording was transcribed."""
        return self.outcome if isinstance(self.outcome, PipelineError) else None

    @property
    def result(self) -> PipelineResult:
        """The transcript with its speaker embeddings, provenance and timing.

        Raises:
            PipelineError: the recording could not be transcribed.
        """
        if isinstance(self.outcome, PipelineError):
            raise self.outcome
        return self.outcome

    @property
    def transcript(self) -> Transcript:
        """The sentences and speaker turns, both empty without speech.

        Raises:
            PipelineError: the recording could not be transcribed.
        """
        return self.result.transcript


class Transcriber:
    """A transcriber of recordings that keeps loaded models for later calls."""

    def __init__(
        self, models: ModelLocations | None = None, *, runtime: RuntimeOptions | None = None
    ) -> None:
        """Create a transcriber; the first call loads the models.

        Args:
            models: locations of models; if offline, no connection is opened, neither for
                models nor for recordings.
            runtime: limits of the resources to use.
        """
        locations = models or ModelLocations()
        self._loader = PipelineLoader(
            open_model_store(locations), runtime or RuntimeOptions(), folders=locations.folders
        )
        self._downloader = None if locations.offline else Downloader()

    def transcribe(
        self,
        recordings: Recordings,
        options: PipelineOptions | None = None,
        *,
        pcm_rate_hz: int = SAMPLE_RATE_HZ,
        on_progress: OnProgress = ignore_progress,
    ) -> tuple[RecordingResult, ...]:
        """Transcribe recordings; return one result for each, in order. See `transcribe_each`."""
        return tuple(
            self.transcribe_each(
                recordings, options, pcm_rate_hz=pcm_rate_hz, on_progress=on_progress
            )
        )

    def transcribe_each(
        self,
        recordings: Recordings,
        options: PipelineOptions | None = None,
        *,
        pcm_rate_hz: int = SAMPLE_RATE_HZ,
        on_progress: OnProgress = ignore_progress,
    ) -> Iterator[RecordingResult]:
        """Transcribe recordings; yield the result of each as soon as it is available.

        A recording that cannot be read or transcribed has an error in its result, and the next
        one follows.

        Args:
            recordings: a path, a list file, a public web address, bytes,
                `(samples, sample_rate_hz)`, or several of these.
            options: options for all of them.
            pcm_rate_hz: sample rate of `.pcm` files, and of bytes without a header.
            on_progress: called after each batch of a stage.

        Raises:
            RecordingListError: a list file cannot be read.
            OptionError: an input is not a recording, or an option is invalid or not supported
                by the recogniser.
            ModelUnavailableError: a model is missing and cannot be fetched.
            Exception: raised by `on_progress`, such as TranscriptionCancelled.
        """
        chosen = options or PipelineOptions()
        rules = InputRules(pcm_rate_hz, self._downloader, track=chosen.track)
        inputs = with_unique_keys(gather_inputs(recordings, rules=rules))
        pipeline = self._loader.load(chosen, on_progress=on_progress)

        def outcome(recording: NamedInput) -> PipelineResult | PipelineError:
            try:
                audio = recording.read(report_as(Stage.READ_AUDIO, on_progress))
                return pipeline.transcribe(audio, chosen, on_progress=on_progress)
            except (TranscriptionCancelled, OptionError):  # these concern all recordings
                raise
            except PipelineError as error:
                return error

        return (RecordingResult(each.key, outcome(each)) for each in inputs)

    def align(
        self,
        recording: SingleRecording,
        text: str,
        options: PipelineOptions | None = None,
        *,
        pcm_rate_hz: int = SAMPLE_RATE_HZ,
        on_progress: OnProgress = ignore_progress,
    ) -> tuple[Token, ...]:
        """Align a known text with a recording; return a token per Chinese character or word.

        The recording is transcribed, and the text is aligned with the result; see `align_text`.

        Raises:
            PipelineError: the recording cannot be transcribed; see also `transcribe_each`.
            OptionError: there is more than one recording.
        """
        results = self.transcribe(
            [recording], options, pcm_rate_hz=pcm_rate_hz, on_progress=on_progress
        )
        if len(results) != 1:
            raise OptionError("A text belongs to one recording: give a file, not a list")
        transcript = results[0].transcript
        tokens = [token for sentence in transcript.sentences for token in sentence.tokens]
        return align_text(text, tokens, transcript.turns)


def transcribe(
    recordings: Recordings,
    options: PipelineOptions | None = None,
    *,
    pcm_rate_hz: int = SAMPLE_RATE_HZ,
    offline: bool = False,
    on_progress: OnProgress = ignore_progress,
) -> tuple[RecordingResult, ...]:
    """Transcribe recordings; use a `Transcriber` to keep the models for several calls.

    See `Transcriber.transcribe_each` for arguments and errors.
    """
    transcriber = Transcriber(ModelLocations(offline=offline))
    return transcriber.transcribe(
        recordings, options, pcm_rate_hz=pcm_rate_hz, on_progress=on_progress
    )
