"""Execution of transcription jobs, from an audio file to a transcript and playback files."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.audio.decode import decode_file
from pipeline.audio.samples import Audio
from pipeline.audio.spool import SamplesReplacedError
from pipeline.audio.streaming_decoder import StreamingDecoder
from pipeline.core.events import AudioReady, OnEvent, RunEvent
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import OnProgress, StageProgress
from pipeline.core.result import PipelineResult
from pipeline.engines.engine import JobRequest
from pipeline.engines.job_folder import with_local_copy
from pipeline.engines.player_copy import PlayerCopy
from pipeline.runtime.checkpoint import Checkpoint, fingerprint, identity_of, kept_identity
from pipeline.transcription.loader import PipelineLoader
from pipeline.transcription.pipeline import Pipeline

# Decoding pauses here; the rest and the playback copy wait for the first words.
UNTIL_FIRST_WORDS_MS = 120_000


@dataclass(frozen=True, slots=True)
class TranscriptionRunner:
    """A runner of transcription jobs that keeps loaded models for later jobs.

    Attributes:
        loader: loads the pipeline for the options of a job.
    """

    loader: PipelineLoader

    def __call__(
        self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent
    ) -> PipelineResult:
        """Transcribe a file while it is being decoded.

        Raises:
            PipelineError: the transcription failed; the message is one sentence for the user.
        """
        with with_local_copy(request, on_progress) as local:
            return self._transcribe(local, on_progress, on_event)

    def _transcribe(
        self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent
    ) -> PipelineResult:
        recording = StreamingDecoder(
            request.audio_path,
            spool_dir=request.scratch_dir,
            max_samples=request.max_samples,
            hold_at_ms=UNTIL_FIRST_WORDS_MS,
            decode=partial(decode_file, track=request.options.track),
        )
        with closing(recording):
            pipeline = self.loader.load(request.options, on_progress=on_progress)
            return _Job(pipeline, request, recording, on_progress, on_event).run()

    def prepare(self, options: PipelineOptions) -> None:
        """Load the models that a job with these options needs.

        Raises:
            PipelineError: a model is missing or damaged.
        """
        self.loader.load(options)


@dataclass(frozen=True, slots=True)
class _Job:
    """A running job with the objects that it uses."""

    pipeline: Pipeline
    request: JobRequest
    recording: StreamingDecoder
    on_progress: OnProgress
    on_event: OnEvent

    def run(self) -> PipelineResult:
        """Transcribe the recording; repeat this once if the decoder replaced samples."""
        recording = self.recording
        folder = self.request.checkpoint_dir
        if folder is None:
            with suppress(SamplesReplacedError):
                return self._transcribe(recording.audio, Checkpoint())
            return self._transcribe(recording.audio, Checkpoint())
        content = self._fingerprint()
        if kept_identity(folder) != self._identity(content, is_replaced=True):
            with suppress(SamplesReplacedError):
                return self._continue_checkpoint(folder, content, is_replaced=False)
        with suppress(SamplesReplacedError):
            _ = recording.audio.num_samples  # the checkpoint belongs to the replaced samples
        return self._continue_checkpoint(folder, content, is_replaced=True)

    def _continue_checkpoint(
        self, folder: Path, content: str, *, is_replaced: bool
    ) -> PipelineResult:
        identity = self._identity(content, is_replaced=is_replaced)
        with closing(Checkpoint.open(folder, identity)) as checkpoint:
            return self._transcribe(self.recording.audio, checkpoint)

    def _fingerprint(self) -> str:
        try:
            return fingerprint(self.request.audio_path)
        except OSError:
            _ = self.recording.audio.num_samples  # fails as well, with the proper message
            raise

    def _identity(self, content: str, *, is_replaced: bool) -> str:
        options, models = self.request.options, self.pipeline.models
        return identity_of(content, options, models, is_replaced=is_replaced)

    def _transcribe(self, audio: Audio, checkpoint: Checkpoint) -> PipelineResult:
        """Transcribe the audio; write the playback copy from the first partial result on."""
        player = _PlaybackFiles(audio, self.request.scratch_dir, self.on_event)

        def on_event(run_event: RunEvent) -> None:
            self.on_event(run_event)
            self.recording.hurry()
            player.begin()

        def on_progress(progress: StageProgress) -> None:
            player.report_if_complete()
            self.on_progress(progress)

        if self.request.options.diarize_only:  # there are no first words to wait for
            self.recording.hurry()
            player.begin()
        try:
            result = self.pipeline.transcribe(
                audio,
                self.request.options,
                on_progress=on_progress,
                on_event=on_event,
                checkpoint=checkpoint,
            )
        except SamplesReplacedError:
            player.stop()
            raise
        except BaseException:
            self.recording.close()  # unblocks readers of samples with an error
            player.stop()
            raise
        player.begin()  # for recordings without speech
        player.wait()
        player.report_if_complete()
        return result


class _PlaybackFiles:
    """A writer of the playback files that reports their completion."""

    def __init__(self, audio: Audio, folder: Path | None, on_event: OnEvent) -> None:
        self._audio = audio
        self._folder = folder
        self._on_event = on_event
        self._copy: PlayerCopy | None = None
        self._is_reported = False

    def begin(self) -> None:
        """Start writing; do nothing if already started or without a folder."""
        if self._copy is None and self._folder is not None:
            self._copy = PlayerCopy(self._audio, self._folder)

    def report_if_complete(self) -> None:
        """Report once that the playback files are complete.

        Raises:
            BaseException: the error that stopped writing.
        """
        if self._copy is not None and not self._is_reported and self._copy.is_complete():
            self._is_reported = True
            self._on_event(AudioReady(self._audio.duration_ms))

    def stop(self) -> None:
        """Stop writing the playback files."""
        if self._copy is not None:
            self._copy.stop()

    def wait(self) -> None:
        """Wait until the playback files are complete or writing has failed."""
        if self._copy is not None:
            self._copy.wait()
