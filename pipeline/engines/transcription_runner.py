"""The work of a job: from an uploaded file to a transcript with a copy that can be played."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.audio import Audio
from pipeline.checkpoint import Checkpoint, fingerprint, identity_of, kept_identity
from pipeline.engines.engine import JobRequest
from pipeline.engines.player_copy import PlayerCopy
from pipeline.findings import AudioReady, OnFinding
from pipeline.growing_recording import GrowingRecording
from pipeline.loading import PipelineLoader
from pipeline.pcm_spool import SamplesReplacedError
from pipeline.progress import OnProgress, StageProgress
from pipeline.result import PipelineResult
from pipeline.stage_order import Pipeline


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
            request.audio_path, spool_dir=request.scratch_dir, max_samples=request.max_samples
        )
        with closing(recording):
            pipeline = self.loader.load(request.options, on_progress=on_progress)
            job = _Job(pipeline, request, on_progress, on_finding)
            return job.run(recording)


@dataclass(frozen=True, slots=True)
class _Job:
    """One request with all that it takes."""

    pipeline: Pipeline
    request: JobRequest
    on_progress: OnProgress
    on_finding: OnFinding

    def run(self, recording: GrowingRecording) -> PipelineResult:
        """Transcribe what is decoded; where that turns out to be wrong, what is decoded then."""
        folder = self.request.checkpoint_dir
        if folder is None:
            with suppress(SamplesReplacedError):
                return self._transcribe(recording.audio, Checkpoint())
            return self._transcribe(recording.audio, Checkpoint())
        content = self._fingerprint(recording)
        if kept_identity(folder) != self._identity(content, is_replaced=True):
            with suppress(SamplesReplacedError):
                return self._go_on(folder, content, recording, is_replaced=False)
        with suppress(SamplesReplacedError):
            _ = recording.audio.num_samples  # what is kept is of what comes after that
        return self._go_on(folder, content, recording, is_replaced=True)

    def _go_on(
        self, folder: Path, content: str, recording: GrowingRecording, *, is_replaced: bool
    ) -> PipelineResult:
        identity = self._identity(content, is_replaced=is_replaced)
        with closing(Checkpoint.open(folder, identity)) as checkpoint:
            return self._transcribe(recording.audio, checkpoint)

    def _fingerprint(self, recording: GrowingRecording) -> str:
        try:
            return fingerprint(self.request.audio_path)
        except OSError:
            _ = recording.audio.num_samples  # fails too, and says what to do
            raise

    def _identity(self, content: str, *, is_replaced: bool) -> str:
        options, models = self.request.options, self.pipeline.models
        return identity_of(content, options, models, is_replaced=is_replaced)

    def _transcribe(self, audio: Audio, checkpoint: Checkpoint) -> PipelineResult:
        """Transcribe, and tell when the player has what it needs."""
        scratch_dir = self.request.scratch_dir
        copy = None if scratch_dir is None else PlayerCopy(audio, scratch_dir)
        is_told = copy is None

        def look_at_copy(progress: StageProgress) -> None:
            nonlocal is_told
            if copy is not None and not is_told and copy.is_complete():
                is_told = True
                self.on_finding(AudioReady(audio.duration_ms))
            self.on_progress(progress)

        try:
            result = self.pipeline.transcribe(
                audio,
                self.request.options,
                on_progress=look_at_copy,
                on_finding=self.on_finding,
                checkpoint=checkpoint,
            )
        finally:
            if copy is not None:
                copy.wait()
        if copy is not None and not is_told and copy.is_complete():
            self.on_finding(AudioReady(audio.duration_ms))
        return result
