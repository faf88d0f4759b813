"""The work of a job: from an uploaded file to a transcript with a copy that can be played."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.audio import Audio
from pipeline.audio_file import decode_file
from pipeline.checkpoint import Checkpoint, fingerprint, identity_of, kept_identity
from pipeline.engines.engine import JobRequest
from pipeline.engines.player_copy import PlayerCopy
from pipeline.findings import AudioReady, Finding, OnFinding
from pipeline.growing_recording import GrowingRecording
from pipeline.loading import PipelineLoader
from pipeline.options import PipelineOptions
from pipeline.pcm_spool import SamplesReplacedError
from pipeline.progress import OnProgress, StageProgress
from pipeline.result import PipelineResult
from pipeline.stage_order import Pipeline

# So much is decoded at once; the rest, and the player's copy, wait until the first words are there.
UNTIL_FIRST_WORDS_MS = 120_000


@dataclass(frozen=True, slots=True)
class TranscriptionRunner:
    """Does jobs one after the other; pipelines stay loaded between them.

    Attributes:
        loader: gives the pipeline that a job's options ask for.
    """

    loader: PipelineLoader

    def __call__(
        self, request: JobRequest, on_progress: OnProgress, on_finding: OnFinding
    ) -> PipelineResult:
        """Transcribe one file while it is being decoded.

        Raises:
            PipelineError: with a sentence for the person who asked.
        """
        recording = GrowingRecording(
            request.audio_path,
            spool_dir=request.scratch_dir,
            max_samples=request.max_samples,
            hold_at_ms=UNTIL_FIRST_WORDS_MS,
            decode=partial(decode_file, track=request.options.track),
        )
        with closing(recording):
            pipeline = self.loader.load(request.options, on_progress=on_progress)
            return _Job(pipeline, request, recording, on_progress, on_finding).run()

    def prepare(self, options: PipelineOptions) -> None:
        """Load the models that such a job needs.

        Raises:
            PipelineError: a model is missing or damaged.
        """
        self.loader.load(options)


@dataclass(frozen=True, slots=True)
class _Job:
    """One request with all that it takes."""

    pipeline: Pipeline
    request: JobRequest
    recording: GrowingRecording
    on_progress: OnProgress
    on_finding: OnFinding

    def run(self) -> PipelineResult:
        """Transcribe what is decoded; where that turns out to be wrong, what is decoded then."""
        recording = self.recording
        folder = self.request.checkpoint_dir
        if folder is None:
            with suppress(SamplesReplacedError):
                return self._transcribe(recording.audio, Checkpoint())
            return self._transcribe(recording.audio, Checkpoint())
        content = self._fingerprint()
        if kept_identity(folder) != self._identity(content, is_replaced=True):
            with suppress(SamplesReplacedError):
                return self._go_on(folder, content, is_replaced=False)
        with suppress(SamplesReplacedError):
            _ = recording.audio.num_samples  # what is kept is of what comes after that
        return self._go_on(folder, content, is_replaced=True)

    def _go_on(self, folder: Path, content: str, *, is_replaced: bool) -> PipelineResult:
        identity = self._identity(content, is_replaced=is_replaced)
        with closing(Checkpoint.open(folder, identity)) as checkpoint:
            return self._transcribe(self.recording.audio, checkpoint)

    def _fingerprint(self) -> str:
        try:
            return fingerprint(self.request.audio_path)
        except OSError:
            _ = self.recording.audio.num_samples  # fails too, and says what to do
            raise

    def _identity(self, content: str, *, is_replaced: bool) -> str:
        options, models = self.request.options, self.pipeline.models
        return identity_of(content, options, models, is_replaced=is_replaced)

    def _transcribe(self, audio: Audio, checkpoint: Checkpoint) -> PipelineResult:
        """Transcribe, and write what the player needs once the first words are told."""
        player = _ForThePlayer(audio, self.request.scratch_dir, self.on_finding)

        def on_finding(finding: Finding) -> None:
            self.on_finding(finding)
            self.recording.hurry()
            player.begin()

        def on_progress(progress: StageProgress) -> None:
            player.look()
            self.on_progress(progress)

        if self.request.options.diarize_only:  # no words to wait for
            self.recording.hurry()
            player.begin()
        try:
            result = self.pipeline.transcribe(
                audio,
                self.request.options,
                on_progress=on_progress,
                on_finding=on_finding,
                checkpoint=checkpoint,
            )
        except SamplesReplacedError:
            player.stop()
            raise
        except BaseException:
            self.recording.close()  # who waits for samples is told that there are none
            player.stop()
            raise
        player.begin()  # where nobody speaks
        player.wait()
        player.look()
        return result


class _ForThePlayer:
    """Tells when the copy that is played is complete."""

    def __init__(self, audio: Audio, folder: Path | None, on_finding: OnFinding) -> None:
        self._audio = audio
        self._folder = folder
        self._on_finding = on_finding
        self._copy: PlayerCopy | None = None
        self._is_told = False

    def begin(self) -> None:
        """Write, unless that has begun or is not wanted."""
        if self._copy is None and self._folder is not None:
            self._copy = PlayerCopy(self._audio, self._folder)

    def look(self) -> None:
        """Tell, if there is news.

        Raises:
            BaseException: what kept the copy from being written.
        """
        if self._copy is not None and not self._is_told and self._copy.is_complete():
            self._is_told = True
            self._on_finding(AudioReady(self._audio.duration_ms))

    def stop(self) -> None:
        """Leave it unwritten."""
        if self._copy is not None:
            self._copy.stop()

    def wait(self) -> None:
        """Until it is written, or cannot be."""
        if self._copy is not None:
            self._copy.wait()
